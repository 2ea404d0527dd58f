"""Text matching, as LIKE in SQLite does it (search.md 4)."""

import re
from collections.abc import Callable, Sequence

from lambdaboard.domain.casefold import casefold

MAX_PATTERN = 1_000
"""Characters; in a longer value `%` and `_` stand for themselves. (SQLite has a limit, too, and an error beyond it.)"""


def contains(value: str) -> Callable[[str], bool]:
    """Return a test for texts that contain the value, whatever the case of ASCII letters.

    `%` in the value stands for any run of characters and `_` for any one. The test takes time in proportion to the text
    times `MAX_PATTERN` at worst, whatever the value.
    """
    wanted = casefold(value)
    if len(wanted) > MAX_PATTERN or not {"%", "_"} & set(wanted):
        return lambda text: wanted in casefold(text)
    runs = [_run(run) for run in wanted.split("%") if run]
    return lambda text: _in_order(runs, casefold(text))


def equals(value: str) -> Callable[[str], bool]:
    """Return a test for texts that are the value, whatever the case of ASCII letters; `%` and `_` as in `contains`."""
    wanted = casefold(value)
    if len(wanted) > MAX_PATTERN or "%" not in wanted:
        pattern = _run(wanted) if len(wanted) <= MAX_PATTERN else re.compile(re.escape(wanted))
        return lambda text: pattern.fullmatch(casefold(text)) is not None
    head, *inner, tail = wanted.split("%")
    runs = [_run(run) for run in inner if run]
    return lambda text: _is_framed(_run(head), runs, _run(tail), casefold(text), len(head), len(text) - len(tail))


def begins(value: str) -> Callable[[str], bool]:
    """Return a test for texts that begin with the value, whatever the case of ASCII letters; `%` and `_` as above."""
    if len(value) < MAX_PATTERN:
        return equals(f"{value}%")
    wanted = casefold(value)
    return lambda text: casefold(text).startswith(wanted)


def _is_framed(
    head: re.Pattern[str], inner: Sequence[re.Pattern[str]], tail: re.Pattern[str], text: str, start: int, end: int
) -> bool:
    ends = start <= end and head.match(text) is not None and tail.match(text, end) is not None
    return ends and _in_order(inner, text[start:end])


def _run(run: str) -> re.Pattern[str]:
    return re.compile(".".join(re.escape(part) for part in run.split("_")), re.DOTALL)


def _in_order(runs: Sequence[re.Pattern[str]], text: str) -> bool:
    # The first place of each run leaves most room for the others. One regular expression with `.*` for `%` would try
    # all the places instead, which takes time to the power of the number of `%`.
    start = 0
    for run in runs:
        found = run.search(text, start)
        if found is None:
            return False
        start = found.end()
    return True
