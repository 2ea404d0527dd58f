"""The expected rights: a table of all procedures (its rows) and all kinds of callers (its columns).

Rows come from docs/kanboard/context.md 2.2 and, for procedures that the original does not have, from OURS. A kind of
callers is a `Column`: if one is added to COLUMNS, test_roles.py calls every procedure as such a caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from local.settings import ROOT
from tests.integration.access_world import World, as_seen_by

if TYPE_CHECKING:
    from tests.conftest import Client

Verdict = Literal["admitted", "forbidden", "false"]

Arrive = Callable[["Client", World], "tuple[Client, World]"]
"""Creates a caller in a world by the application; returns their client and the world for their calls."""

# --- rows -----------------------------------------------------------------------------------------------------------

LEVEL = re.compile(r"^\| \*\*[A-Z]\*\* (\w+) \((\d+)\) \|(.*)", re.MULTILINE)
PROCEDURE = re.compile(r"\b[a-z]+[A-Z]\w*")

OURS: dict[str, str] = {
    "rpc.discover": "open",
    "changeMyPassword": "self",
    **dict.fromkeys(("createToken", "getTokens", "removeToken"), "own"),
}
"""The level of procedures that the original does not have."""


def _levels() -> dict[str, str]:
    text = (ROOT / "docs" / "kanboard" / "context.md").read_text()
    found: dict[str, str] = {}
    for level, count, rest in LEVEL.findall(text):
        names = PROCEDURE.findall(rest)
        assert len(names) == int(count), level
        found |= dict.fromkeys(names, level)
    return found


ORIGINAL = _levels()
"""Procedure -> level, of the original, also those that do not exist here."""

LEVEL_OF = ORIGINAL | OURS
"""Procedure -> level."""

HIDING = {"getProjectByName", "getProjectByIdentifier", "getProjectByEmail", "updateTag", "removeTag"}
"""Procedures that take a name, or an id that tells no project: who has no role there gets what they get of nothing."""

# --- columns --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A kind of callers.

    Attributes:
        opens: the levels that they may call in the world's project.
        arrive: see Arrive.
        is_member: they have a role in the project.
        but: procedures that are forbidden to them at any level.
        also: procedures that they may call at any level.
    """

    opens: frozenset[str]
    arrive: Arrive
    is_member: bool
    but: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()

    def verdict(self, procedure: str) -> Verdict:
        """Return the expected outcome of their call if the application's succeeds."""
        if procedure in self.but:
            return "forbidden"
        if LEVEL_OF[procedure] in self.opens or procedure in self.also:
            return "admitted"
        return "false" if procedure in HIDING and not self.is_member else "forbidden"


OPENS = {
    "app-admin": {"open", "self", "own", "administration", "creation"},
    "app-manager": {"open", "self", "own", "creation"},
    "app-user": {"open", "self", "own"},
    "project-manager": {"view", "work", "management"},
    "project-member": {"view", "work"},
    "project-viewer": {"view"},
    "": set[str](),
}
"""Role -> the levels that it allows; a person has those of both of their roles."""


def with_roles(application: str = "app-user", project: str = "") -> Arrive:
    """Return a function that creates Ann with a role in the application, and one in the project; "" for none there."""

    def arrive(call: Client, world: World) -> tuple[Client, World]:
        user_id = call("createUser", username="ann", password="secret of ann", role=application)
        assert not project or call("addProjectUser", world.project, user_id, project)
        return call.by("ann"), as_seen_by(call, world, user_id)

    return arrive


def person(application: str = "app-user", project: str = "") -> Column:
    """Return the column of persons with these roles."""
    opens = frozenset(OPENS[application] | OPENS[project])
    return Column(opens, with_roles(application, project), is_member=bool(project))


def in_groups(*roles: str, own: str = "", opens: str) -> Column:
    """Return the column of persons in groups with these roles in the project; "" for a group that has none there.

    Args:
        roles: one a group.
        own: the persons' own role in the project; "" for none.
        opens: the role that counts; "" for none.
    """

    def arrive(call: Client, world: World) -> tuple[Client, World]:
        client, seen = with_roles(project=own)(call, world)
        for place, role in enumerate(roles):
            group = call("createGroup", f"Ann's {place}")
            assert call("addGroupMember", group, seen.caller)
            assert not role or call("addProjectGroup", world.project, group, role)
        return client, seen

    return Column(frozenset(OPENS["app-user"] | OPENS[opens]), arrive, is_member=bool(opens))


