"""The steps of a client that uploads a file itself."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import requests
from tests.boards import everything

if TYPE_CHECKING:
    from tests.conftest import Client

    from lambdaboard.store.stores import Stores

CONTENT = b"two metres from the fence"

FOR_MOTO = {"x-amz-sdk-checksum-algorithm": "SHA256"}
"""Without this header moto keeps no checksum; S3 keeps one, and rejects headers that are not signed."""


def described(content: bytes = CONTENT, **given: Any) -> dict[str, Any]:
    """Return the params of createTaskFile that describe a content."""
    return {"filename": "a.txt", "size": len(content), "sha256": sha256(content).hexdigest(), **given}


def begun(call: Client, project_id: int, task_id: int, content: bytes = CONTENT, **given: Any) -> tuple[int, Any]:
    """Begin an upload; return the file's id, its URL and headers."""
    answer = call("createTaskFile", project_id=project_id, task_id=task_id, **described(content, **given))
    return int(answer["file_id"]), answer["upload"]


def put(upload: Any, content: bytes = CONTENT) -> None:
    """Upload as the answer says."""
    headers = upload["headers"] | FOR_MOTO
    requests.request(upload["method"], upload["url"], data=content, headers=headers).raise_for_status()


def confirmed(call: Client, project_id: int, task_id: int, file_id: int, content: bytes = CONTENT, **given: Any) -> Any:
    """Confirm an upload; return the result."""
    params = described(content, **given)
    return call("createTaskFile", project_id=project_id, task_id=task_id, file_id=file_id, **params)


def uploaded(call: Client, project_id: int, task_id: int, content: bytes = CONTENT, **given: Any) -> int:
    """Upload and confirm a file; return its id."""
    file_id, upload = begun(call, project_id, task_id, content, **given)
    put(upload, content)
    assert confirmed(call, project_id, task_id, file_id, content, **given) == file_id
    return file_id


def open_uploads(stores: Stores) -> list[dict[str, Any]]:
    """Return the items of all uploads that are not confirmed."""
    return [item for (_, sk), item in everything(stores).items() if sk.startswith("UPLOAD#")]
