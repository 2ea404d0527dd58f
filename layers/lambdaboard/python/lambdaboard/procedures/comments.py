"""Comments of tasks (context-api.md 9, for persons 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.domain.comment import VISIBILITIES, Comment, may_see
from lambdaboard.domain.properties import MAX_REFERENCE
from lambdaboard.domain.user import APP_USER
from lambdaboard.errors import Forbidden, Rejected
from lambdaboard.jsonrpc import Text
from lambdaboard.procedures.access import VIEW, WORK
from lambdaboard.procedures.context import Context
from lambdaboard.procedures.parameters import Id
from lambdaboard.procedures.registry import procedure
from lambdaboard.procedures.rows import Row
from lambdaboard.store import keys, people
from lambdaboard.store.parallel import start

if TYPE_CHECKING:
    from lambdaboard.domain.user import User
    from lambdaboard.store.child_entities import StoredChild


@procedure("createComment", WORK)
def create_comment(
    context: Context, task_id: Id, user_id: Id, content: Text, reference: Text = "", visibility: Text = APP_USER
) -> int:
    """Add a comment to a task.

    Args:
        task_id: the task, open or closed.
        user_id: the author; a person can only give themselves. 0 or an unknown one is nobody.
        content: Markdown, not empty.
        reference: up to 191 characters.
        visibility: who may see it, with those of a higher role: app-user, app-manager or app-admin; not above the role
            of the person who calls.

    Returns:
        The id of the comment; false where there is no such task or a value is refused.
    """
    _check(context, user_id, content, visibility)
    if len(reference) > MAX_REFERENCE:
        raise Rejected("reference")
    stores = context.stores
    new_id = start(stores.comments.next_id)
    found = stores.tasks.find(task_id, keys.user(user_id))
    comment = Comment(
        id=new_id.result(),
        task_id=task_id,
        user_id=user_id if people.user_of(found.items, user_id) else 0,
        date_creation=context.now,
        date_modification=context.now,
        comment=content,
        reference=reference,
        visibility=visibility,
    )
    context.answers(comment.id)
    stores.comments.add(found.stored, comment, "content")
    return comment.id


def _check(context: Context, user_id: int, content: str, visibility: str) -> None:
    caller = context.caller
    if not content:
        raise Rejected("content")
    if visibility not in VISIBILITIES:
        raise Rejected("visibility")
    if caller.user and (user_id != caller.user_id or not may_see(caller.role, visibility)):
        raise Rejected("another's name")


@procedure("getComment", VIEW, failure=None)
def get_comment(context: Context, comment_id: Id) -> Row:
    """Get a comment.

    Args:
        comment_id: the comment.

    Returns:
        `id`, `task_id`, `user_id`, `date_creation`, `date_modification`, `comment`, `reference`, `visibility`, and of
        the author `username`, `name`, `email` and `avatar_path`, null where there is none; null where there is no such
        comment.
    """
    comment = _find(context, comment_id).value
    users = context.stores.users.named([comment.user_id])
    return _row(comment, users.get(comment.user_id))


@procedure("getAllComments", VIEW, failure=[])
def get_all_comments(context: Context, task_id: Id) -> list[Row]:
    """Get the comments of a task that the caller may see, in the order in which they were made.

    Args:
        task_id: the task, open or closed.

    Returns:
        Comments as getComment answers them, without `reference`; an empty list where there is no such task.
    """
    stores = context.stores
    read = start(lambda: [*stores.comments.of(task_id)])
    stores.tasks.find(task_id)
    comments = [each for each in read.result() if each.is_visible_to(context.caller.role)]
    comments.sort(key=lambda each: (each.date_creation, each.id))
    users = stores.users.named(each.user_id for each in comments)
    rows = [_row(each, users.get(each.user_id)) for each in comments]
    for row in rows:
        del row["reference"]
    return rows


@procedure("updateComment", WORK, unknown=True)
def update_comment(context: Context, id: Id, content: Text) -> bool:
    """Replace the text of a comment.

    Args:
        id: the comment; a person can only change their own.
        content: Markdown, not empty.

    Returns:
        True, also where there is no such comment; false where the text is empty or the comment is another person's.
    """
    held = _find_own(context, id)
    if not content:
        raise Rejected("content")
    comment = msgspec.structs.replace(held.value, comment=content, date_modification=context.now)
    context.stores.comments.replace(held, comment, "content")
    return True


@procedure("removeComment", WORK)
def remove_comment(context: Context, comment_id: Id) -> bool:
    """Remove a comment.

    Args:
        comment_id: the comment; a person can only remove their own.

    Returns:
        True; false where there is no such comment or it is another person's.
    """
    context.stores.comments.remove(_find_own(context, comment_id))
    return True


def _find(context: Context, comment_id: int) -> StoredChild[Comment]:
    """Read a comment that the caller may see (2 round trips); NotFound, Forbidden."""
    held = context.stores.comments.find(comment_id)
    if not held.value.is_visible_to(context.caller.role):
        raise Forbidden
    return held


def _find_own(context: Context, comment_id: int) -> StoredChild[Comment]:
    held = _find(context, comment_id)
    if context.caller.user and held.value.user_id != context.caller.user_id:
        raise Rejected("another's")
    return held


def _row(comment: Comment, author: User | None) -> Row:
    row = Row(msgspec.structs.asdict(comment))
    row["user_id"] = author.id if author else 0
    for name in ("username", "name", "email", "avatar_path"):
        row[name] = getattr(author, name, None)
    return row
