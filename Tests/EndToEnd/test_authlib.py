"""Authlib, an OAuth and OpenID Connect library written from the specifications, against the demo."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from support.clients import TIMEOUT, Client, Server
from support.processes import Demo, Operated
from support.visitor import Landing, Visitor

SCOPE = "openid profile email offline_access messages.read"


@dataclass(frozen=True)
class Login:
    """A finished code flow."""

    session: OAuth2Session
    landing: Landing
    verifier: str
    nonce: str


def open_session(client: Client, scope: str = SCOPE, method: str = "client_secret_basic") -> OAuth2Session:
    """Authlib's session for a client."""
    return OAuth2Session(
        client.client_id,
        client.client_secret,
        scope=scope,
        redirect_uri=client.redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method=method if client.client_secret else "none",
    )


def log_in(server: Server, visitor: Visitor, client: Client, scope: str = SCOPE) -> Login:
    """A whole code flow with PKCE and nonce."""
    session, verifier, nonce = open_session(client, scope), secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    url, _ = session.create_authorization_url(
        server.endpoint("authorization"), code_verifier=verifier, nonce=nonce
    )
    landing = visitor.authorize(url, client.redirect_uri)
    session.fetch_token(server.endpoint("token"), authorization_response=landing.url, code_verifier=verifier)
    return Login(session, landing, verifier, nonce)


@pytest.fixture
def login(demo: Demo, visitor: Visitor) -> Iterator[Login]:
    """A login at the demo by its own client."""
    done = log_in(demo, visitor, demo.client)
    yield done
    done.session.close()


def verify_id_token(server: Server, client: Client, login: Login, algorithm: str) -> CodeIDToken:
    """Verifies the ID token by the server's published keys, as OpenID Connect Core 1.0 §3.1.3.7 asks."""
    keys = KeySet.import_key_set(requests.get(server.metadata["jwks_uri"], timeout=TIMEOUT).json())
    decoded = jwt.decode(login.session.token["id_token"], keys, algorithms=[algorithm])
    assert decoded.header["alg"] == algorithm
    assert decoded.header["kid"]
    options = {"iss": {"essential": True, "value": server.issuer}}
    parameters = {
        "client_id": client.client_id, "nonce": login.nonce, "access_token": login.session.token["access_token"]
    }
    token = CodeIDToken(decoded.claims, decoded.header, options, parameters)
    token.validate(leeway=5)
    assert token["aud"] in (client.client_id, [client.client_id])
    assert token["nonce"] == login.nonce
    return token


def test_code_with_pkce_opens_the_api(demo: Demo, login: Login) -> None:
    assert login.session.get(f"{demo.api}/api/me", timeout=TIMEOUT).status_code == 200


def test_the_answer_says_who_sent_it(demo: Demo, login: Login) -> None:
    assert login.landing.parameters["iss"] == demo.issuer


def test_id_token_by_es256(demo: Demo, login: Login) -> None:
    verify_id_token(demo, demo.client, login, "ES256")


def test_id_token_by_rs256(operated: Operated, operated_visitor: Visitor) -> None:
    client = operated.add_client("--id-token-algorithm", "RS256")
    done = log_in(operated, operated_visitor, client, "openid profile email")
    verify_id_token(operated, client, done, "RS256")


def test_userinfo_by_get_and_post(demo: Demo, login: Login) -> None:
    id_token = verify_id_token(demo, demo.client, login, "ES256")
    access_token = login.session.token["access_token"]
    answers = [
        login.session.get(demo.endpoint("userinfo"), timeout=TIMEOUT),
        login.session.post(demo.endpoint("userinfo"), timeout=TIMEOUT),
        requests.post(demo.endpoint("userinfo"), data={"access_token": access_token}, timeout=TIMEOUT),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.json()["sub"] == id_token["sub"]
        assert "@" in answer.json()["email"]


def test_userinfo_gives_only_what_was_asked(demo: Demo, visitor: Visitor) -> None:
    done = log_in(demo, visitor, demo.client, "openid")
    claims = done.session.get(demo.endpoint("userinfo"), timeout=TIMEOUT).json()
    assert set(claims) == {"sub"}


def test_userinfo_wants_the_scope_openid(demo: Demo, visitor: Visitor) -> None:
    done = log_in(demo, visitor, demo.client, "messages.read")
    assert "id_token" not in done.session.token
    answer = done.session.get(demo.endpoint("userinfo"), timeout=TIMEOUT)
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_client_credentials(demo: Demo, method: str) -> None:
    with open_session(demo.client, "messages.read", method) as session:
        token = session.fetch_token(demo.endpoint("token"), grant_type="client_credentials")
        assert "refresh_token" not in token
        assert session.get(f"{demo.api}/api/messages", timeout=TIMEOUT).status_code == 200


def test_a_public_client_has_no_secret(demo: Demo, visitor: Visitor, public_application: Client) -> None:
    done = log_in(demo, visitor, public_application)
    assert done.session.get(f"{demo.api}/api/me", timeout=TIMEOUT).status_code == 200


def test_refresh(demo: Demo, login: Login) -> None:
    old = dict(login.session.token)
    new = login.session.refresh_token(demo.endpoint("token"), refresh_token=old["refresh_token"])
    assert new["access_token"] != old["access_token"]
    assert demo.is_active(demo.client, new["access_token"])


def test_a_code_sent_twice_is_refused_and_its_tokens_die(demo: Demo, login: Login) -> None:
    token = dict(login.session.token)
    with pytest.raises(OAuthError, match="invalid_grant"), open_session(demo.client) as session:
        session.fetch_token(
            demo.endpoint("token"), authorization_response=login.landing.url, code_verifier=login.verifier
        )
    assert not demo.is_active(demo.client, token["access_token"])
    assert not demo.is_active(demo.client, token["refresh_token"])


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revocation_and_introspection(demo: Demo, login: Login, kind: str) -> None:
    token = login.session.token[kind]
    before = login.session.introspect_token(demo.endpoint("introspection"), token=token, token_type_hint=kind)
    assert before.json()["active"] is True
    revoked = login.session.revoke_token(demo.endpoint("revocation"), token=token, token_type_hint=kind)
    assert revoked.status_code == 200
    after = login.session.introspect_token(demo.endpoint("introspection"), token=token, token_type_hint=kind)
    assert after.json() == {"active": False}
