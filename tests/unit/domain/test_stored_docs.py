"""Docs that an older release wrote read in this one. The samples are frozen: new ones are added, none is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from lambdaboard.domain import activity, group, link, project, task, user
from lambdaboard.domain.activity import Activity, Names
from lambdaboard.domain.comment import Comment
from lambdaboard.domain.event import EventName
from lambdaboard.domain.external_link import ExternalLink
from lambdaboard.domain.group import Group
from lambdaboard.domain.link import LinkTypes, TaskLink
from lambdaboard.domain.project import Column, Project
from lambdaboard.domain.serialization import NEWER, Doc, decoder, encode, properties
from lambdaboard.domain.subtask import Subtask
from lambdaboard.domain.task import Task
from lambdaboard.domain.user import User
from lambdaboard.store.files import File, ProjectFile
from lambdaboard.store.tags import Tag

FOLDER = Path(__file__).parent / "stored_docs"

STRUCTS: dict[str, type[Any]] = {
    "activity": Activity,
    "comment": Comment,
    "external_link": ExternalLink,
    "file": File,
    "group": Group,
    "link_types": LinkTypes,
    "project": Project,
    "project_file": ProjectFile,
    "subtask": Subtask,
    "tag": Tag,
    "task": Task,
    "task_link": TaskLink,
    "user": User,
}


class Sample(msgspec.Struct):
    """A doc as it lay in the table of a release, and the values that it has in every later one."""

    doc: dict[str, Any]
    reads: dict[str, Any]


def samples() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.json")):
        of_struct = msgspec.json.decode(file.read_bytes(), type=dict[str, list[Sample]])
        found += [
            pytest.param(STRUCTS[name], sample, id=f"{file.stem}-{name}-{place}")
            for name, each in of_struct.items()
            for place, sample in enumerate(each)
        ]
    return found


@pytest.mark.parametrize(("struct", "sample"), samples())
def test_a_doc_of_an_older_release_has_the_values_that_it_had_then(struct: type[Any], sample: Sample) -> None:
    read = msgspec.json.decode(msgspec.json.encode(sample.doc), type=struct)
    reads = msgspec.convert(sample.doc | sample.reads, struct, str_keys=True)
    assert {name: getattr(read, name) for name in sample.reads} == {name: getattr(reads, name) for name in sample.reads}


WRITTEN_ONCE = {Activity, File, ProjectFile}
"""Docs that never change: what a newer release put into them stays as it is."""

MORE: dict[str, Any] = {"of_a_newer_release": {"a": [1]}, "another": None}


def of_a_newer_release(value: Any) -> Any:
    """Return a doc with properties that this release does not know, in it and in each of its parts."""
    if isinstance(value, list):
        return [of_a_newer_release(each) for each in value]
    is_struct = isinstance(value, dict) and "id" in value
    return {name: of_a_newer_release(each) for name, each in value.items()} | MORE if is_struct else value


def newest(struct: type[Any]) -> Sample:
    """Return the last sample that has all properties."""
    of_struct: list[Sample] = [each.values[1] for each in samples() if each.values[0] is struct]
    return max(of_struct, key=lambda sample: len(sample.reads))


@pytest.mark.parametrize("struct", STRUCTS.values(), ids=STRUCTS)
def test_a_doc_of_a_newer_release_reads_too_whatever_it_has_more(struct: type[Any]) -> None:
    doc = newest(struct).doc
    read = decoder(struct)(msgspec.json.encode({**doc, **MORE}))
    assert properties(read) == properties(decoder(struct)(msgspec.json.encode(doc)))


@pytest.mark.parametrize("struct", STRUCTS.values(), ids=STRUCTS)
def test_what_a_newer_release_wrote_stays_when_this_one_reads_changes_and_writes_it(struct: type[Any]) -> None:
    if struct in WRITTEN_ONCE:
        assert not issubclass(struct, Doc)
        return
    whole = msgspec.json.encode(decoder(struct)(msgspec.json.encode(newest(struct).doc)))
    doc = of_a_newer_release({"id": 1, **msgspec.json.decode(whole)})  # LinkTypes alone has no id
    changed = msgspec.structs.replace(decoder(struct)(msgspec.json.encode(doc)))
    assert msgspec.json.decode(encode(changed)) == doc
    assert msgspec.json.decode(encode(decoder(struct)(encode(changed)))) == doc


def test_a_part_that_is_added_removed_or_moved_leaves_the_others_what_they_have_more() -> None:
    columns = [{"id": number, "title": "Column", "position": number, "project_id": 1, **MORE} for number in (1, 2, 3)]
    doc = {"id": 1, "name": "Project", "columns": columns}
    read = project.decode(msgspec.json.encode(doc))
    first, _, third = read.columns
    changed = read.changed(columns=(third, msgspec.structs.replace(first, title="New"), Column(id=4, **NEW)))
    written = msgspec.json.decode(project.encode(changed))
    assert written["columns"] == [columns[2], columns[0] | {"title": "New"}, {"id": 4, **NEW}]


NEW: dict[str, Any] = {"title": "Added", "position": 4, "project_id": 1}


def test_a_text_that_looks_like_our_own_mark_is_a_text() -> None:
    text = f'{{"{NEWER}":"x"}} "{NEWER}":'
    assert project.decode(project.encode(Project(id=1, name=text))) == Project(id=1, name=text)


@pytest.mark.parametrize("struct", STRUCTS.values(), ids=STRUCTS)
def test_the_samples_have_every_property_but_those_that_are_newer(struct: type[Any]) -> None:
    of_struct = [each.values[1] for each in samples() if each.values[0] is struct]
    known = {name for sample in of_struct for name in sample.reads}
    assert known == set(struct.__struct_fields__) - {"newer"}


def test_what_is_written_now_reads_with_the_decoders_of_the_stores() -> None:
    dates = {"date_creation": 1, "date_modification": 2, "date_moved": 3}
    written = msgspec.convert({"id": 1, "title": "t", "project_id": 2, "column_id": 3, "swimlane_id": 4, **dates}, Task)
    assert task.decode(task.encode(written)) == written
    told = Activity(
        event_name=EventName.TASK_CREATE, creator_id=1, date_creation=1, task=written, names=Names(project_name="p")
    )
    assert activity.decode(activity.encode(told)) == told
    assert project.decode(project.encode(Project(id=1, name="p"))) == Project(id=1, name="p")
    ann = User(id=1, username="ann", password="hash")
    assert user.decode(user.encode(ann)) == ann
    crew = Group(id=1, name="crew", external_id=None)
    assert group.decode(group.encode(crew)) == crew
    assert link.decode(link.encode(LinkTypes())) == LinkTypes()
