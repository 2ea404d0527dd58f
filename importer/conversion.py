"""Conversion of Kanboard's rows to Lambdaboard's stored form. A value that cannot be kept becomes a note."""

from __future__ import annotations

import secrets
from collections import defaultdict
from hashlib import sha1
from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.source import row_name
from lambdaboard.domain import passwords
from lambdaboard.domain.automatic_actions import kind_of
from lambdaboard.domain.comment import VISIBILITIES, Comment
from lambdaboard.domain.external_link import TYPES, WEBLINK, ExternalLink
from lambdaboard.domain.file import cut_name
from lambdaboard.domain.group import MAX_TEXT, Group
from lambdaboard.domain.link import LinkType, LinkTypes
from lambdaboard.domain.ordering import first_rank
from lambdaboard.domain.project import AutomaticAction, Category, Column, Project, Resolver, Swimlane
from lambdaboard.domain.project_rules import IDENTIFIER
from lambdaboard.domain.properties import MAX_REFERENCE
from lambdaboard.domain.subtask import Subtask, plain
from lambdaboard.domain.task import Task
from lambdaboard.domain.user import (
    APP_ADMIN,
    APP_USER,
    APPLICATION_ROLES,
    PROJECT_ROLES,
    PROJECT_VIEWER,
    User,
    checked_user,
    plain_name,
)
from lambdaboard.errors import Rejected
from lambdaboard.store.files import File, ProjectFile, project_folder, task_folder
from lambdaboard.store.tags import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer import models
    from importer.report import Report


class Known(NamedTuple):
    """The imported things that other rows may name; few, compared to tasks and their child entities.

    Attributes:
        groups: the ids of all groups.
        projects: id -> resolver.
        tags: the ids of all tags.
    """

    groups: set[int]
    users: set[int]
    projects: dict[int, Resolver]
    tags: set[int]


# --- people -------------------------------------------------------------------------------------------------------


def group_of(row: models.GroupRow, report: Report) -> Group:
    """Return a group; strings that are too long are cut."""
    values = row.model_dump()
    for name in ("name", "external_id"):
        if len(values[name] or "") > MAX_TEXT:
            report.changed(row.table, row.id, name, f"is longer than {MAX_TEXT:,} characters: cut")
            values[name] = values[name][:MAX_TEXT]
    return Group(**values)


def user_of(row: models.UserRow, groups: Sequence[int], names: set[str], report: Report) -> User:
    """Return a user.

    Args:
        row: the row.
        groups: of which they are a member.
        names: the taken usernames, in their unique form; theirs is added.
        report: for notes to the user.

    Returns:
        The user. The password keeps its hash, of bcrypt; a user without one, as from LDAP, gets a hash of no password.
    """
    _tell_of_log_in(row, names, report)
    role = row.role
    if role not in APPLICATION_ROLES:
        report.changed(row.table, row.id, "role", "is not a role here: app-user instead")
        role = APP_USER
    has_password = passwords.is_importable(row.password)
    return User(
        id=row.id,
        username=row.username,
        password=row.password if has_password else passwords.hashed(secrets.token_hex()),
        name=row.name,
        email=row.email,
        role=role,
        is_active=row.is_active,
        timezone=row.timezone,
        language=row.language,
        notifications_enabled=row.notifications_enabled,
        notifications_filter=row.notifications_filter,
        disable_login_form=row.disable_login_form,
        filter=row.filter,
        theme=row.theme,
        groups=tuple(sorted(groups)),
    )


def _fault_of_name(username: str, names: set[str]) -> str:
    """Return why a username is invalid here; "" if it is valid."""
    if plain_name(username) in names:
        return "looks the same as another user's name"
    try:
        is_whole = checked_user({"username": username})["username"] == username
    except Rejected:
        return "is not allowed as a name here (docs/people.md)"
    return "" if is_whole else "begins or ends with white space"


def _tell_of_log_in(row: models.UserRow, names: set[str], report: Report) -> None:
    """Report why a user cannot log in as before."""
    fault = _fault_of_name(row.username, names)
    names.add(plain_name(row.username))
    if fault:
        report.add("note", row.table, row.id, "username", f"{fault}: cannot log in until updateUser sets another one")
    if row.twofactor_activated:
        report.add("note", row.table, row.id, "twofactor_activated", "logs in without a second factor here")
    if row.is_ldap_user:
        report.add("note", row.table, row.id, "is_ldap_user", "there is no LDAP here: cannot log in")
    if not passwords.is_importable(row.password):
        report.add("note", row.table, row.id, "password", "cannot be kept: cannot log in until updateUser sets one")


