"""A JSON-RPC API as one client calls it: by HTTP, over a connection that stays open."""

from __future__ import annotations

import json
from typing import Any

import urllib3


class FailedError(Exception):
    """The answer is not a result."""


class Endpoint:
    """Calls an API; for one thread.

    Args:
        url: of the API.
        token: the application user's.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        headers = urllib3.make_headers(basic_auth=f"jsonrpc:{token}", accept_encoding="gzip")
        headers["content-type"] = "application/json"
        self._pool = urllib3.PoolManager(headers=headers, retries=False, timeout=60)

    def another(self) -> Endpoint:
        """Return another client of the same API."""
        return Endpoint(self._url, self._token)

    def __call__(self, method: str, *params: Any) -> Any:
        """Return the result of a call.

        Raises:
            FailedError: the answer is not a result.
        """
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        try:
            response = self._pool.request("POST", self._url, body=body)
        except urllib3.exceptions.HTTPError as error:
            raise FailedError(f"{method}: {error!r}") from error
        if response.status != 200 or not response.data.startswith(b'{"jsonrpc":"2.0","result":'):
            raise FailedError(f"{method}: {response.status} {response.data[:200]!r}")
        return response.json()["result"]
