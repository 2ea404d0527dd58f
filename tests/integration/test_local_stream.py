"""The table's stream reaches cascade as Lambda's event source brings it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from local import stream


def record(number: str, event: str = "REMOVE", pk: str = "P#1", **image: Any) -> Any:
    return {"eventName": event, "dynamodb": {"SequenceNumber": number, "Keys": {"pk": {"S": pk}}, "NewImage": image}}


class Consumer:
    """A handler that fails as told, and remembers what it was given."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)
        self.batches: list[list[str]] = []

    def __call__(self, event: Any) -> Any:
        self.batches.append([record["dynamodb"]["SequenceNumber"] for record in event["Records"]])
        outcome = self.outcomes.pop(0) if self.outcomes else {"batchItemFailures": []}
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def failures(*numbers: str) -> Any:
    return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}


def delivered(consumer: Consumer) -> bool:
    return stream.deliver(consumer, [record("1"), record("2"), record("3")], wait=lambda _: None)


def test_a_failed_record_and_those_after_it_come_again() -> None:
    consumer = Consumer(failures("3", "2"))
    assert delivered(consumer)
    assert consumer.batches == [["1", "2", "3"], ["2", "3"]]


@pytest.mark.parametrize("outcome", [ValueError("x"), failures(""), failures("of another batch")])
def test_an_exception_or_an_unknown_number_fails_the_whole_batch(outcome: Any) -> None:
    consumer = Consumer(outcome)
    assert delivered(consumer)
    assert consumer.batches == [["1", "2", "3"], ["1", "2", "3"]]


def test_what_always_fails_is_given_up() -> None:
    consumer = Consumer(*[failures("2")] * 9)
    assert not delivered(consumer)
    assert len(consumer.batches) == stream.ATTEMPTS


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        *((record("1", "REMOVE", pk), True) for pk in ("P#1", "T#12", "U#3", "GROUPS")),
        *((record("1", "REMOVE", pk), False) for pk in ("I#0a", "A#1", "C#1", "GROUPS2", "PI#X")),
        (record("1", "INSERT", file_generation={"N": "1"}), False),
        (record("1", "MODIFY"), False),
        (record("1", "MODIFY", file_generation={"S": "1"}), False),
        (record("1", "MODIFY", file_generation={"N": "1"}), True),
        (record("1", "MODIFY", e={"S": "[1,1,365,[],0,0]"}), True),
        (record("1", "INSERT", e={"S": "[1,1,365,[],0,0]"}), False),
    ],
)
def test_the_filters_of_the_template_let_through_removals_and_removed_files_but_not_what_expired(
    seen: Any, expected: bool
) -> None:
    assert stream.passes(seen) is expected


def test_a_record_is_the_json_that_lambda_gets() -> None:
    raw = {
        "eventName": "REMOVE",
        "userIdentity": {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
        "dynamodb": {
            "ApproximateCreationDateTime": dt.datetime.fromtimestamp(1_795_000_000, dt.UTC),
            "Keys": {"pk": {"S": "P#1"}, "raw": {"B": b"\x00"}},
            "SequenceNumber": "1",
        },
    }
    assert stream.as_lambda_sees(raw, "arn:x") == {
        "eventName": "REMOVE",
        "eventSource": "aws:dynamodb",
        "eventSourceARN": "arn:x",
        "userIdentity": {"principalId": "dynamodb.amazonaws.com", "type": "Service"},
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_000_000.0,
            "Keys": {"pk": {"S": "P#1"}, "raw": {"B": "AA=="}},
            "SequenceNumber": "1",
        },
    }