NEVER_BY_TOKEN = frozenset(
    """createToken removeToken changeMyPassword createUser createLdapUser addProjectUser changeProjectUserRole
    removeProjectUser addProjectGroup changeProjectGroupRole removeProjectGroup addGroupMember removeGroupMember
    removeGroup""".split()  # noqa: SIM905 - as in the documents
)
"""Procedures for tokens, passwords and roles."""

WRITING = frozenset(
    name for name in LEVEL_OF if not re.match(r"(get|is|has)[A-Z]|searchTasks|download|rpc\.discover", name)
)
"""Procedures that change something, by their names."""

WITHOUT_PROJECT = frozenset({"getMe", "getVersion", "rpc.discover"})
"""The procedures that a token for some projects allows, other than calls in them."""


def by_token(arrive: Arrive, where: Literal["everywhere", "here", "elsewhere"], *, read_only: bool = False) -> Arrive:
    """Return a function that gives a caller a token of their own, for all projects, the world's, or another one."""

    def arrive_with_token(call: Client, world: World) -> tuple[Client, World]:
        client, world = arrive(call, world)
        name = client.credentials[0]
        elsewhere = call("createProject", "Elsewhere") if where == "elsewhere" else 0
        assert name == "jsonrpc" or not elsewhere or call("addProjectUser", elsewhere, world.caller, "project-manager")
        projects = {"everywhere": [], "here": [world.project], "elsewhere": [elsewhere]}[where]
        return client.by(name, client("createToken", "program", 0, projects, read_only)["token"]), world

    return arrive_with_token


def tokens_of(owner: Column) -> dict[str, Column]:
    """Return the columns of the tokens of a person with a role in the project."""
    opens, in_project = owner.opens, frozenset({"view", "work", "management"})
    also = WITHOUT_PROJECT if "self" in opens else WITHOUT_PROJECT - {"getMe"}
    arrive, never = owner.arrive, NEVER_BY_TOKEN
    return {
        "token": Column(opens, by_token(arrive, "everywhere"), is_member=True, but=never),
        "token that reads": Column(opens, by_token(arrive, "everywhere", read_only=True), is_member=True, but=WRITING),
        "token for the project": Column(
            opens & in_project, by_token(arrive, "here"), is_member=True, but=never, also=also
        ),
        "token for the project that reads": Column(
            opens & in_project, by_token(arrive, "here", read_only=True), is_member=True, but=WRITING, also=also
        ),
        "token for another project": Column(
            frozenset(), by_token(arrive, "elsewhere"), is_member=False, but=never, also=also
        ),
    }


def _itself(call: Client, world: World) -> tuple[Client, World]:
    return call, world


COLUMNS: dict[str, Column] = {
    "application": Column(frozenset(LEVEL_OF.values()) - {"self"}, _itself, is_member=True),
    "app-admin": person("app-admin"),
    "app-manager": person("app-manager"),
    "app-user": person(),
    "project-manager": person(project="project-manager"),
    "project-member": person(project="project-member"),
    "project-viewer": person(project="project-viewer"),
    "app-admin and project-viewer": person("app-admin", "project-viewer"),
    "in groups of viewers and managers": in_groups("project-viewer", "project-manager", opens="project-manager"),
    "in a group of members": in_groups("project-member", opens="project-member"),
    "in groups of viewers and of nobody": in_groups("", "project-viewer", opens="project-viewer"),
    "in groups without a role": in_groups("", "", opens=""),
    "viewer in a group of managers": in_groups("project-manager", own="project-viewer", opens="project-viewer"),
}

for owner in (COLUMNS["application"], person("app-admin", "project-manager")):
    name = "the application" if owner is COLUMNS["application"] else "an app-admin and project-manager"
    COLUMNS |= {f"{kind}, of {name}": column for kind, column in tokens_of(owner).items()}

MATRIX: dict[str, dict[str, Verdict]] = {
    procedure: {name: column.verdict(procedure) for name, column in COLUMNS.items()} for procedure in LEVEL_OF
}
"""Procedure -> caller -> verdict."""


# --- answers --------------------------------------------------------------------------------------------------------

REFUSAL: dict[str, Any] = {
    "statusCode": 403,
    "headers": {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    },
    "body": '{"jsonrpc":"2.0","error":{"code":403,"message":"Forbidden"},"id":null}',
    "isBase64Encoded": False,
}
