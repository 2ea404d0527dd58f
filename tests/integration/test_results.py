"""Results have schemas in both formats: answers are what these say, and all that they say is seen in answers."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tests.answers import Description, recorded
from tests.integration.full_world import answer_everything

from lambdaboard.wire import WIRES

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.store.stores import Stores

NOT_SEEN = {
    "*avatar_path*": "there are no pictures",
    "*.g*_id*": "nobody logs in by Google, GitHub or GitLab",
    "createLdapUser: *": "it is always an error",
    "BoardTask.date_completed*": "it is open; what was opened again has null in the documented format",
    "DashboardTask.date_completed*": "it is open; what was opened again has null in the documented format",
}
"""What no answer shows, and why."""


def test_answers_are_what_the_schemas_say_and_all_that_they_say_is_seen(call: Client, stores: Stores) -> None:
    with recorded() as answers:
        answer_everything(call, stores)
    descriptions = {name: Description(wire) for name, wire in WIRES.items()}
    unseen: set[str] = set()
    for name, description in descriptions.items():
        description.check(answers)
        assert description.wrong == [], name
        unseen |= description.places - description.seen
    assert [place for place in sorted(unseen) if not any(fnmatchcase(place, known) for known in NOT_SEEN)] == []
    assert [known for known in NOT_SEEN if not any(fnmatchcase(place, known) for place in unseen)] == []
