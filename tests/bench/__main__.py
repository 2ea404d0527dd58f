"""`make bench`: measures and writes the figures of docs/costs.md and docs/scale.md. ARGS='methods money' for some.

AWS's own DynamoDB is behind it (Java and npm are needed).
"""

from __future__ import annotations

import sys

from tests.bench import ahead, clients, methods, money, moving, report, search

PARTS = {
    "methods": methods.tables,
    "ahead": ahead.tables,
    "clients": clients.tables,
    "money": money.tables,
    "searches": search.tables,
    "moves": moving.tables,
}


def main() -> None:
    """Measure all parts, or the named ones."""
    for name in sys.argv[1:] or PARTS:
        for table, text in PARTS[name]().items():
            report.put(table, text)


if __name__ == "__main__":
    main()
