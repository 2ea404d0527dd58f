"""A client uploads and downloads a file directly, with the function's own rights (decision 12)."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from tests.deployed.account import DIRECT
from tests.deployed.mess import a_task
from tests.integration.uploads import CONTENT, described

if TYPE_CHECKING:
    from tests.deployed.stack import Stack


def test_a_file_is_uploaded_and_downloaded_by_urls_that_the_role_of_the_function_signed(stack: Stack) -> None:
    task = a_task(stack)
    params = {"project_id": task["project_id"], "task_id": task["id"], **described()}
    answer = stack.call("createTaskFile", **params)
    upload = answer["upload"]
    put = urllib.request.Request(upload["url"], CONTENT, upload["headers"], method=upload["method"])
    assert DIRECT.open(put, timeout=60).status == 200
    file_id = stack.call("createTaskFile", **params, file_id=answer["file_id"])
    assert file_id == answer["file_id"]
    with DIRECT.open(stack.call("downloadTaskFile", file_id=file_id, url=True)["url"], timeout=60) as response:
        assert response.read() == CONTENT


def test_the_bucket_of_a_stack_gives_nothing_without_a_signature(stack: Stack) -> None:
    task = a_task(stack)
    (file,) = stack.call("getAllTaskFiles", task["id"])
    url = stack.call("downloadTaskFile", file_id=file["id"], url=True)["url"]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        DIRECT.open(url.partition("?")[0], timeout=60)
