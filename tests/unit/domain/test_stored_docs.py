"""Docs that an older release wrote read in this one. The samples are frozen: new ones are added, none is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from lambdaboard.domain import activity, link, project, task, user
from lambdaboard.domain.activity import Activity, Names
from lambdaboard.domain.comment import Comment
from lambdaboard.domain.event import EventName
from lambdaboard.domain.external_link import ExternalLink
from lambdaboard.domain.link import LinkTypes, TaskLink
from lambdaboard.domain.project import Project
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
    values = {name: getattr(read, name) for name in sample.reads}
    assert msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(values, str_keys=True))) == sample.reads


@pytest.mark.parametrize("struct", STRUCTS.values(), ids=STRUCTS)
def test_a_doc_of_a_newer_release_reads_too_whatever_it_has_more(struct: type[Any]) -> None:
    oldest = next(each.values[1] for each in samples() if each.values[0] is struct)
    newer = msgspec.json.encode({**oldest.doc, "of_a_newer_release": {"a": [1]}})
    assert msgspec.json.decode(newer, type=struct) == msgspec.json.decode(msgspec.json.encode(oldest.doc), type=struct)


@pytest.mark.parametrize("struct", STRUCTS.values(), ids=STRUCTS)
def test_the_samples_have_every_property_but_those_that_are_newer(struct: type[Any]) -> None:
    of_struct = [each.values[1] for each in samples() if each.values[0] is struct]
    known = {name for sample in of_struct for name in sample.reads}
    assert known == set(struct.__struct_fields__)


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
    assert link.decode(link.encode(LinkTypes())) == LinkTypes()