def role_of(row: models.MemberRow | models.ProjectGroupRow, report: Report) -> str:
    """Return a role in a project; for a custom role of the project the lowest one, so that no user gets more rights."""
    if row.role in PROJECT_ROLES:
        return row.role
    report.changed(row.table, row_name(type(row), row), "role", f"is not a role here: {PROJECT_VIEWER} instead")
    return PROJECT_VIEWER


# --- projects -----------------------------------------------------------------------------------------------------


class Parts(NamedTuple):
    """The parts of a project."""

    columns: Sequence[models.ColumnRow]
    swimlanes: Sequence[models.SwimlaneRow]
    categories: Sequence[models.CategoryRow]
    groups: Mapping[int, str]
    actions: Sequence[AutomaticAction]


def project_of(row: models.ProjectRow, parts: Parts, taken: set[str], report: Report) -> Project:
    """Return a project; `taken`: the identifiers and e-mail addresses of others; its own are added."""
    values = row.model_dump(exclude={"last_modified"})
    for name in ("identifier", "email"):
        fault = "is also another project's" if values[name] in taken else ""
        if name == "identifier" and not IDENTIFIER.fullmatch(row.identifier):
            fault = "is not valid here"
        if fault:
            report.changed(row.table, row.id, name, f"{fault}: the project has none here")
            values[name] = "" if name == "identifier" else None
    taken.update(filter(None, (values["identifier"], values["email"])))
    return Project(
        **values,
        columns=tuple(Column(**each.model_dump()) for each in parts.columns),
        swimlanes=tuple(Swimlane(**each.model_dump()) for each in parts.swimlanes),
        categories=tuple(Category(**each.model_dump()) for each in parts.categories),
        groups={**parts.groups},
        automatic_actions=tuple(parts.actions),
    )


def action_of(row: models.ActionRow, params: Iterable[models.ActionParamRow], report: Report) -> AutomaticAction | None:
    """Return an automatic action; None for one of a plugin."""
    kind = kind_of(row.action_name)
    if kind is None:
        report.left_out(row.table, row.id, "is an action of a plugin", "action_name")
        return None
    if kind.effect is None:
        report.add("note", row.table, row.id, "action_name", "is kept, but does not run (docs/kanboard/context.md)")
    texts = {each.name: each.value for each in params}
    return AutomaticAction(id=row.id, event_name=row.event_name, action_name=row.action_name, params=texts)


def tag_of(row: models.TagRow) -> Tag:
    """Return a tag."""
    return Tag(**row.model_dump())


def link_types_of(rows: Iterable[models.LinkTypeRow], last_id: int) -> LinkTypes:
    """Return all types of links."""
    return LinkTypes(types=tuple(LinkType(**row.model_dump()) for row in rows), last_id=last_id)


# --- tasks --------------------------------------------------------------------------------------------------------


def rank_of(row: models.TaskRow) -> str:
    """Return the rank of a position: the tasks of a lane keep their order, and all are before new ones.

    New tasks get the rank of their id, which is greater than all positions (`move.COUNTERS`).
    """
    return first_rank(row.position)


def task_of(row: models.TaskRow, tags: Sequence[int], known: Known, report: Report) -> Task | None:
    """Return a task; None if it has no project."""
    place = known.projects.get(row.project_id)
    if place is None:
        report.left_out(row.table, row.id, "its project does not exist", "project_id")
        return None
    values: dict[str, Any] = row.model_dump(exclude={"position"})
    for name, there in (("column_id", place.columns), ("swimlane_id", place.swimlanes)):
        if values[name] not in there:
            report.changed(row.table, row.id, name, "is not in its project: shown in the first one")
    for name, there in (("category_id", place.categories), ("owner_id", known.users)):
        if values[name] and values[name] not in there:
            report.changed(row.table, row.id, name, "does not exist: 0")
            values[name] = 0
    if len(row.reference) > MAX_REFERENCE:
        report.changed(row.table, row.id, "reference", f"is longer than {MAX_REFERENCE} characters: cut")
        values["reference"] = row.reference[:MAX_REFERENCE]
    return Task(**values, tags=tuple(tags))


