"""requests-oauthlib, the client of most Python programs, against the demo."""

import time
from collections.abc import Iterator

import pytest
import requests
from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from support.clients import TIMEOUT, Client
from support.processes import Demo
from support.visitor import Visitor

SCOPE = ["openid", "offline_access", "messages.read"]


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library insists on https unless told that this is a test."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def signed_in(demo: Demo, visitor: Visitor) -> Iterator[OAuth2Session]:
    """A session that holds the tokens of a code flow with PKCE."""
    client = demo.client
    with OAuth2Session(client.client_id, redirect_uri=client.redirect_uri, scope=SCOPE, pkce="S256") as session:
        url, _ = session.authorization_url(demo.endpoint("authorization"))
        landing = visitor.authorize(url, client.redirect_uri)
        session.fetch_token(
            demo.endpoint("token"), authorization_response=landing.url, auth=HTTPBasicAuth(*client.basic)
        )
        yield session


def test_code_with_pkce_opens_the_api(demo: Demo, signed_in: OAuth2Session) -> None:
    assert set(signed_in.token["scope"]) == set(SCOPE)
    assert signed_in.token["refresh_token"]
    assert signed_in.get(f"{demo.api}/api/me", timeout=TIMEOUT).status_code == 200
    assert signed_in.get(f"{demo.api}/api/messages", timeout=TIMEOUT).status_code == 200


@pytest.mark.parametrize("method", ["basic", "post"])
def test_client_credentials(demo: Demo, method: str) -> None:
    client = demo.client
    with OAuth2Session(client=BackendApplicationClient(client.client_id, scope=["messages.read"])) as session:
        if method == "basic":
            session.fetch_token(demo.endpoint("token"), auth=HTTPBasicAuth(*client.basic))
        else:
            session.fetch_token(
                demo.endpoint("token"), client_secret=client.client_secret, include_client_secret=True
            )
        assert "refresh_token" not in session.token
        assert session.get(f"{demo.api}/api/messages", timeout=TIMEOUT).status_code == 200


def test_an_expired_token_is_refreshed_on_the_way(demo: Demo, signed_in: OAuth2Session) -> None:
    saved: list[dict[str, object]] = []
    old = dict(signed_in.token)
    client = demo.client
    stale = old | {"expires_in": -30, "expires_at": time.time() - 30}
    with OAuth2Session(
        client.client_id,
        token=stale,
        auto_refresh_url=demo.endpoint("token"),
        auto_refresh_kwargs={"client_id": client.client_id, "client_secret": client.client_secret},
        token_updater=saved.append,
    ) as session:
        assert session.get(f"{demo.api}/api/me", timeout=TIMEOUT).status_code == 200
    assert len(saved) == 1
    assert saved[0]["access_token"] != old["access_token"]


def test_a_code_sent_twice_is_refused_and_its_tokens_die(demo: Demo, visitor: Visitor) -> None:
    client = demo.client
    with OAuth2Session(client.client_id, redirect_uri=client.redirect_uri, scope=SCOPE, pkce="S256") as session:
        url, _ = session.authorization_url(demo.endpoint("authorization"))
        landing = visitor.authorize(url, client.redirect_uri)
        token = dict(exchange(demo, session, landing.url))
        with pytest.raises(InvalidGrantError):
            exchange(demo, session, landing.url)
    assert not demo.is_active(client, token["access_token"])
    assert not demo.is_active(client, token["refresh_token"])
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    assert requests.get(f"{demo.api}/api/me", headers=bearer, timeout=TIMEOUT).status_code == 401


def exchange(demo: Demo, session: OAuth2Session, url: str) -> dict[str, str]:
    """Exchanges the code in a redirect's address."""
    token: dict[str, str] = session.fetch_token(
        demo.endpoint("token"), authorization_response=url, auth=HTTPBasicAuth(*demo.client.basic)
    )
    return token


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revocation(demo: Demo, signed_in: OAuth2Session, kind: str) -> None:
    token = signed_in.token[kind]
    client: Client = demo.client
    url, headers, body = signed_in._client.prepare_token_revocation_request(
        demo.endpoint("revocation"), token, token_type_hint=kind
    )
    revoked = requests.post(url, data=body, headers=headers, auth=HTTPBasicAuth(*client.basic), timeout=TIMEOUT)
    assert revoked.status_code == 200
    assert not demo.is_active(client, token)
    if kind == "refresh_token":
        with pytest.raises(OAuth2Error):
            signed_in.refresh_token(
                demo.endpoint("token"), refresh_token=token, auth=HTTPBasicAuth(*client.basic)
            )


def test_introspection(demo: Demo, signed_in: OAuth2Session) -> None:
    described = demo.introspect(demo.client, signed_in.token["access_token"])
    assert described["active"] is True
    assert described["client_id"] == demo.client.client_id
    assert set(described["scope"].split()) == set(SCOPE)
    assert described["iss"] == demo.issuer
    assert described["exp"] > described["iat"]
    assert described["sub"]
    assert demo.introspect(demo.client, "not-a-token") == {"active": False}
