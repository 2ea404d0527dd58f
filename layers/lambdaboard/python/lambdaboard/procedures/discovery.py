"""The description of the API by itself."""

from __future__ import annotations

from functools import cache

from lambdaboard.api.access import OPEN, WHO
from lambdaboard.api.context import Context
from lambdaboard.api.registry import procedure, registry
from lambdaboard.api.rows import DocumentRow
from lambdaboard.procedures.application import VERSION

INFO = {
    "title": "Lambdaboard",
    "version": VERSION,
    "license": {"name": "MIT"},
    "description": (
        "Kanboard's JSON-RPC API: `info.version` is the version of Kanboard that it answers like, as getVersion says. "
        "Params come by name or by position, those with `x-by-name` by name only. An integer or a number may be sent "
        "as a text, a text as a number, true and false as 1 and 0; null for a parameter that is not required means "
        "that it is not given. A refused call has `x-failure` as its result, and has changed nothing; the response "
        "header `X-Refused` says why, as `title: empty`. Params that a procedure does not know are ignored; the "
        "response header `X-Ignored-Params` names them. With the request header `Prefer: handling=strict` both are the "
        "error -32602 instead, whose `data` says the same."
    ),
}


@procedure("rpc.discover", OPEN)
def discover(context: Context) -> DocumentRow:
    """Describe all procedures: their parameters, results, failure values and who may call them.

    Returns:
        An OpenRPC document.
    """
    # absolute, since tools of OpenRPC accept no other; it has the wire format in its path if the request has
    servers = [{"name": "default", "url": context.endpoint}]
    return DocumentRow.of({**described(), "servers": servers})


@cache
def described() -> DocumentRow:
    """Return the document without servers, made once per container, at the first call: then all procedures exist."""
    # imported here, so that only this procedure waits for it
    from lambdaboard.jsonrpc.openrpc import document  # noqa: PLC0415

    return DocumentRow.of(document(registry, INFO, WHO))
