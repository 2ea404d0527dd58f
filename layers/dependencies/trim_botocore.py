"""Delete botocore's data except those that these services need.

botocore describes 400 services, each with its whole documentation; and of endpoints.json, the addresses of all of them
(1.2 MB), it reads everything for the first client of a container.

    python trim_botocore.py botocore/data SERVICE...
"""

import gzip
import json
import shutil
import sys
from collections.abc import Set
from pathlib import Path
from typing import Any


def main(data: Path, services: Set[str]) -> None:
    """Remove other services, and documentation."""
    remove_others(data, services)
    for file in data.rglob("examples-1.json"):
        file.unlink()
    for file in data.rglob("service-2.json.gz"):
        write(file.with_suffix(""), undocumented(json.loads(gzip.decompress(file.read_bytes()))))
        file.unlink()
    trim_endpoints(data / "endpoints.json", services)


def trim_endpoints(file: Path, services: Set[str]) -> None:
    """Remove the endpoints of all other services."""
    endpoints = json.loads(file.read_text())
    for partition in endpoints["partitions"]:
        partition["services"] = {name: each for name, each in partition["services"].items() if name in services}
    write(file, endpoints)


def remove_others(data: Path, services: Set[str]) -> None:
    """Remove the folders of all other services."""
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in services:
            shutil.rmtree(folder)


def undocumented(value: Any) -> Any:
    """Return the same without its documentation strings. A few members are read, or have that name, and stay."""
    if isinstance(value, list):
        return [undocumented(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: "" if name == "documentation" and isinstance(each, str) else undocumented(each)
        for name, each in value.items()
    }


def write(file: Path, value: Any) -> None:
    """Write compact JSON, not compressed: the layer is, and unpacking costs a start 2 ms a file."""
    file.write_text(json.dumps(value, separators=(",", ":")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
