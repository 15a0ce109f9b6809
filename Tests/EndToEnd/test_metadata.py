"""Discovery: what a client learns before it starts. RFC 8414, OpenID Connect Discovery 1.0."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from support.clients import TIMEOUT
from support.processes import Demo

BUILT = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "revocation_endpoint": "revoke",
    "introspection_endpoint": "introspect",
    "userinfo_endpoint": "userinfo",
    "jwks_uri": "jwks.json",
    "end_session_endpoint": "logout",
}
NOT_BUILT = {
    "device_authorization_endpoint": "device_authorization",
    "pushed_authorization_request_endpoint": "par",
    "registration_endpoint": "register",
}


def inserted_url(issuer: str) -> str:
    """RFC 8414 §3.1: the well-known part goes between the host and the issuer's path."""
    parts = urlsplit(issuer)
    return f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{parts.path}"


@pytest.fixture(params=["openid", "inserted"])
def document(request: pytest.FixtureRequest, demo: Demo) -> dict[str, Any]:
    """Each of the two documents."""
    openid = f"{demo.issuer}/.well-known/openid-configuration"
    answer = requests.get(openid if request.param == "openid" else inserted_url(demo.issuer), timeout=TIMEOUT)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    found: dict[str, Any] = answer.json()
    return found


def test_issuer_is_the_address_that_was_asked(demo: Demo, document: dict[str, Any]) -> None:
    assert document["issuer"] == demo.issuer


def test_every_address_derives_from_the_issuer(demo: Demo, document: dict[str, Any]) -> None:
    for name, path in BUILT.items():
        assert document[name] == f"{demo.issuer}/{path}", name
    addresses = [value for value in document.values() if isinstance(value, str) and value.startswith("http")]
    assert all(address.startswith(demo.issuer) for address in addresses), addresses


def test_says_what_it_can_do(document: dict[str, Any]) -> None:
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert set(document["grant_types_supported"]) == {"authorization_code", "refresh_token", "client_credentials"}
    assert document["authorization_response_iss_parameter_supported"] is True
    methods = {"none", "client_secret_basic", "client_secret_post"}
    assert set(document["token_endpoint_auth_methods_supported"]) == methods
    assert {"openid", "profile", "email", "offline_access"} <= set(document["scopes_supported"])


def test_openid_document_says_how_id_tokens_are_signed(demo: Demo) -> None:
    assert {"ES256", "RS256"} <= set(demo.metadata["id_token_signing_alg_values_supported"])
    assert "none" not in demo.metadata["id_token_signing_alg_values_supported"]
    assert demo.metadata["subject_types_supported"] == ["public"]


@pytest.mark.parametrize("member", NOT_BUILT)
def test_what_is_not_built_is_absent(demo: Demo, document: dict[str, Any], member: str) -> None:
    assert member not in document
    for method in ("GET", "POST"):
        answer = requests.request(method, f"{demo.issuer}/{NOT_BUILT[member]}", timeout=TIMEOUT)
        assert answer.status_code == 404


def test_keys_are_public_distinct_and_named(demo: Demo) -> None:
    keys = requests.get(demo.metadata["jwks_uri"], timeout=TIMEOUT).json()["keys"]
    assert len({key["kid"] for key in keys}) == len(keys)
    assert {key["alg"] for key in keys} >= {"ES256", "RS256"}
    for key in keys:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key)


@pytest.mark.parametrize("path", ["health/live", "health/ready"])
def test_health(demo: Demo, path: str) -> None:
    assert requests.get(f"{demo.root}/{path}", timeout=TIMEOUT).status_code == 200
