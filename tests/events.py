"""Events of the HTTP API, as API Gateway passes them to the function (payload format 2.0)."""

from __future__ import annotations

import base64
from typing import Any


def api_event(
    body: bytes, path: str = "/jsonrpc.php", token: str = "", *, user: str = "jsonrpc", **headers: str
) -> dict[str, Any]:
    """Return an event for a POST of a JSON body; without a token there are no credentials.

    Args:
        token: the application's, or a person's password.
        user: who calls.
        body: sent as text if it is UTF-8, else in base64, as the gateway does for other content types.
        headers: names with `_` for `-`.
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    basic = base64.b64encode(f"{user}:{token}".encode()).decode()
    credentials = {"authorization": f"Basic {basic}"} if token else {}
    try:
        content, is_base64 = body.decode(), False
    except UnicodeDecodeError:
        content, is_base64 = base64.b64encode(body).decode(), True
    return {
        "version": "2.0",
        "routeKey": f"POST {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "content-type": "application/json",
            "content-length": str(len(body)),
            "host": "api.example.com",
            "x-forwarded-proto": "https",
            **credentials,
            **named,
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": "POST",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "request-1",
            "routeKey": f"POST {path}",
            "stage": "$default",
            "time": "21/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1795255200000,
        },
        "body": content,
        "isBase64Encoded": is_base64,
    }
