import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdaboard.domain.search.lexer import Words, cut

NAMES = ["status", "title", "due", "subtask:assignee", "priority", "task"]
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("query", "values", "text"),
    [
        # rule 1: names
        ("status:open", [("status", "open")], ""),
        ("STATUS:open", [("status", "open")], ""),
        ("subtask:assignee:me", [("subtask:assignee", "me")], ""),
        ("tas\N{KELVIN SIGN}:open", [], "tas\N{KELVIN SIGN}:open"),
        ("\u017ftatus:open", [], "\u017ftatus:open"),
        ("foo:bar", [], "foo:bar"),
        ("xstatus:open", [], "xstatus:open"),
        ("foo:status:open", [], "foo:status:open"),
        ("status :open", [], "status :open"),
        # an attribute takes what follows it
        ("status:", [], ""),
        ("status: open", [], "open"),
        ("foo status: open", [], "foo open"),
        ("status:title:x", [], "x"),
        ("status:title: x", [], "x"),
        ("status:status:closed", [], "closed"),
        # rule 2, and what is left over
        ("foo  bar", [], "foo  bar"),
        ("  foo\t", [], "foo"),
        ("foo status:open bar", [("status", "open")], "foo bar"),
        ("foo\t status:open \n bar  baz", [("status", "open")], "foo bar  baz"),
        (
            "status:open  foo  due:today status:closed  ",
            [("status", "open"), ("due", "today"), ("status", "closed")],
            "foo",
        ),
        ('"foo "status:open" bar"', [("status", "open")], "foo bar"),
        ("foo status:  bar", [], "foo bar"),
        ("due:2030-01-20T15:30 foo", [("due", "2030-01-20")], "T15:30 foo"),
        ("\0foo", [], "foo"),
        # rule 3
        ("due:2030-01-20T15:30", [("due", "2030-01-20")], "T15:30"),
        ("due:>=2030-01-20", [("due", ">=2030-01-20")], ""),
        ("due:2030-1-20", [("due", "2030-1-20")], ""),
        ("due:2030-01-01..2030-02-01", [("due", "2030-01-01")], "..2030-02-01"),
        # rule 4
        ("due:<01/15/2030", [("due", "<01")], "/15/2030"),
        ("due:>2030-1-14", [("due", ">2030")], "-1-14"),
        ("priority:<é_9-", [("priority", "<é_9")], "-"),
        ("priority:>= 1", [("priority", ">=")], "1"),
        # rule 5
        ('due:<"01/15/2030"', [("due", "<01/15/2030")], ""),
        ('due:>"today" status:"open"', [("due", ">today"), ("status", "open")], ""),
        ('due:>"today', [("due", ">today")], ""),
        ('due:>"today" status:open', [("due", ">today"), ("status", "open")], ""),
        ('due:>"today"\nstatus:"open"', [("due", ">today"), ("status", "open")], ""),
        # rule 6
        ('title:"foo bar" baz', [("title", "foo bar")], "baz"),
        ('"status:open"', [], "status:open"),
        ('"fix"title:foo', [("title", "foo")], "fix"),
        ('title:""', [("title", "")], ""),
        ('title:"foo\nbar"', [("title", "foo")], "bar"),
        # rule 7 and quotes
        ('"foo bar', [], "foo bar"),
        ('title:foo"bar baz"', [("title", "foobar")], "baz"),
        ('"say "hi"', [], "say hi"),
        ('"', [], ""),
        ("", [], ""),
        # a blank outside ASCII is text
        (f"{NBSP}foo", [], f"{NBSP}foo"),
        (f"foo{NBSP}bar", [], f"foo{NBSP}bar"),
        (f"status:open{NBSP}foo", [("status", "open")], f"{NBSP}foo"),
        (f"title:{NBSP}foo", [("title", NBSP)], "foo"),
        ("\u3000", [], "\u3000"),
    ],
)
def test_a_query_is_cut_by_the_first_rule_that_fits(query: str, values: list[tuple[str, str]], text: str) -> None:
    assert cut(query, NAMES) == Words(tuple(values), text)


@given(st.text("ab \t%_", max_size=40))
def test_without_attributes_and_quotes_a_query_is_its_own_free_text(query: str) -> None:
    assert cut(query, NAMES) == Words((), query.strip())


@given(st.text() | st.text('abc:<=>"09- \n\u00a0'))
def test_no_character_but_blanks_and_quotes_is_lost_without_attributes(query: str) -> None:
    words = cut(query, ["no such name"])
    assert words.text == query.replace('"', "").strip(" \t\n\r\0\v")
