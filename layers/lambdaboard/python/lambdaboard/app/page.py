"""The page for browsers at the addresses of the API: static, the same for every caller and every query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HTML = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Lambdaboard</title>
<style>
body { max-width: 42rem; margin: 4rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; color: #222 }
pre { overflow-x: auto; padding: 1rem; background: #f4f4f4; border-radius: .3rem }
</style>
<h1>Lambdaboard</h1>
<p>This is the JSON-RPC API of a task board, compatible with Kanboard's. It has no other page: programs call it by POST.
</p>
<pre>curl -u jsonrpc:TOKEN -H 'Content-Type: application/json' \\
  -d '{"jsonrpc": "2.0", "id": 1, "method": "getVersion"}' https://THIS-HOST/jsonrpc.php</pre>
<p>The administrator of this server has the token. People log in with their own username and password.
The method <code>rpc.discover</code> returns a description of all methods (OpenRPC).</p>
</html>
"""

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}

PAGE = {"statusCode": 200, "headers": HEADERS, "body": HTML, "isBase64Encoded": False}
NOT_ALLOWED = {
    "statusCode": 405,
    "headers": {
        "content-type": "application/json",
        "allow": "POST",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    },
    "body": '{"message":"Method Not Allowed"}',
    "isBase64Encoded": False,
}


def answer(headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the response to a GET: the page for a browser, 405 for a program. It contains no data of the request.

    Args:
        headers: of the request, names in lower case.
    """
    return PAGE if "text/html" in headers.get("accept", "").lower() else NOT_ALLOWED
