"""Who calls, by credentials (behaviour.md 1.3)."""

import base64

import pytest

from lambdaboard.api.context import APPLICATION, Caller
from lambdaboard.app.authentication import MAX_CREDENTIALS, Authenticator, is_token
from lambdaboard.app.login import Logins
from lambdaboard.app.token_login import TokenLogins
from lambdaboard.domain.user import User
from lambdaboard.errors import Unauthorized

TOKEN = "token:with-a-colon-é"


class NoPeople(Logins):
    """There is only the application."""

    def __init__(self) -> None:
        """Read nobody."""

    def cached(self, username: str, password: str) -> User | None:
        return None

    def log_in(self, username: str, password: str) -> User:
        raise Unauthorized


class NoTokens(TokenLogins):
    """There is none; says what was sent, and which name with it."""

    def __init__(self) -> None:
        """Read nothing."""

    def log_in(self, text: str, username: str | None, *, force_refresh: bool) -> Caller:
        raise LookupError(text, username)


authenticator = Authenticator(is_token(TOKEN), NoPeople(), NoTokens())


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
def test_other_credentials_are_unauthorized(authorization: str) -> None:
    with pytest.raises(Unauthorized):
        authenticator.authenticate({"authorization": authorization})


def test_a_missing_header_is_unauthorized() -> None:
    with pytest.raises(Unauthorized):
        authenticator.authenticate({})


def test_a_new_token_is_accepted_as_soon_as_it_is_sent() -> None:
    tokens = [b"old", b"new"]
    changing = Authenticator(lambda secret: secret == tokens[0], NoPeople(), NoTokens())
    headers = {"authorization": f"Basic {encoded('jsonrpc:old')}"}
    assert changing.authenticate(headers) is APPLICATION
    tokens.pop(0)
    with pytest.raises(Unauthorized):
        changing.authenticate(headers)


A_TOKEN = "lb_7_" + "x" * 43


@pytest.mark.parametrize(
    ("headers", "username"),
    [
        ({"authorization": f"Bearer {A_TOKEN}"}, None),
        ({"authorization": f"bearer  {A_TOKEN} "}, None),
        ({"authorization": f"Bearer {A_TOKEN}", "x-api-auth": RIGHT}, None),
        ({"authorization": f"Basic {encoded(f'ann:{A_TOKEN}')}"}, "ann"),
        ({"authorization": f"Basic {encoded(f'jsonrpc:{A_TOKEN}')}"}, "jsonrpc"),
        ({"x-api-auth": encoded(f"ann:{A_TOKEN}")}, "ann"),
        ({"authorization": f"Basic {encoded(f':{A_TOKEN}')}"}, ""),
    ],
)
def test_what_begins_like_a_token_is_looked_at_as_nothing_else(headers: dict[str, str], username: str | None) -> None:
    with pytest.raises(LookupError) as sent:
        authenticator.authenticate(headers)
    assert sent.value.args == (A_TOKEN, username)


@pytest.mark.parametrize("text", ["lb_", "lb_7", "lb__x", "lb_x_y", "LB_7_x", " lb_7_x", "xlb_7_x", "token"])
def test_what_does_not_is_no_token(text: str) -> None:
    for authorization in (f"Bearer .{text}", f"Basic {encoded(f'ann:{text}')}"):
        with pytest.raises(Unauthorized):
            authenticator.authenticate({"authorization": authorization})
