"""`make lock`: adds all dependencies to each list of packages, with a hash for each file. Needs the registry.

Then `pip --require-hashes` installs only the reviewed files: on any machine, in CI and in the layer.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

OLDEST, DEPLOYED = "3.11", "3.13"
"""The oldest Python of developers, and the Python of the deployed functions."""

LISTS = {
    "layers/dependencies/requirements": [DEPLOYED, "--no-deps"],  # the list has all deployed packages
    "requirements/audit": [OLDEST],
    "requirements/checkov": [OLDEST],
    "requirements/dev": [OLDEST],
    "requirements/import": [OLDEST],
    "requirements/lock": [OLDEST],
    "requirements/sam": [DEPLOYED],
    "tests/deployed/requirements-runtime": [DEPLOYED],
    **{
        f"tests/clients/requirements/{file.stem}": [OLDEST]
        for file in (ROOT / "tests/clients/requirements").glob("*.in")
    },
}
"""Lists without endings (`.txt` is made from `.in`), each with a version of Python and options."""

COMPILE = [
    *(str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
    *("--no-annotate", "--no-emit-index-url", "--custom-compile-command", "make lock", "--python-version"),
]


def main() -> None:
    """Make all lists again; versions that are not pinned stay as long as they fit."""
    for name, options in sorted(LISTS.items()):
        subprocess.run([*COMPILE, *options, f"{name}.in", "--output-file", f"{name}.txt"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
