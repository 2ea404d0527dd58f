"""The cost of 1,000,000 calls and of an idle month.

The mix runs over HTTP against the local server on AWS's own DynamoDB (Java and npm are needed), and a round of `sweep`
in this process. Read units and bytes of log are those that the function itself logs, write units those of the table of
methods in docs/costs.md. Prices are those of us-east-1, in 2026, with only the permanent free tiers of DynamoDB and
CloudWatch.
"""

from __future__ import annotations

import base64
import itertools
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import template
from tests.bench import methods, report
from tests.bench.endpoint import Endpoint
from tests.bench.workbench import dynamodb
from tests.conformance.run import TOKEN, server

from lambdaboard.store import usage
from lambdaboard.store.sweep import Sweep

MILLION = 1_000_000
ROUNDS = 6  # of a hundred calls each
TASKS = 50  # open ones of the project that is worked on
FILE = b"x" * 100_000

MIX = {
    "getTask": 30,
    "getAllTasks": 15,
    "getBoard": 5,
    "searchTasks": 10,
    "updateTask": 12,
    "moveTaskPosition": 8,
    "createTask": 6,
    "closeTask": 4,
    "getTaskMetadata": 4,
    "saveTaskMetadata": 2,
    "getAllTaskFiles": 2,
    "createTaskFile": 1,
    "downloadTaskFile": 1,
}
"""Calls of a hundred."""

SECONDS = 0.040  # of a call in Lambda: assumed, since it cannot be measured without an account
GIGABYTES = 1.0  # the functions' cache
COLD_STARTS, INITIALISATION = 2_000, 0.7  # assumed, too: how many a million calls have, and the seconds that AWS bills
SECRET_READS = 22 * 8 * 12 * 2  # assumed: two containers read the token every five minutes of a month's working hours
EVENT = 26  # bytes that CloudWatch adds to each line
ACCESS = {
    "requestId": "d61bb98f77aa4f0=",
    "identity.sourceIp": "203.0.113.200",
    "routeKey": "POST /jsonrpc.php",
    "status": "200",
    "responseLength": "1234",
    "responseLatency": "40",
}
"""The gateway's values in a line of the access log, by name; "-" for the rest."""
PLATFORM_LOG = (
    "START RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189 Version: 12\n",
    "END RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189\n",
    (
        "REPORT RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189\tDuration: 16.08 ms\tBilled Duration: 17 ms\t"
        "Memory Size: 1024 MB\tMax Memory Used: 120 MB\t\n"
    ),
)
"""The lines that Lambda itself writes of each call, in the format that its documentation shows."""

PRICES = {
    "requests": 1.00 / MILLION,
    "invocations": 0.20 / MILLION,
    "gigabyte_seconds": 0.0000133334,
    "read_units": 0.125 / MILLION,
    "write_units": 0.625 / MILLION,
    "puts": 0.005 / 1_000,
    "gets": 0.0004 / 1_000,
    "log_gigabytes": 0.50,
    "access_log_gigabytes": 0.25,
    "kept_log_gigabytes": 0.03,
    "secret": 0.40,
    "secret_reads": 0.05 / 10_000,
    "stored_gigabytes": 0.25,
    "pitr_gigabytes": 0.20,
    "file_gigabytes": 0.023,
    "alarms": 0.10,
    "metrics": 0.30,
}
"""Dollars for one of each."""

TASKS_KEPT = 50_000
TABLE, FILES = 0.1, 1.0  # gigabytes kept in an idle month: of these tasks, and of what is attached to them
SWEPT = 2_000
"""Tasks that a round of `sweep` is measured with."""
COPIES_OF_LOGS = 0.1  # gigabytes of logs that are still kept

FREE = {"alarms": 10, "metrics": 10, "stored_gigabytes": 25}
"""The permanent free tier of an account, by month."""


@dataclass(frozen=True)
class Line:
    """A line of the bill."""

    service: str
    amount: float
    price: float
    unit: str

    @property
    def dollars(self) -> float:
        """What it costs."""
        return self.amount * self.price


