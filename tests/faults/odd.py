"""Odd values for requests."""

from __future__ import annotations

from typing import Any

from tests.conftest import TOKEN

LARGEST = 6_000_000

ODD: list[Any] = [
    *(
        "",
        "\0",
        "#",
        "../../etc/passwd",
        "/etc/passwd",
        "a#b\0c",
        "\u202egnp.exe",
        "\u200b",
        "\ufeff",
        "\ufffe",
        "\U0010ffff",
    ),
    *("é" * 300, "9" * 400, "9" * 5_000, "x" * 300, "😀" * 300, "İ" * 200, "ß" * 400),
    *("(a+)+$", "(" * 99, "status:open (", '"', "assignee:", 'due:>=<"', "ref:*", "x:" * 200, "due:<9999999999999"),
    *("<script>alert(1)</script>", "javascript:alert(1)", "http://169.254.169.254/", "file:///etc/passwd", "http://["),
    *(0, -1, 1, 2, 2**31, 2**53, 2**63, 2**64, 10**12, 10**30, 10**400, -(10**12), 1e308, 5e-324, -0.0, 0.1),
    *(True, False, None, [], {}, [[]], [{}], {"": None}),
    *(
        "1",
        "01",
        "1.0",
        " 1",
        "1e3",
        "0x1",
        "\u0661",
        "YQ==",
        "!!!!",
        "=",
        "YQ" * 99,
        " \n" * 99,
        "Infinity",
        "NaN",
        "null",
    ),
    *(
        "2020-01-01",
        "99999999999999",
        "0000-00-00",
        "9999-12-31T23:59:59+14:00",
        "31/02/2020",
        "0001-01-01",
        "12/31/9999 23:59",
    ),
]
"""Values; strings get the mark as a prefix, at times."""

LITERALS = [
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"1e999",
    b"-0",
    b"-0.0",
    b"1" + b"0" * 400,
    b"0" * 99,
    b'"\\ud800"',
    b'"\xed\xa0\x80"',
    b'"\\u0000"',
    b'"\x00"',
    b"[",
    b"{",
    b'{"a":1,"a":2}',
    b"'a'",
    b"/**/",
    b"tru",
    b'"\\x"',
]
"""Raw replacements of values: most are not JSON."""

ENCODINGS = ["utf-16", "utf-16-le", "utf-32", "utf-7", "utf-8-sig", "cp037"]

TEXTS = [
    "",
    "native",
    "documented",
    "gzip",
    "handling=strict",
    "gzip;q=0, *",
    "a,b",
    "a\r\nset-cookie: x=1",
    "\0",
    "é",
    "😀",
    "\ud800",
    "Basic",
    "Basic Basic",
    "Bearer x",
    "x" * 300,
    "x" * 10_000,
    "application/json; charset=utf-16",
]

NAMES = [
    "x-wire-format",
    "X-WIRE-FORMAT",
    "prefer",
    "accept-encoding",
    "idempotency-key",
    "host",
    "x-forwarded-proto",
    "x-api-auth",
    "authorization",
    "Authorization",
    "content-type",
    "content-encoding",
    "content-length",
    "cookie",
    "transfer-encoding",
    "x" * 300,
    "",
    "é",
    "__proto__",
]

PATHS = [
    "/jsonrpc.php",
    "/native/jsonrpc.php",
    "/documented/jsonrpc.php",
    "/../x",
    "//",
    "",
    "/native",
    "native",
    "/%00",
    "/\0",
    "/é",
    "/" * 3_000,
    f"/{TOKEN}",
    "/jsonrpc.php?token=x",
    "/\u202e",
    "C:\\",
]
