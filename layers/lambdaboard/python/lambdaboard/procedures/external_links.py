"""External links of tasks (context.md 11)."""

from __future__ import annotations

from functools import partial

from lambdaboard.api.access import OPEN, VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import InnerExternalLinkId, TaskId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.links import (
    ExternalLinkRow,
    ListedExternalLinkRow,
    external_link_row,
    listed_external_link_row,
)
from lambdaboard.domain.external_link import (
    AUTO,
    BLANKS,
    DEPENDENCIES,
    MAX_LENGTH,
    TYPES,
    WEBLINK,
    ExternalLink,
    fits,
    is_url,
    title_of,
    type_of,
)
from lambdaboard.domain.project import longest
from lambdaboard.errors import Reason, Rejected
from lambdaboard.jsonrpc import Text
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget
from lambdaboard.store.parallel import first_page, gather

MAX_DEPENDENCY = 100
"""Characters."""


@procedure("getExternalTaskLinkTypes", OPEN)
def get_external_task_link_types(_context: Context) -> dict[str, str]:
    """Get the types for createExternalTaskLink.

    Returns:
        Their names by type.
    """
    return TYPES


@procedure("getExternalTaskLinkProviderDependencies", OPEN)
def get_external_task_link_provider_dependencies(
    _context: Context,
    providerName: Text,  # noqa: N803 - the original's name
) -> dict[str, str]:
    """Get the dependencies that links of a type can have.

    Args:
        providerName: the type; not `auto`.

    Returns:
        Their names by dependency; false if there is no such type.
    """
    if providerName == AUTO or providerName not in TYPES:
        raise Rejected(Reason.UNKNOWN_VALUE, "providerName")
    return DEPENDENCIES


@procedure("createExternalTaskLink", WORK)
def create_external_task_link(
    context: Context, task_id: TaskId, url: Text, dependency: Text, type: Text = AUTO, title: Text = ""
) -> int:
    """Add a link from a task to a web page, a document or a file elsewhere.

    Args:
        task_id: the task, open or closed.
        url: at most 65,535 characters; white space around it is trimmed.
        dependency: `related`, or any string of up to 100 characters.
        type: `file` (a URL with `://` that does not begin with http or ftp), `attachment` (a web address whose last
            part, with the query, does not have the extension of a web page), `weblink` (a web address), or `auto`: the
            first that fits.
        title: at most 65,535 characters; "" for the last part of the path; for a web page, its own title, which is
            fetched, or else the whole URL.

    Returns:
        The id of the link; false if there is no such task, no type fits, there is no title or a value is refused.
    """
    address = url.strip(BLANKS)
    kind = _kind(type, address)
    _check(title or title_of(kind, address), dependency)
    stores = context.stores
    loaded, new_id = gather(partial(stores.tasks.find, task_id), stores.external_links.next_id)
    link = ExternalLink(
        id=new_id,
        link_type=kind,
        dependency=dependency,
        title=title or _title(kind, address),
        url=address,
        date_creation=context.now,
        date_modification=context.now,
        task_id=task_id,
        creator_id=context.caller.user_id,
    )
    largest = longest(url=address, title=title)
    return context.commit(link.id, *stores.external_links.add_actions(loaded, link, largest))


def _title(kind: str, url: str) -> str:
    # imported here, so that only calls that request a page wait for it
    from lambdaboard.store.web import page_title  # noqa: PLC0415

    return (page_title(url) if kind == WEBLINK else "") or title_of(kind, url)


def _kind(given: str, url: str) -> str:
    """Return the given type, or the first that fits; Rejected if none does."""
    if given not in TYPES:
        raise Rejected(Reason.UNKNOWN_VALUE, "type")
    kind = type_of(url) if given == AUTO else given
    if not kind or not fits(kind, url):
        raise _refused_url(url)
    return kind


def _refused_url(url: str) -> Rejected:
    """Return why a URL is refused that is too long, or none, or does not fit its type."""
    return Rejected(Reason.TOO_LONG if len(url) > MAX_LENGTH else Reason.INVALID_VALUE, "url")


def _check(title: str, dependency: str) -> None:
    for name, text, longest_text in (("title", title, MAX_LENGTH), ("dependency", dependency, MAX_DEPENDENCY)):
        if not 0 < len(text) <= longest_text:
            raise Rejected(Reason.TOO_LONG if text else Reason.EMPTY, name)


@procedure("getExternalTaskLinkById", VIEW)
def get_external_task_link_by_id(context: Context, task_id: TaskId, link_id: InnerExternalLinkId) -> ExternalLinkRow:
    """Get an external link of a task.

    Args:
        task_id: the task.
        link_id: the link.

    Returns:
        The link; false if the task has no such link.
    """
    return external_link_row(context.stores.external_links.find_of(task_id, link_id).value)


@procedure("getAllExternalTaskLinks", VIEW, failure=[])
def get_all_external_task_links(context: Context, task_id: TaskId) -> list[ListedExternalLinkRow]:
    """Get the external links of a task, by title.

    Args:
        task_id: the task, open or closed.

    Returns:
        The links; an empty list if there is no such task.
    """
    stores = context.stores
    _, stored = gather(partial(stores.tasks.find, task_id), first_page(stores.external_links.of(task_id)))
    budget = ResultBudget(context.result_limit)
    fitting = budget.each(stored, lambda link: ROW_CHARACTERS + len(link.title) + len(link.url))
    links = sorted(fitting, key=lambda link: (link.title, link.id))
    users = stores.users.named(link.creator_id for link in links)
    return [listed_external_link_row(link, users.get(link.creator_id)) for link in links]


@procedure("updateExternalTaskLink", WORK)
def update_external_task_link(
    context: Context,
    task_id: TaskId,
    link_id: InnerExternalLinkId,
    title: Text | None = None,
    url: Text | None = None,
    dependency: Text | None = None,
) -> bool:
    """Change properties of an external link, all or none of them; its type, and values that are not given, stay.

    Args:
        task_id: the task.
        link_id: the link.
        title: not empty.
        url: any URL, without white space around it.
        dependency: see createExternalTaskLink.

    Returns:
        True; false if the task has no such link or a value is refused.
    """
    stored = context.stores.external_links.find_of(task_id, link_id)
    given = {"title": title, "url": url, "dependency": dependency}
    changes = {name: value for name, value in given.items() if value is not None}
    link = stored.value.changed(**changes, date_modification=context.now)
    if not is_url(link.url):
        raise _refused_url(link.url)
    _check(link.title, link.dependency)
    largest = longest(url=url, title=title)
    return context.commit(True, *context.stores.external_links.replace_actions(stored, link, largest))


@procedure("removeExternalTaskLink", WORK)
def remove_external_task_link(context: Context, task_id: TaskId, link_id: InnerExternalLinkId) -> bool:
    """Remove an external link of a task.

    Args:
        task_id: the task.
        link_id: the link.

    Returns:
        True; false if the task has no such link.
    """
    links = context.stores.external_links
    return context.commit(True, *links.remove_actions(links.find_of(task_id, link_id)))
