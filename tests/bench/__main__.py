"""`make bench`: measure all that docs/costs.md tells, and write it there. ARGS='methods money' for some of it.

AWS's own DynamoDB is behind it (Java and npm are needed).
"""

from __future__ import annotations

import sys

from tests.bench import clients, methods, money, report, search

PARTS = {"methods": methods.tables, "clients": clients.tables, "money": money.tables, "searches": search.tables}


def main() -> None:
    """Measure all parts, or those that are named."""
    for name in sys.argv[1:] or PARTS:
        for table, text in PARTS[name]().items():
            report.put(table, text)


if __name__ == "__main__":
    main()
