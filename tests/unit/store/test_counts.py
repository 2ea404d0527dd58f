from lambdaboard.store.counts import ATTRIBUTES, NO_COUNTS, Counts, add_to_counters
from lambdaboard.store.keys import Key

ITEM = {"pk": {"S": "P#1"}, "nb_links": {"N": "3"}, "subtask_generation": {"N": "2"}, "other": {"N": "9"}}
COUNTS = Counts(nb_links=3, subtask_generation=2)


def test_a_count_that_is_not_there_is_none() -> None:
    assert Counts.of(ITEM) == COUNTS
    assert Counts.of({}) == NO_COUNTS == Counts(*[0] * len(Counts._fields))
    assert ATTRIBUTES.split(", ") == [*Counts._fields]


def test_a_new_task_has_only_what_is_not_zero_and_reads_as_it_was_written() -> None:
    assert COUNTS.attributes() == {"nb_links": {"N": "3"}, "subtask_generation": {"N": "2"}}
    assert Counts.of(dict(COUNTS.attributes())) == COUNTS


def test_a_change_writes_what_differs_zeros_too() -> None:
    assert COUNTS.changed(COUNTS) == {}
    assert COUNTS.changed(Counts(nb_subtasks=1, subtask_generation=2)) == {
        "nb_links": {"N": "0"},
        "nb_subtasks": {"N": "1"},
    }


def test_the_condition_names_every_count() -> None:
    condition, values = COUNTS.unchanged()
    parts = condition.split(" AND ")
    assert len(parts) == len(values) == len(Counts._fields)
    assert "nb_links = :nb_links" in parts
    assert "(attribute_not_exists(nb_files) OR nb_files = :nb_files)" in parts
    assert (values[":nb_links"], values[":nb_files"]) == ({"N": "3"}, {"N": "0"})


def test_counting_never_makes_a_task() -> None:
    request = add_to_counters(Key("P#1", "T#2"), nb_links=2, nb_milestones=-1).request["Update"]
    assert request["UpdateExpression"] == "ADD nb_links :nb_links, nb_milestones :nb_milestones"
    assert request["ConditionExpression"] == "attribute_exists(pk)"
    assert request["ExpressionAttributeValues"] == {":nb_links": {"N": "2"}, ":nb_milestones": {"N": "-1"}}