class Caller:
    """Calls the server and keeps what later calls need."""

    def __init__(self, call: Endpoint) -> None:
        self._call = call
        self.project = call("createProject", "Costs")
        self.columns = [column["id"] for column in call("getColumns", self.project)]
        [lane] = call("getActiveSwimlanes", self.project)
        self.lane = lane["id"]
        self.tasks = [call("createTask", f"Task {n}", self.project) for n in range(TASKS)]
        self.turn = itertools.count()
        self.files = [call("createTaskFile", self.project, self.tasks[0], "a.txt", base64.b64encode(FILE).decode())]

    def act(self, method: str) -> None:
        """Make a call of the mix."""
        turn = next(self.turn)
        task = self.tasks[turn % len(self.tasks)]
        params: dict[str, list[Any]] = {
            "getTask": [task],
            "getAllTasks": [self.project],
            "getBoard": [self.project],
            "searchTasks": [self.project, "task status:open"],
            "updateTask": [task, f"Title {turn}"],
            "moveTaskPosition": [self.project, task, self.columns[turn % 3], 1 + turn % 5, self.lane],
            "createTask": [f"New {turn}", self.project],
            "closeTask": [self.tasks[0]],
            "getTaskMetadata": [task],
            "saveTaskMetadata": [task, {"key": str(turn)}],
            "getAllTaskFiles": [task],
            "createTaskFile": [self.project, task, "b.txt", base64.b64encode(FILE).decode()],
            "downloadTaskFile": [self.files[0]],
        }
        result = self._call(method, *params[method])
        if method == "createTask":
            self.tasks.append(result)
        if method == "closeTask":
            self.tasks.pop(0)


def measured() -> list[dict[str, Any]]:
    """Run the mix; return the lines that the function logged of it."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder), "dynamodb-local") as url:
        endpoint = Endpoint(f"{url}/native/jsonrpc.php", TOKEN)
        # DynamoDB Local counts nothing for an item that is missing, AWS a unit
        endpoint("removeUser", endpoint("createUser", "gone", "secret of gone"))
        endpoint("createLink", "is like")
        call = Caller(endpoint)
        endpoint("getVersion")
        for _ in range(ROUNDS):
            left = dict(MIX)
            while left:
                for method in list(left):
                    call.act(method)
                    left[method] -= 1
                    if not left[method]:
                        del left[method]
        log = (Path(folder) / "data" / "log.jsonl").read_text()
    lines = [line | {"bytes": _bytes(line)} for line in map(json.loads, log.splitlines()) if line["message"] == "call"]
    begin = max(place for place, line in enumerate(lines) if line["procedure"] == "getVersion")
    return lines[begin + 1 :]


def _bytes(line: dict[str, Any]) -> int:
    """Return those of a line of the log as Lambda writes it: `make run` adds the time."""
    written = {name: value for name, value in line.items() if name != "time"}
    return len(json.dumps(written, separators=(",", ":")))


def access_log() -> int:
    """Return the bytes of a line of the access log, as the template's format has it."""
    written = template.template()["Resources"]["ApiStage"]["Properties"]["AccessLogSettings"]["Format"]
    return len(re.sub(r"\$context\.([\w.]+)", lambda name: ACCESS.get(name[1], "-"), written))


def bill(lines: list[dict[str, Any]]) -> list[Line]:
    """Return what 1,000,000 calls like these cost."""
    each = {name: sum(line[name] for line in lines) / len(lines) for name in ("read_units", "bytes")}
    puts, gets = (MIX[name] / 100 * MILLION for name in ("createTaskFile", "downloadTaskFile"))
    logged = each["bytes"] + EVENT + sum(len(line) + EVENT for line in PLATFORM_LOG)
    return [
        Line("HTTP API", MILLION, PRICES["requests"], "requests"),
        Line("Lambda", MILLION, PRICES["invocations"], "invocations"),
        Line("Lambda", MILLION * SECONDS * GIGABYTES, PRICES["gigabyte_seconds"], "GB-seconds (assumed)"),
        Line(
            "Lambda",
            COLD_STARTS * INITIALISATION * GIGABYTES,
            PRICES["gigabyte_seconds"],
            "GB-seconds of initialisation (assumed)",
        ),
        Line("Secrets Manager", SECRET_READS, PRICES["secret_reads"], "reads of the token (assumed)"),
        Line("DynamoDB", each["read_units"] * MILLION, PRICES["read_units"], "read units"),
        Line("DynamoDB", write_units() * MILLION, PRICES["write_units"], "write units"),
        Line("S3", puts, PRICES["puts"], "uploads"),
        Line("S3", gets, PRICES["gets"], "downloads"),
        Line("CloudWatch", logged * MILLION / 1e9, PRICES["log_gigabytes"], "GB of logs"),
        Line("CloudWatch", (access_log() + EVENT) * MILLION / 1e9, PRICES["access_log_gigabytes"], "GB of access logs"),
    ]


