"""Authlib at the emulated cloud: code and PKCE at `common`, ID tokens by its keys, one refresh token for each resource."""

import secrets
from dataclasses import dataclass
from typing import Any

import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken, HybridIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from support.cloud import GRAPH, OUTLOOK, Answer, CloudApp, EmulatedCloud, Employee

SCOPE = f"openid profile email offline_access {GRAPH}/Mail.Read"


@dataclass(frozen=True)
class Login:
    """A finished code flow."""

    session: OAuth2Session
    answer: Answer
    verifier: str
    nonce: str


def open_session(cloud: EmulatedCloud, app: CloudApp, scope: str = SCOPE) -> OAuth2Session:
    session = OAuth2Session(
        app.client_id, app.secret, scope=scope, redirect_uri=app.redirect_uri, code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post" if app.secret else "none",
    )
    session.verify = str(cloud.ca_file)
    return session


def log_in(cloud: EmulatedCloud, person: Employee, app: CloudApp, authority: str = "common", **extra: str) -> Login:
    """A whole code flow with PKCE and nonce."""
    metadata = cloud.metadata(authority)
    session, verifier, nonce = open_session(cloud, app), secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    url, _ = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **extra
    )
    answer = person.visit(url)
    session.fetch_token(metadata["token_endpoint"], authorization_response=answer.url, code_verifier=verifier)
    return Login(session, answer, verifier, nonce)


@pytest.fixture
def mei(cloud: EmulatedCloud) -> Employee:
    """A member of fabrikam at her browser."""
    return Employee(cloud, cloud.fabrikam.person("mei"))


@pytest.fixture
def login(cloud: EmulatedCloud, mei: Employee) -> Login:
    return log_in(cloud, mei, cloud.inbox)


def verify_id_token(cloud: EmulatedCloud, app: CloudApp, token: str, nonce: str, kind: type = CodeIDToken, **extra: Any):
    """By the rule of the platform: the template's tenant is the token's `tid`, and the key is for that issuer."""
    metadata = cloud.metadata("common")
    keys = cloud.get(metadata["jwks_uri"]).json()
    decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"])
    tenant = decoded.claims["tid"]
    issuer = metadata["issuer"].replace("{tenantid}", tenant)
    key = next(key for key in keys["keys"] if key["kid"] == decoded.header["kid"])
    assert key["issuer"].replace("{tenantid}", tenant) == issuer
    options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": app.client_id}}
    checked = kind(decoded.claims, decoded.header, options, {"client_id": app.client_id, "nonce": nonce, **extra})
    checked.validate(leeway=5)
    return checked


def test_code_at_common_reads_the_own_mailbox(cloud: EmulatedCloud, login: Login) -> None:
    answer = login.session.get(f"{cloud.base}/graph/v1.0/me/messages", timeout=30)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["value"]) == 10


def test_the_id_token_by_the_tenants_keys(cloud: EmulatedCloud, login: Login) -> None:
    claims = verify_id_token(cloud, cloud.inbox, login.session.token["id_token"], login.nonce)
    assert claims["tid"] == cloud.fabrikam.id
    assert claims["preferred_username"] == "mei@fabrikam.example"
    assert claims["name"] == "李梅"
    assert claims["ver"] == "2.0"
    assert {"oid", "sub"} <= set(claims)
    assert "upn" not in claims


def test_an_id_token_is_not_anothers(cloud: EmulatedCloud, login: Login) -> None:
    token = login.session.token["id_token"]
    with pytest.raises(Exception, match="nonce"):
        verify_id_token(cloud, cloud.inbox, token, "another nonce")
    with pytest.raises(Exception, match="aud"):
        verify_id_token(cloud, cloud.reports, token, login.nonce)
    header, payload, signature = token.split(".")
    forged = f"{header}.{payload}.{signature[:-8]}AAAAAAAA"
    with pytest.raises(BadSignatureError):
        verify_id_token(cloud, cloud.inbox, forged, login.nonce)


def test_subjects_are_pairwise(cloud: EmulatedCloud, mei: Employee, login: Login) -> None:
    other = log_in(cloud, mei, cloud.desktop)
    one = verify_id_token(cloud, cloud.inbox, login.session.token["id_token"], login.nonce)
    two = verify_id_token(cloud, cloud.desktop, other.session.token["id_token"], other.nonce)
    assert one["oid"] == two["oid"]
    assert one["sub"] != two["sub"]


def test_refresh_to_another_resource(cloud: EmulatedCloud, mei: Employee, login: Login) -> None:
    endpoint = cloud.token_endpoint("common")
    # Nobody has consented to mail by Outlook yet: the same refresh token cannot jump over that.
    with pytest.raises(OAuthError, match="invalid_grant"):
        login.session.refresh_token(endpoint, scope=f"{OUTLOOK}/IMAP.AccessAsUser.All offline_access")
    log_in(cloud, mei, cloud.inbox, scope=f"openid offline_access {OUTLOOK}/IMAP.AccessAsUser.All")
    token = login.session.refresh_token(endpoint, scope=f"{OUTLOOK}/IMAP.AccessAsUser.All offline_access")
    assert token["scope"].split()[0] == f"{OUTLOOK}/IMAP.AccessAsUser.All"
    assert GRAPH not in token["scope"]
    assert cloud.mail("me/messages", token["access_token"]).status_code == 401
    again = login.session.refresh_token(endpoint, scope=f"{GRAPH}/Mail.Read offline_access")
    assert cloud.mail("me/messages", again["access_token"]).status_code == 200


