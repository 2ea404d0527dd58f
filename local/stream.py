"""The table's stream -> functions/cascade, as with Lambda's event source: filtered, in batches, with retries."""

import base64
import contextlib
import datetime as dt
import json
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local import template

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient

Record = dict[str, Any]
ATTEMPTS = 5  # of a batch; template.yaml has more, but a developer should not wait as long
PAUSE = 0.1  # seconds between two reads of an idle stream
SHARDS_EVERY = 5.0  # seconds between two searches for new shards
DRAIN = 10.0  # seconds that the end of a run may take to empty the stream


def event_source() -> dict[str, Any]:
    """Return the properties of the event source in the template."""
    return template.properties("CascadeSource")


def passes(record: Record) -> bool:
    """Return whether a record passes one of the template's filters."""
    return any(_matches(json.loads(f["Pattern"]), record) for f in event_source()["FilterCriteria"]["Filters"])


def _matches(pattern: dict[str, Any], value: Any) -> bool:
    """Match as Lambda's filters, but only with the operators `exists`, `prefix` and equality."""
    members = value if isinstance(value, dict) else {}
    return all(_member_matches(wanted, members, name) for name, wanted in pattern.items())


def _member_matches(wanted: Any, members: dict[str, Any], name: str) -> bool:
    if isinstance(wanted, dict):
        return _matches(wanted, members.get(name))
    return any(_alternative_matches(each, members, name) for each in wanted)


def _alternative_matches(wanted: Any, members: dict[str, Any], name: str) -> bool:
    if not isinstance(wanted, dict):
        return bool(members.get(name) == wanted)
    if "prefix" in wanted:
        return str(members.get(name, "")).startswith(wanted["prefix"])
    return (name in members) is bool(wanted["exists"])


def as_lambda_sees(record: Any, arn: str) -> Record:
    """Return a record of GetRecords in the form of a function's event: JSON, times as seconds, bytes as base64."""

    def plain(value: Any) -> Any:
        return value.timestamp() if isinstance(value, dt.datetime) else base64.b64encode(value).decode()

    seen: Record = json.loads(json.dumps(record, default=plain)) | {
        "eventSource": "aws:dynamodb",
        "eventSourceARN": arn,
    }
    if "userIdentity" in seen:  # time to live deleted it; the function's event writes this in small letters
        seen["userIdentity"] = {name[0].lower() + name[1:]: value for name, value in seen["userIdentity"].items()}
    return seen


def deliver(
    handler: Callable[[Record], Any], records: list[Record], wait: Callable[[float], object] = time.sleep
) -> bool:
    """Send a batch to the function, and repeat the records from the first failure on.

    Returns:
        False if some records failed in all attempts.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            wait(0.1 * 2**attempt)
        records = _undelivered(handler, records)
        if not records:
            return True
    return False


def _undelivered(handler: Callable[[Record], Any], records: list[Record]) -> list[Record]:
    """Send a batch to the function; return the records to repeat: all from the first failure on."""
    try:
        failures = (handler({"Records": records}) or {}).get("batchItemFailures", [])
    except Exception:  # noqa: BLE001 - Lambda itself catches all
        traceback.print_exc()
        return records
    if not failures:
        return []
    failed = {failure["itemIdentifier"] for failure in failures}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    first = next((place for place, number in enumerate(numbers) if number in failed), 0)
    return records[first:]


@dataclass
class Shard:
    """The progress of the reads of a shard.

    Attributes:
        iterator: of the next read; None at the end of a closed shard.
    """

    iterator: str | None
    parent: str | None


@dataclass
class Feeder:
    """Reads the stream in a thread of its own, and stores its place in a file."""

    tables: "DynamoDBClient"
    streams: "DynamoDBStreamsClient"
    table: str
    handler: Callable[[Record], Any]
    file: Path
    _shards: dict[str, Shard] = field(default_factory=dict)
    _looked: float = -SHARDS_EVERY
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _arn: str = ""

    def start(self) -> None:
        """Start to read."""
        self._thread = threading.Thread(target=self._run, name="stream", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Read the rest of the stream: the local AWS does not keep it when it stops."""
        self._stopping.set()
        if self._thread:
            self._thread.join(DRAIN)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            is_stopping = self._stopping.is_set()
            found = self._round_or_nothing()
            is_last = is_stopping and not found
            if not found:
                self._stopping.wait(PAUSE)

    def _round_or_nothing(self) -> int:
        try:
            return self.round()
        except (ClientError, BotoCoreError) as error:
            print(f"stream: {error}; reading it again", flush=True)
            self._shards, self._looked = {}, -SHARDS_EVERY
            return 0

    def round(self) -> int:
        """Read each open shard once, and pass on its records.

        Returns:
            The number of records found.
        """
        arn = self._arn = self._arn or self._latest_stream()
        if time.monotonic() - self._looked >= SHARDS_EVERY:
            self._look_for_shards(arn)
        return sum(self._read(arn, name, shard) for name, shard in self._shards.items())

    def _read(self, arn: str, name: str, shard: Shard) -> int:
        parent = self._shards.get(shard.parent or "")
        if shard.iterator is None or (parent and parent.iterator is not None):  # a parent's records come first
            return 0
        page = self.streams.get_records(ShardIterator=shard.iterator)
        self._hand_on(arn, name, page["Records"])
        shard.iterator = page.get("NextShardIterator")
        return len(page["Records"])

    def _latest_stream(self) -> str:
        return self.tables.describe_table(TableName=self.table)["Table"]["LatestStreamArn"]

    def _look_for_shards(self, arn: str) -> None:
        self._looked = time.monotonic()
        places = self._places().get(arn, {})
        for shard in self.streams.describe_stream(StreamArn=arn)["StreamDescription"].get("Shards", []):
            name = shard["ShardId"]
            if name not in self._shards:
                self._shards[name] = Shard(self._iterator(arn, name, places.get(name)), shard.get("ParentShardId"))

    def _iterator(self, arn: str, shard: str, place: str | None) -> str:
        if place:  # a new stream does not have the old place
            with contextlib.suppress(ClientError):
                return self.streams.get_shard_iterator(
                    StreamArn=arn, ShardId=shard, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=place
                )["ShardIterator"]
        return self.streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
            "ShardIterator"
        ]

    def _hand_on(self, arn: str, shard: str, raw: list[Any]) -> None:
        if not raw:
            return
        records = [*filter(passes, (as_lambda_sees(each, arn) for each in raw))]
        size = event_source()["BatchSize"]
        for start in range(0, len(records), size):
            if not deliver(self.handler, records[start : start + size]):
                print("stream: cascade failed too often, so records were skipped; `make sweep` repairs", flush=True)
        self._remember(arn, shard, raw[-1]["dynamodb"]["SequenceNumber"])

    def _remember(self, arn: str, shard: str, sequence_number: str) -> None:
        places = self._places()
        places.setdefault(arn, {})[shard] = sequence_number
        self.file.write_text(json.dumps(places))

    def _places(self) -> dict[str, dict[str, str]]:
        """Return the last sequence number that was passed on, by stream and shard."""
        try:
            places: dict[str, dict[str, str]] = json.loads(self.file.read_text())
        except (OSError, ValueError):
            return {}
        return places