def write_units() -> float:
    """Return those of a call of the mix: as `methods` measured them, since DynamoDB Local miscounts transactions."""
    units = {row[0]: float(row[-1]) for row in report.rows(methods.UNITS) if "/" not in row[-1]}
    units |= {"moveTaskPosition": units["moveTaskPosition, to the top"], "searchTasks": 0}
    return sum(count * units[name] for name, count in MIX.items()) / 100


def sweep_units() -> tuple[float, float]:
    """Return the read units that the daily repair takes of a task in a month, and the write units of all of it."""
    parts = int(template.template()["Parameters"]["SweepParts"]["Default"])
    used = usage.Usage()
    with dynamodb() as stores:
        methods.fill(stores, SWEPT)
        usage.current.set(used)
        for _ in range(parts):
            report = Sweep(stores, repair=True, has_time=lambda: True, parts=parts).run()
            if report.found or not report.is_complete:
                raise RuntimeError(f"not what an idle month is: {report}")
    return used.read_units / SWEPT * 30 / parts, used.write_units * 30 / parts


def idle() -> list[Line]:
    """Return what a month costs in which nobody calls a production stack."""

    def beyond(name: str, count: float) -> float:
        return max(0, count - FREE[name])

    reads, writes = sweep_units()
    resources = template.template()["Resources"].values()
    alarms = sum(
        each["Type"] == "AWS::CloudWatch::Alarm" and each["Condition"] in {"InProduction", "IsGradual"}
        for each in resources
    )

    return [
        Line("Secrets Manager", 1, PRICES["secret"], "secret"),
        Line("DynamoDB", beyond("stored_gigabytes", TABLE), PRICES["stored_gigabytes"], "GB beyond the free 25"),
        Line("DynamoDB", TABLE, PRICES["pitr_gigabytes"], "GB of point-in-time recovery"),
        Line("S3", FILES, PRICES["file_gigabytes"], "GB of files"),
        Line("CloudWatch", beyond("alarms", alarms), PRICES["alarms"], "alarms beyond the free ten"),
        Line("CloudWatch", beyond("metrics", 1), PRICES["metrics"], "metrics beyond the free ten"),
        Line("CloudWatch", COPIES_OF_LOGS, PRICES["kept_log_gigabytes"], "GB of logs kept"),
        Line("Lambda", 30 * 2, PRICES["gigabyte_seconds"], "GB-seconds of the daily repair"),
        Line("DynamoDB", reads * TASKS_KEPT, PRICES["read_units"], "read units of the daily repair"),
        Line("DynamoDB", writes, PRICES["write_units"], "write units of the daily repair"),
    ]


def table(lines: list[Line]) -> str:
    """Return a bill as a table of Markdown."""
    rows = [f"| {e.service} | {_number(e.amount)} {e.unit} | {e.dollars:.2f} |" for e in lines]
    total = f"| **together** | | **{sum(each.dollars for each in lines):.2f}** |"
    return "\n".join(["| Service | Amount | $ |", "|---|---|---|", *rows, total])


def _number(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:.3g}"


def tables() -> dict[str, str]:
    """Measure; return the tables by their names in docs/costs.md."""
    return {"a million calls": table(bill(measured())), "an idle month": table(idle())}