def tags_of(rows: Iterable[models.TaskTagRow], known: Known, report: Report) -> dict[int, list[int]]:
    """Return the tags of tasks, in the order of their ids."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.tag_id in known.tags:
            found[row.task_id].append(row.tag_id)
        else:
            report.left_out(row.table, f"{row.task_id}/{row.tag_id}", "there is no such tag", "tag_id")
    return found


def comment_of(row: models.CommentRow, report: Report) -> Comment:
    """Return a comment; one of an unknown visibility is shown only to administrators."""
    values = row.model_dump()
    if row.visibility not in VISIBILITIES:
        report.changed(row.table, row.id, "visibility", f"is unknown here: {APP_ADMIN} instead")
        values["visibility"] = APP_ADMIN
    if row.date_modification is None:
        values["date_modification"] = row.date_creation
    return Comment(**values)


def subtask_of(
    row: models.SubtaskRow, timers: Sequence[models.TimerRow], date_creation: int, known: Known, report: Report
) -> Subtask:
    """Return a subtask with its running timers, and the hours of stopped ones by user."""
    running, hours = _timers(timers, known, report)
    values = row.model_dump()
    if row.user_id and row.user_id not in known.users:
        report.changed(row.table, row.id, "user_id", "does not exist: 0")
        values["user_id"] = 0
    spent = {user_id: plain(round(fsum(each), 2)) for user_id, each in hours.items()}
    return Subtask(**values, date_creation=date_creation, timers=running, hours_by_user=spent)


def _timers(
    timers: Sequence[models.TimerRow], known: Known, report: Report
) -> tuple[dict[int, int], dict[int, list[int | float]]]:
    """Return by user the start of the running timer, and the hours of stopped ones."""
    running: dict[int, int] = {}
    hours: defaultdict[int, list[int | float]] = defaultdict(list)
    for timer in timers:
        if timer.user_id not in known.users:
            report.left_out(timer.table, timer.id, "there is no such user", "user_id")
        elif timer.end == 0 and timer.start:
            running[timer.user_id] = timer.start
        else:
            hours[timer.user_id].append(timer.time_spent)
            report.changed(timer.table, timer.id, "", "its hours are kept in the user's sum, without start and end")
    return running, hours


def external_link_of(row: models.ExternalLinkRow, report: Report) -> ExternalLink:
    """Return an external link; one of a plugin's type becomes a link to a page."""
    link = ExternalLink(**row.model_dump())
    if row.link_type in TYPES:
        return link
    report.changed(row.table, row.id, "link_type", f"is unknown here: {WEBLINK} instead")
    return link.changed(link_type=WEBLINK)


class Content(NamedTuple):
    """The content of a file in Kanboard: `size` in bytes, `sha256` in hex."""

    size: int
    sha256: str


def file_of(row: models.TaskFileRow, project_id: int, content: Content, report: Report) -> File:
    """Return the record of a file of a task in a project."""
    return File(task_id=row.task_id, **_record(row, task_folder(project_id, row.task_id), content, report))


def project_file_of(row: models.ProjectFileRow, content: Content, report: Report) -> ProjectFile:
    """Return the record of a file of a project."""
    return ProjectFile(project_id=row.project_id, **_record(row, project_folder(row.project_id), content, report))


def _record(
    row: models.TaskFileRow | models.ProjectFileRow, folder: str, content: Content, report: Report
) -> dict[str, Any]:
    """Return the properties of a record; the path of the content is the same in a repeated run."""
    name = cut_name(row.name)
    if name != row.name:
        report.changed(row.table, row.id, "name", "is longer than 255 bytes: cut")
    if content.size != row.size:
        report.changed(row.table, row.id, "size", f"is {row.size} in the database, and {content.size} in the folder")
    digest = sha1(f"{row.id}/{row.path}".encode(), usedforsecurity=False).hexdigest()
    return {
        "id": row.id,
        "name": name,
        "path": f"{folder}/{digest}",
        "is_image": row.is_image,
        "date": row.date,
        "user_id": row.user_id,
        "size": content.size,
        "sha256": content.sha256,
    }