def test_refresh_tokens_are_not_used_up(cloud: EmulatedCloud, login: Login) -> None:
    first = login.session.token["refresh_token"]
    for _ in range(2):
        token = login.session.refresh_token(cloud.token_endpoint("common"), refresh_token=first)
        assert cloud.mail("me/messages", token["access_token"]).status_code == 200


def test_a_refresh_token_is_its_clients_own(cloud: EmulatedCloud, login: Login) -> None:
    thief = open_session(cloud, cloud.desktop)
    with pytest.raises(OAuthError, match="invalid_grant"):
        thief.refresh_token(cloud.token_endpoint("common"), refresh_token=login.session.token["refresh_token"])


def test_a_code_is_redeemed_once(cloud: EmulatedCloud, login: Login) -> None:
    with pytest.raises(OAuthError, match="AADSTS54005"):
        open_session(cloud, cloud.inbox).fetch_token(
            cloud.token_endpoint("common"), authorization_response=login.answer.url, code_verifier=login.verifier
        )


def test_another_verifier(cloud: EmulatedCloud, mei: Employee) -> None:
    session = open_session(cloud, cloud.inbox)
    url, _ = session.create_authorization_url(
        cloud.metadata("common")["authorization_endpoint"], code_verifier=secrets.token_urlsafe(48)
    )
    answer = mei.visit(url)
    with pytest.raises(OAuthError, match="AADSTS501481"):
        session.fetch_token(
            cloud.token_endpoint("common"), authorization_response=answer.url, code_verifier=secrets.token_urlsafe(48)
        )


def test_a_code_is_for_its_tenant(cloud: EmulatedCloud, mei: Employee) -> None:
    session, verifier = open_session(cloud, cloud.inbox), secrets.token_urlsafe(48)
    url, _ = session.create_authorization_url(
        cloud.metadata("organizations")["authorization_endpoint"], code_verifier=verifier
    )
    answer = mei.visit(url)
    with pytest.raises(OAuthError, match="AADSTS700005"):
        session.fetch_token(
            cloud.token_endpoint(cloud.contoso.id), authorization_response=answer.url, code_verifier=verifier
        )


def test_metadata_of_common_is_a_template_and_of_a_tenant_is_not(cloud: EmulatedCloud) -> None:
    for version, place in ((1, ""), (2, "v2.0")):
        assert cloud.metadata("common", version)["issuer"] == f"{cloud.base}/{{tenantid}}/{place}"
        own = cloud.metadata("contoso.example", version)
        assert own["issuer"] == f"{cloud.base}/{cloud.contoso.id}/{place}"
        for document in (own, cloud.metadata("common", version)):
            for key in cloud.get(document["jwks_uri"]).json()["keys"]:
                assert key["issuer"] == document["issuer"]
                assert key["kid"] and key["kty"] == "RSA" and key["use"] == "sig"


def test_the_hybrid_answer_carries_both(cloud: EmulatedCloud, mei: Employee) -> None:
    nonce = secrets.token_urlsafe(16)
    url = cloud.authorization_url(
        "common", cloud.inbox, response_type="code id_token", response_mode="form_post", nonce=nonce, scope=SCOPE
    )
    answer = mei.visit(url)
    assert answer.method == "POST"
    verify_id_token(
        cloud, cloud.inbox, answer.fields["id_token"], nonce, kind=HybridIDToken, code=answer.fields["code"]
    )
    with pytest.raises(Exception, match="c_hash"):
        verify_id_token(cloud, cloud.inbox, answer.fields["id_token"], nonce, kind=HybridIDToken, code="another")


def test_rotated_keys_are_found_and_the_old_ones_remain(cloud: EmulatedCloud, mei: Employee, login: Login) -> None:
    before = cloud.state["keys"]
    after = cloud.control("keys/rotate")["keys"]
    assert after[0] not in before and after[1] == before[0]
    fresh = log_in(cloud, mei, cloud.inbox)
    verify_id_token(cloud, cloud.inbox, login.session.token["id_token"], login.nonce)
    verify_id_token(cloud, cloud.inbox, fresh.session.token["id_token"], fresh.nonce)


def test_graph_tokens_are_for_graph_alone_to_verify(cloud: EmulatedCloud, login: Login) -> None:
    """Their header has a nonce that is signed in another form: whoever is not Graph cannot check them."""
    keys = KeySet.import_key_set(cloud.get(cloud.metadata("common")["jwks_uri"]).json())
    token = login.session.token["access_token"]
    with pytest.raises(BadSignatureError):
        jwt.decode(token, keys, algorithms=["RS256"])
    assert cloud.mail("me/messages", token).status_code == 200
    outlook = cloud.app_token(cloud.contoso.id, resource=OUTLOOK)
    assert "nonce" not in jwt.decode(outlook, keys, algorithms=["RS256"]).header
