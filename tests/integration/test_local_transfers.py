"""Direct transfers against `make run`, whose local AWS checks signatures, sizes and checksums (decision 12)."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
import urllib.error
import urllib.request
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from tests.conformance.run import TOKEN, server
from tests.integration.uploads import described

from lambdaboard.store.blobs import Blobs, ContentInfo
from lambdaboard.store.stores import S3

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from time_machine import TimeMachineFixture

CONTENT = bytes(range(256)) * 400
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PROJECT, TASK = 1, 1
BUCKET = "lambdaboard"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the local server, with a task."""
    with server(tmp_path_factory.mktemp("run")) as started:
        address = f"{started}/native/jsonrpc.php"
        assert result(address, "createProject", name="Garden") == PROJECT
        assert result(address, "createTask", title="Plant a tree", project_id=PROJECT) == TASK
        yield address


def answered(api: str, method: str, /, **params: Any) -> Any:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    encoded = b64encode(f"jsonrpc:{TOKEN}".encode()).decode()
    with OPENER.open(urllib.request.Request(api, body, {"Authorization": f"Basic {encoded}"}), timeout=60) as response:
        return json.load(response)


def result(api: str, method: str, /, **params: Any) -> Any:
    answer = answered(api, method, **params)
    assert "result" in answer, answer
    return answer["result"]


def begun(api: str, content: bytes = CONTENT, **given: Any) -> tuple[int, Any]:
    answer = result(api, "createTaskFile", project_id=PROJECT, task_id=TASK, **described(content, **given))
    return answer["file_id"], answer["upload"]


def confirmation(api: str, file_id: int, content: bytes = CONTENT, **given: Any) -> Any:
    params = described(content, **given)
    return answered(api, "createTaskFile", project_id=PROJECT, task_id=TASK, file_id=file_id, **params)


def put(url: str, content: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Send a content; return the status, and the code of an error of S3."""
    try:
        with OPENER.open(urllib.request.Request(url, content, {**headers}, method="PUT"), timeout=60) as response:
            return response.status, ""
    except urllib.error.HTTPError as error:
        code = re.search("<Code>(.*)</Code>", error.read().decode())
        return error.code, code[1] if code else ""


# --- up -------------------------------------------------------------------------------------------------------------


def test_a_url_takes_its_content_and_nothing_else(api: str) -> None:
    file_id, upload = begun(api)
    headers, other = upload["headers"], b64encode(sha256(CONTENT[::-1]).digest()).decode()
    mismatch = 403, "SignatureDoesNotMatch"
    refusals = {
        "other bytes": (put(upload["url"], CONTENT[::-1], headers), (400, "BadDigest")),
        "one byte more": (put(upload["url"], CONTENT + b"x", headers), mismatch),
        "one byte less": (put(upload["url"], CONTENT[:-1], headers), mismatch),
        "no checksum": (put(upload["url"], CONTENT, {}), mismatch),
        "other bytes with their checksum": (
            put(upload["url"], CONTENT[::-1], {"x-amz-checksum-sha256": other}),
            mismatch,
        ),
        "another path": (put(upload["url"].replace("/1/1/", "/1/2/"), CONTENT, headers), mismatch),
        "a later end": (put(upload["url"].replace("Expires=300", "Expires=900"), CONTENT, headers), mismatch),
    }
    assert {name: got for name, (got, _) in refusals.items()} == {name: want for name, (_, want) in refusals.items()}
    assert "its content is not there yet" in confirmation(api, file_id)["error"]["data"]
    assert put(upload["url"], CONTENT, headers) == (200, "")
    assert confirmation(api, file_id)["result"] == file_id


def test_a_url_that_has_expired_is_refused(api: str, time_machine: TimeMachineFixture) -> None:
    _, upload = begun(api)
    endpoint = f"http://{urlsplit(upload['url']).netloc}"
    keys: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    blobs = Blobs(lambda _: boto3.client("s3", endpoint_url=endpoint, config=S3, **keys), BUCKET)
    content = ContentInfo(len(CONTENT), sha256(CONTENT).hexdigest())
    now, got = time.time(), {}
    for age in (295, 305):
        time_machine.move_to(now - age)
        signed = blobs.presign_upload(f"1/1/{age}", content)
        got[age] = put(signed.url, CONTENT, signed.headers)
    assert got == {295: (200, ""), 305: (403, "AccessDenied")}


def test_an_upload_that_is_cut_off_leaves_nothing_and_is_repeated(api: str) -> None:
    file_id, upload = begun(api)
    parts = urlsplit(upload["url"])
    assert parts.hostname
    assert parts.port
    head = [f"PUT {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(CONTENT)}"]
    head += [f"{name}: {value}" for name, value in upload["headers"].items()]
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + CONTENT[: len(CONTENT) // 2])
    assert "its content is not there yet" in confirmation(api, file_id)["error"]["data"]
    for _ in range(2):
        assert put(upload["url"], CONTENT, upload["headers"]) == (200, "")
    assert confirmation(api, file_id)["result"] == file_id


# --- down -----------------------------------------------------------------------------------------------------------


def test_what_was_uploaded_as_a_web_page_comes_back_as_a_file(api: str) -> None:
    page, name = b"<script>alert(1)</script>", "Größe 日本.html"
    file_id, upload = begun(api, page, filename=name)
    assert put(upload["url"], page, upload["headers"] | {"Content-Type": "text/html"}) == (200, "")
    assert confirmation(api, file_id, page, filename=name)["result"] == file_id
    told = result(api, "downloadTaskFile", file_id=file_id, url=True)
    with OPENER.open(told["url"], timeout=60) as response:
        assert response.read() == page
        assert response.headers["content-type"] == "application/octet-stream"
        assert response.headers["content-disposition"] == (
            "attachment; filename=\"Gr__e __.html\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E6%97%A5%E6%9C%AC.html"
        )


def test_a_signature_for_getting_is_none_for_putting_or_for_another_file(api: str) -> None:
    ids = [result(api, "createTaskFile", project_id=1, task_id=1, filename=name, blob="YQ==") for name in "ab"]
    first, second = (result(api, "downloadTaskFile", file_id=file_id, url=True)["url"] for file_id in ids)
    own, others = (urlsplit(each) for each in (first, second))
    for method, path, query in (
        ("PUT", own.path, own.query),
        ("GET", others.path, own.query),
        ("DELETE", own.path, own.query),
    ):
        connection = http.client.HTTPConnection(own.netloc, timeout=10)
        connection.request(method, f"{path}?{query}")
        assert connection.getresponse().status == 403, method
        connection.close()
    with OPENER.open(first, timeout=60) as response:
        assert response.read() == b"a"
