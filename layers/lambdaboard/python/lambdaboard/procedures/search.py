"""searchTasks: what a query finds, in one project or in all."""

from __future__ import annotations

from lambdaboard.errors import InvalidParams
from lambdaboard.jsonrpc import Integer, Text
from lambdaboard.procedures.access import VIEW
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import FoundRow

MAX_QUERY = 10_000
"""Characters of a query."""


@procedure("searchTasks", VIEW)
def search_tasks(
    context: Context, project_id: Id, query: Text | None, *, limit: Integer = 0, after_id: Id = 0
) -> list[FoundRow]:
    """Find tasks of a project by a query, by id.

    Args:
        project_id: the project, active or not; 0 for all that the caller may read, an extension.
        query: in the language of docs/search.md; "" for all tasks; at most 10,000 characters.
        limit: at most so many, an extension for queries whose answer is too large; 0 for all.
        after_id: only those with a greater id: the last one of the page before; an extension, too.

    Returns:
        48 properties of each: its own, numbers of what hangs on it, names of what it refers to; false where there is no
        such project. Source: seeds, searchTasks; search-language.md.
    """
    # imported here: a start need not wait for what one procedure needs
    from lambdaboard.procedures.searching import Search  # noqa: PLC0415

    if not project_id:
        context.stores.gate.enter_own()
    if query and len(query) > MAX_QUERY:
        raise InvalidParams("query", f"must be at most {MAX_QUERY:,} characters long")
    if limit < 0:
        raise InvalidParams("limit", "must not be negative")
    search = Search.of_text(context, query or "", limit or None, after_id)
    return search.of(project_id) if project_id else search.everywhere()
