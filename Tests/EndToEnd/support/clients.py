"""Accounts, clients and the requests that a client makes."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, urlencode

import requests

TIMEOUT = 30


@dataclass(frozen=True)
class Account:
    """Someone who can sign in."""

    username: str
    password: str
    administrator: bool = False


@dataclass(frozen=True)
class Client:
    """A registered application; a public one has no secret."""

    client_id: str
    client_secret: str | None
    redirect_uris: tuple[str, ...]
    grant_types: tuple[str, ...] = ()

    @property
    def redirect_uri(self) -> str:
        return self.redirect_uris[0]

    @property
    def basic(self) -> tuple[str, str]:
        """User and password of HTTP basic authentication, form-encoded as RFC 6749 §2.3.1 asks."""
        return quote_plus(self.client_id), quote_plus(self.client_secret or "")


@dataclass(frozen=True)
class Challenge:
    """A PKCE verifier with its challenge."""

    verifier: str
    challenge: str


def pkce() -> Challenge:
    """A fresh verifier, RFC 7636 §4.1, with its S256 challenge."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return Challenge(verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode())


class Server:
    """An authorization server, known by its issuer; everything else is read from its metadata."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    @cached_property
    def metadata(self) -> dict[str, Any]:
        answer = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def endpoint(self, name: str) -> str:
        """An endpoint by its name in the metadata, for example `token`."""
        return str(self.metadata[f"{name}_endpoint"])

    def page(self, path: str) -> str:
        return f"{self.issuer}/{path}"

    @property
    def root(self) -> str:
        """Scheme and authority of the issuer."""
        return "/".join(self.issuer.split("/")[:3])

    def authorization_url(self, client: Client, challenge: Challenge | None, **changes: str | None) -> str:
        """A good authorization request, with changes; a parameter that is changed to None is left out."""
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.redirect_uri,
            "scope": "openid",
            "state": secrets.token_urlsafe(12),
        }
        if challenge is not None:
            parameters |= {"code_challenge": challenge.challenge, "code_challenge_method": "S256"}
        parameters |= changes
        kept = {name: value for name, value in parameters.items() if value is not None}
        return f"{self.endpoint('authorization')}?{urlencode(kept)}"

    def post(self, endpoint: str, fields: dict[str, str], client: Client | None = None) -> requests.Response:
        """Posts a form; a confidential client authenticates by HTTP basic, a public one by `client_id`."""
        auth = None
        if client is not None:
            auth = client.basic if client.client_secret else None
            fields = fields if client.client_secret else {**fields, "client_id": client.client_id}
        return requests.post(self.endpoint(endpoint), data=fields, auth=auth, timeout=TIMEOUT, allow_redirects=False)

    def token(self, client: Client, **fields: str) -> requests.Response:
        """One token request; a field that is empty is sent empty."""
        return self.post("token", fields, client)

    def redeem(self, client: Client, code: str, verifier: str, redirect_uri: str | None = None) -> requests.Response:
        """Exchanges a code."""
        uri = redirect_uri or client.redirect_uri
        return self.token(client, grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=uri)

    def refresh(self, client: Client, token: str) -> requests.Response:
        """Exchanges a refresh token."""
        return self.token(client, grant_type="refresh_token", refresh_token=token)

    def client_credentials(self, client: Client, **fields: str) -> requests.Response:
        """Asks for a token for the client itself."""
        return self.token(client, grant_type="client_credentials", **fields)

    def introspect(self, client: Client, token: str) -> dict[str, Any]:
        """What the server says about a token."""
        answer = self.post("introspection", {"token": token}, client)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def is_active(self, client: Client, token: str) -> bool:
        return self.introspect(client, token)["active"] is True

    def revoke(self, client: Client, token: str) -> None:
        answer = self.post("revocation", {"token": token}, client)
        assert answer.status_code == 200, answer.text


def assert_error(answer: requests.Response, error: str, status: int | tuple[int, ...] = 400) -> None:
    """The answer is this OAuth error, as RFC 6749 §5.2 writes it."""
    statuses = (status,) if isinstance(status, int) else status
    assert answer.status_code in statuses, f"{answer.status_code}: {answer.text}"
    assert answer.headers["Content-Type"].startswith("application/json"), answer.headers
    assert "no-store" in answer.headers.get("Cache-Control", ""), answer.headers
    assert answer.json()["error"] == error, answer.text


def tokens(answer: requests.Response) -> dict[str, Any]:
    """The tokens of a good answer, as RFC 6749 §5.1 writes it."""
    assert answer.status_code == 200, f"{answer.status_code}: {answer.text}"
    assert "no-store" in answer.headers.get("Cache-Control", ""), answer.headers
    document: dict[str, Any] = answer.json()
    assert document["token_type"].lower() == "bearer"
    assert document["access_token"]
    return document
