"""`make lock`: each list of packages with all that it brings along, each file of them by its hash. Asks the registry.

`pip --require-hashes` then installs what was looked at, and nothing else: on any machine, in CI and in the layer.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

OLDEST, DEPLOYED = "3.11", "3.13"
"""The Python that a developer may have, and the one that runs what is deployed."""

LISTS = {
    "layers/dependencies/requirements": [DEPLOYED, "--no-deps"],  # all that is deployed is listed
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
"""Lists without endings (`.in` is written by hand, `.txt` is made of it), each with a version of Python and options."""

COMPILE = [
    *(str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
    *("--no-annotate", "--no-emit-index-url", "--custom-compile-command", "make lock", "--python-version"),
]


def main() -> None:
    """Make all lists anew; a version that is not pinned stays what it was, while it fits."""
    for name, options in sorted(LISTS.items()):
        subprocess.run([*COMPILE, *options, f"{name}.in", "--output-file", f"{name}.txt"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
