"""What a docstring says, taken apart."""

from lambdaboard.jsonrpc.docstrings import Docstring


def documented() -> None:
    """Add a note: by name.

    It is put behind the others,
    and stays there.

    Unless it is moved.

    Args:
        context: of the call.
        title: any text: 1 to 9 characters
            of it, "" is none.
        note_id: the note.

    Returns:
        The id; false where
        it is refused. Source: API documents, createTask;
        behaviour.md 3.

    Raises:
        Rejected: no.
    """


def short() -> None:
    """Do it."""


def sourced() -> None:
    """Do it.

    Returns:
        Source: behaviour.md 3.
    """


def bare() -> None: ...


def test_each_part_is_found_with_its_lines_joined() -> None:
    told = Docstring.of(documented)
    assert told.summary == "Add a note: by name."
    assert told.description == "It is put behind the others, and stays there.\n\nUnless it is moved."
    assert dict(told.arguments) == {
        "context": "of the call.",
        "title": 'any text: 1 to 9 characters of it, "" is none.',
        "note_id": "the note.",
    }


def test_where_a_rule_comes_from_is_not_for_the_reader_of_the_api() -> None:
    assert Docstring.of(documented).returns == "The id; false where it is refused."
    assert Docstring.of(sourced).returns == ""


def test_what_is_not_there_is_empty() -> None:
    assert Docstring.of(short) == Docstring("Do it.", "", {}, {}, "")
    assert Docstring.of(bare) == Docstring("", "", {}, {}, "")
