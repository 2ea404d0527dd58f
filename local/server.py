"""The process that `make run` restarts when code changes: table and bucket, the handler behind HTTP, the stream.

Its environment is that of the functions, with DATA_DIR, SOCKET (file descriptor of the listening socket), FEEDS_STREAM
(set in one of several processes) and DOMAIN_PATH, an additional base path, as of a custom domain.
"""

import contextlib
import os
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

import boto3
import uvicorn

from local import console, gateway, resources, stream, template
from local.functions import Function, wait_longer


def broken(_: dict[str, Any]) -> Any:
    """Answer for a handler that could not be imported, as in Lambda."""
    raise RuntimeError("the handler could not be imported: see above; it is tried again when a file changes")


def rpc() -> gateway.Function:
    """Return the function behind the gateway."""
    try:
        wait_longer()
        return Function.load("RpcFunction")
    except Exception:  # noqa: BLE001 - any error in code under development
        traceback.print_exc()
        return broken


def feeder() -> stream.Feeder | None:
    """Return the feeder of the stream to cascade; None if cascade cannot be imported."""
    try:
        wait_longer()
        cascade = Function.load("CascadeFunction")
    except Exception:  # noqa: BLE001 - any error in code under development
        traceback.print_exc()
        return None
    file = Path(os.environ["DATA_DIR"]) / "stream.json"
    return stream.Feeder(
        boto3.client("dynamodb"), boto3.client("dynamodbstreams"), os.environ["TABLE_NAME"], cascade, file
    )


def main() -> None:
    """Serve until SIGTERM; then finish the running requests, and the stream."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    resources.make_all()
    served = gateway.application(rpc(), template.routes(), os.environ.get("DOMAIN_PATH", ""))
    api = gateway.for_hosts(gateway.below_any_path(served), os.environ.get("BASE_URL", ""))
    config = uvicorn.Config(api, log_level="warning", lifespan="off", server_header=False, timeout_graceful_shutdown=10)
    background = feeder() if os.environ["FEEDS_STREAM"] else None
    console.shorten(Path(os.environ["DATA_DIR"]) / console.FILE)
    if background:
        background.start()
    with contextlib.suppress(SystemExit):  # uvicorn raises the signal again when it is done
        uvicorn.Server(config).run([socket.socket(fileno=int(os.environ["SOCKET"]))])
    if background:
        background.finish()


if __name__ == "__main__":
    main()
