"""Who calls, by credentials (behaviour.md 1.3)."""

import base64

import pytest

from lambdaboard.api.context import APPLICATION
from lambdaboard.app.authentication import MAX_CREDENTIALS, Authenticator, is_token
from lambdaboard.app.login import Logins
from lambdaboard.domain.user import User
from lambdaboard.errors import Unauthorized

TOKEN = "token:with-a-colon-é"


class NoPeople(Logins):
    """There is only the application."""

    def __init__(self) -> None:
        """Read nobody."""

    def cached(self, username: str, password: str) -> User | None:
        return None

    def log_in(self, username: str, password: str) -> User | None:
        return None


authenticator = Authenticator(is_token(TOKEN), NoPeople())


def encoded(credentials: str) -> str:
    return base64.b64encode(credentials.encode()).decode()


RIGHT = encoded(f"jsonrpc:{TOKEN}")


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_application_user_is_known_by_the_token(scheme: str) -> None:
    assert authenticator.authenticate({"authorization": f"{scheme} {RIGHT}"}) is APPLICATION
    assert authenticator.authenticate({"authorization": f"{scheme}   {RIGHT} "}) is APPLICATION


def test_the_same_credentials_are_read_from_x_api_auth() -> None:
    assert authenticator.authenticate({"x-api-auth": RIGHT}) is APPLICATION
    assert authenticator.authenticate({"authorization": "Bearer x", "x-api-auth": RIGHT}) is APPLICATION
    with pytest.raises(Unauthorized):
        authenticator.authenticate({"x-api-auth": encoded("jsonrpc:wrong")})


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic ",
        RIGHT,
        f"Bearer {RIGHT}",
        f"Bearer {TOKEN}",
        f"Basic{RIGHT}",
        f"Basic jsonrpc:{TOKEN}",
        f"Basic {RIGHT[:-4]}",
        f"Basic {RIGHT}!",
        f"Basic {RIGHT[:4]} {RIGHT[4:]}",
        f"Basic {encoded(f'JSONRPC:{TOKEN}')}",
        f"Basic {encoded(f'jsonrpc :{TOKEN}')}",
        f"Basic {encoded(f'admin:{TOKEN}')}",
        f"Basic {encoded(f':{TOKEN}')}",
        f"Basic {encoded(TOKEN)}",
        f"Basic {encoded('jsonrpc:')}",
        f"Basic {encoded('jsonrpc')}",
        f"Basic {encoded(f'jsonrpc:{TOKEN} ')}",
        f"Basic {encoded(f'jsonrpc:{TOKEN}'.upper())}",
        f"Basic {encoded('jsonrpc:' + 'x' * MAX_CREDENTIALS)}",
        "Basic é",
        "Basic \0",
    ],
)
def test_anything_else_is_nobody(authorization: str) -> None:
    with pytest.raises(Unauthorized):
        authenticator.authenticate({"authorization": authorization})


def test_no_header_is_nobody() -> None:
    with pytest.raises(Unauthorized):
        authenticator.authenticate({})


def test_a_new_token_counts_as_soon_as_it_is_told() -> None:
    tokens = [b"old", b"new"]
    changing = Authenticator(lambda secret: secret == tokens[0], NoPeople())
    headers = {"authorization": f"Basic {encoded('jsonrpc:old')}"}
    assert changing.authenticate(headers) is APPLICATION
    tokens.pop(0)
    with pytest.raises(Unauthorized):
        changing.authenticate(headers)
