"""searchTasks: a query in one project or in all."""

from __future__ import annotations

from lambdaboard.api.access import VIEW
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import ProjectIdOrZero
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.tasks import FoundTaskRow
from lambdaboard.errors import InvalidParams
from lambdaboard.jsonrpc import Integer, Text
from lambdaboard.services.paging import Page

MAX_QUERY = 10_000
"""The limit of characters of a query."""


@procedure("searchTasks", VIEW)
def search_tasks(
    context: Context, project_id: ProjectIdOrZero, query: Text | None, *, limit: Integer = 0, after_id: Integer = 0
) -> list[FoundTaskRow]:
    """Find tasks of a project by a query, by id.

    Args:
        project_id: the project, active or not; 0 for all that the caller may read, an extension.
        query: in the language of docs/search.md; "" for all tasks; at most 10,000 characters.
        limit: the highest number of tasks; 0 for all; an extension for queries whose answer is too large.
        after_id: only those with a greater id: the last one of the previous page; an extension, too.

    Returns:
        The tasks; false if there is no such project. Source: API documents, searchTasks; search.md 1 to 6.
    """
    # imported here, so that only this procedure waits for it
    from lambdaboard.services.search_request import SearchRequest  # noqa: PLC0415
    from lambdaboard.services.searching import found_rows, found_rows_everywhere  # noqa: PLC0415

    if query and len(query) > MAX_QUERY:
        raise InvalidParams("query", f"must be at most {MAX_QUERY:,} characters long")
    search = SearchRequest.of_text(context, query or "", Page.of(limit, after_id))
    return found_rows(search, project_id) if project_id else found_rows_everywhere(search)
