"""Comments of tasks (context.md 9 and 2.3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import CommentId, Id, TaskId
from lambdaboard.api.registry import procedure
from lambdaboard.api.resources import visible_comment
from lambdaboard.api.rows.children import CommentRow, ListedCommentRow, comment_row, listed_comment_row
from lambdaboard.domain.comment import VISIBILITIES, Comment, may_see
from lambdaboard.domain.event import Details, Event, EventName
from lambdaboard.domain.properties import MAX_REFERENCE
from lambdaboard.domain.user import APP_USER
from lambdaboard.errors import Reason, Rejected
from lambdaboard.jsonrpc import Text
from lambdaboard.services.result_budget import ROW_CHARACTERS, ResultBudget
from lambdaboard.store.parallel import first_page, gather

if TYPE_CHECKING:
    from lambdaboard.api.context import Caller
    from lambdaboard.store.child_entities import StoredChild
    from lambdaboard.store.tasks import LoadedTask


@procedure("createComment", WORK)
def create_comment(
    context: Context, task_id: TaskId, user_id: Id, content: Text, reference: Text = "", visibility: Text = APP_USER
) -> int:
    """Add a comment to a task.

    Args:
        task_id: the task, open or closed.
        user_id: the author; for a person, only their own id is allowed. 0 and an unknown id mean nobody.
        content: Markdown, not empty.
        reference: up to 191 characters.
        visibility: the lowest role that may see it: app-user, app-manager or app-admin; not above the role of the
            person who calls.

    Returns:
        The id of the comment; false if there is no such task or a value is refused.
    """
    _check(context, user_id, content, visibility)
    if len(reference) > MAX_REFERENCE:
        raise Rejected(Reason.TOO_LONG, "reference")
    stores = context.stores
    loaded, new_id = gather(partial(stores.tasks.find, task_id, users=[user_id]), stores.comments.next_id)
    comment = Comment(
        id=new_id,
        task_id=task_id,
        user_id=user_id if loaded.people.user(user_id) else 0,
        date_creation=context.now,
        date_modification=context.now,
        comment=content,
        reference=reference,
        visibility=visibility,
    )
    actions = stores.comments.add_actions(loaded, comment, "content")
    return context.commit(comment.id, *actions, events=[_event(EventName.COMMENT_CREATE, loaded, comment)])


def _check(context: Context, user_id: int, content: str, visibility: str) -> None:
    if not content:
        raise Rejected(Reason.EMPTY, "content")
    if visibility not in VISIBILITIES:
        raise Rejected(Reason.UNKNOWN_VALUE, "visibility")
    if context.caller.user:
        _check_person(context.caller, user_id, visibility)


def _check_person(caller: Caller, user_id: int, visibility: str) -> None:
    if user_id != caller.user_id:
        raise Rejected(Reason.NOT_OWN, "user_id")
    if not may_see(caller.role, visibility):
        raise Rejected(Reason.ABOVE_ROLE, "visibility")


@procedure("getComment", VIEW, failure=None)
def get_comment(context: Context, comment_id: CommentId) -> CommentRow:
    """Get a comment.

    Args:
        comment_id: the comment.

    Returns:
        The comment; null if there is no such comment.
    """
    comment = visible_comment(context, comment_id).value
    users = context.stores.users.named([comment.user_id])
    return comment_row(comment, users.get(comment.user_id))


@procedure("getAllComments", VIEW, failure=[])
def get_all_comments(context: Context, task_id: TaskId) -> list[ListedCommentRow]:
    """Get the comments of a task that the caller may see, in the order of their creation.

    Args:
        task_id: the task, open or closed.

    Returns:
        The comments; an empty list if there is no such task.
    """
    stores = context.stores
    _, stored = gather(partial(stores.tasks.find, task_id), first_page(stores.comments.of(task_id)))
    visible = (each for each in stored if each.is_visible_to(context.caller.role))
    fitting = ResultBudget(context.result_limit).each(visible, lambda each: ROW_CHARACTERS + len(each.comment))
    comments = sorted(fitting, key=lambda each: (each.date_creation, each.id))
    users = stores.users.named(each.user_id for each in comments)
    return [listed_comment_row(each, users.get(each.user_id)) for each in comments]


@procedure("updateComment", WORK)
def update_comment(context: Context, id: CommentId, content: Text) -> bool:
    """Replace the text of a comment.

    Args:
        id: the comment; a person can only change their own.
        content: Markdown, not empty.

    Returns:
        True; false if there is no such comment, the text is empty or the comment is another person's.
    """
    stored = _find_own(context, id)
    if not content:
        raise Rejected(Reason.EMPTY, "content")
    comment = msgspec.structs.replace(stored.value, comment=content, date_modification=context.now)
    actions = context.stores.comments.replace_actions(stored, comment, "content")
    return context.commit(True, *actions, events=[_event(EventName.COMMENT_UPDATE, stored.loaded, comment)])


@procedure("removeComment", WORK)
def remove_comment(context: Context, comment_id: CommentId) -> bool:
    """Remove a comment.

    Args:
        comment_id: the comment; a person can only remove their own.

    Returns:
        True; false if there is no such comment or it is another person's.
    """
    stored = _find_own(context, comment_id)
    actions = context.stores.comments.remove_actions(stored)
    return context.commit(True, *actions, events=[_event(EventName.COMMENT_DELETE, stored.loaded, stored.value)])


def _event(name: EventName, loaded: LoadedTask, comment: Comment) -> Event:
    return Event(name, loaded.project, loaded.task, Details(comment=comment))


def _find_own(context: Context, comment_id: int) -> StoredChild[Comment]:
    stored = visible_comment(context, comment_id)
    if context.caller.user and stored.value.user_id != context.caller.user_id:
        raise Rejected(Reason.NOT_OWN)
    return stored
