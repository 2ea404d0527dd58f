"""Text matching, as LIKE in SQLite does it (search.md 4)."""

import re
from collections.abc import Callable, Sequence

from lambdaboard.domain.search.normalization import normalized

MAX_PATTERN = 1_000
"""Characters; in a longer value `%` and `_` stand for themselves. (SQLite has a limit, too, and an error beyond it.)"""


def contains(value: str) -> Callable[[str], bool]:
    """Return a test for texts that contain the value, whatever the case of letters and how they are composed.

    `%` in the value stands for any run of characters and `_` for any one. The test takes time in proportion to the text
    times `MAX_PATTERN` at worst, whatever the value.
    """
    wanted = normalized(value)
    if len(wanted) > MAX_PATTERN or not {"%", "_"} & set(wanted):
        return lambda text: wanted in normalized(text)
    runs = [_run(run) for run in wanted.split("%") if run]
    return lambda text: _in_order(runs, normalized(text))


def equals(value: str) -> Callable[[str], bool]:
    """Return a test for texts that are the value, whatever the case of letters; `%` and `_` as in `contains`."""
    wanted = normalized(value)
    if len(wanted) > MAX_PATTERN or "%" not in wanted:
        pattern = _run(wanted) if len(wanted) <= MAX_PATTERN else re.compile(re.escape(wanted))
        return lambda text: pattern.fullmatch(normalized(text)) is not None
    first, *inner, last = wanted.split("%")
    head, runs, tail = _run(first), [_run(run) for run in inner if run], _run(last)
    return lambda text: _is_framed(head, runs, tail, normalized(text), len(first), len(last))


def begins(value: str) -> Callable[[str], bool]:
    """Return a test for texts that begin with the value, whatever the case of letters; `%` and `_` as above."""
    if len(value) < MAX_PATTERN:
        return equals(f"{value}%")
    wanted = normalized(value)
    return lambda text: normalized(text).startswith(wanted)


def _is_framed(
    head: re.Pattern[str], inner: Sequence[re.Pattern[str]], tail: re.Pattern[str], text: str, start: int, left: int
) -> bool:
    end = len(text) - left
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
