"""Our API, called as by clients, with an event of the HTTP API for each batch; in this process, on the stack's data."""

from __future__ import annotations

import base64
import gzip
import json
import secrets
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Metrics

from importer.errors import ImporterError
from lambdaboard.app.service import Service, authenticator
from lambdaboard.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdaboard.store.stores import Stores

Call = tuple[str, dict[str, Any]]
"""A procedure and its params."""

PATH = "/native/jsonrpc.php"
BATCH = 200


class Api:
    """Calls the API as the application.

    Args:
        stores: the table and the bucket.
    """

    def __init__(self, stores: Stores) -> None:
        token = secrets.token_hex()
        settings = Settings(table_name=stores.table.name, bucket_name="unused", api_token=token)
        self._service = Service(settings, stores, authenticator(settings, stores))
        self._basic = base64.b64encode(f"jsonrpc:{token}".encode()).decode()

    def __call__(self, method: str, **params: Any) -> Any:
        """Return the result of one call."""
        return self.all([(method, params)])[0]

    def all(self, calls: Sequence[Call]) -> list[Any]:
        """Return the results of calls in their order.

        Raises:
            ImporterError: an answer is an error.
        """
        return [result for first in range(0, len(calls), BATCH) for result in self._batch(calls[first : first + BATCH])]

    def _batch(self, calls: Sequence[Call]) -> list[Any]:
        requests = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, (method, params) in enumerate(calls)
        ]
        response = self._service.answer(self._event(json.dumps(requests)), "verify")
        Metrics(service="").clear_metrics()  # not collected here, and Powertools prints them once there are many
        if response["statusCode"] != 200:
            raise ImporterError(f"the API answers {response['statusCode']}")
        answers = {each["id"]: each for each in json.loads(_text(response))}
        return [_result(call, answers[number]) for number, call in enumerate(calls)]

    def _event(self, body: str) -> dict[str, Any]:
        return {
            "version": "2.0",
            "routeKey": f"POST {PATH}",
            "rawPath": PATH,
            "headers": {
                "authorization": f"Basic {self._basic}",
                "content-type": "application/json",
                "accept-encoding": "gzip",
                "host": "localhost",
            },
            "requestContext": {"http": {"method": "POST", "path": PATH, "sourceIp": "127.0.0.1"}},
            "body": body,
            "isBase64Encoded": False,
        }


def _result(call: Call, answer: dict[str, Any]) -> Any:
    if "error" in answer:
        method, params = call
        raise ImporterError(f"{method} {params}: {answer['error']}")
    return answer["result"]


def _text(response: dict[str, Any]) -> str:
    if not response.get("isBase64Encoded"):
        return str(response["body"])
    return gzip.decompress(base64.b64decode(response["body"])).decode()
