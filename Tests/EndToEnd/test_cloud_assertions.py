"""Certificate assertions made by hand at the emulated cloud: the right one, and each part of it wrong."""

import base64
import time
from datetime import timedelta
from typing import Any

import pytest
import requests

from support.assertions import TYPE, Assertion, Credential, self_signed
from support.cloud import GRAPH, EmulatedCloud


def good(cloud: EmulatedCloud, version: int = 2, **changes: Any) -> Assertion:
    """An assertion of contoso's own app, with parts changed."""
    endpoint = cloud.token_endpoint(cloud.contoso.id, version)
    parts: dict[str, Any] = {
        "client_id": cloud.reports.client_id, "audience": endpoint,
        "credential": Credential(cloud.reports.certificate, cloud.reports.key), **changes,
    }
    return Assertion(**parts)


def send(cloud: EmulatedCloud, assertion: str, version: int = 2, **changes: str) -> requests.Response:
    target = {"scope": f"{GRAPH}/.default"} if version == 2 else {"resource": GRAPH}
    fields = {
        "grant_type": "client_credentials", "client_id": cloud.reports.client_id, "client_assertion_type": TYPE,
        "client_assertion": assertion, **target, **changes,
    }
    return cloud.post_token(cloud.contoso.id, version, **fields)


def assert_refused(answer: requests.Response, *codes: int, error: str = "invalid_client") -> None:
    """The error body as the platform writes it, with these numbers."""
    body = answer.json()
    assert answer.status_code == (401 if error == "invalid_client" else 400), answer.text
    assert body["error"] == error, body
    assert body["error_codes"] == list(codes), body
    assert body["error_description"].startswith(f"AADSTS{codes[0]}: "), body
    assert all(f"AADSTS{code}" in body["error_description"] for code in codes), body
    for line in ("\r\nTrace ID: ", "\r\nCorrelation ID: ", "\r\nTimestamp: "):
        assert line in body["error_description"]
    assert body["error_uri"] == f"{answer.url.split('/', 3)[0]}//{answer.url.split('/')[2]}/error?code={codes[0]}"
    assert {"timestamp", "trace_id", "correlation_id"} <= set(body)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_both_algorithms_at_both_endpoints(cloud: EmulatedCloud, algorithm: str, version: int) -> None:
    answer = send(cloud, good(cloud, version, algorithm=algorithm).sign(), version)
    assert answer.status_code == 200, answer.text


def padded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def standard(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("spell", [padded, standard])
def test_thumbprints_as_clients_spell_them(cloud: EmulatedCloud, spell: Any) -> None:
    credential = good(cloud).credential
    for header in ({"x5t": spell(credential.sha1)}, {"x5t#S256": spell(credential.sha256)}):
        answer = send(cloud, good(cloud, algorithm="RS256", header=header).sign())
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("audience", ["{base}/{id}/v2.0", "{base}/contoso.example/oauth2/token"])
def test_other_names_of_the_same_authority(cloud: EmulatedCloud, audience: str) -> None:
    name = audience.format(base=cloud.base, id=cloud.contoso.id)
    assert send(cloud, good(cloud, audience=name).sign()).status_code == 200


@pytest.mark.parametrize("name", ["x5t", "x5t#S256"])
def test_a_thumbprint_of_another_certificate(cloud: EmulatedCloud, name: str) -> None:
    other = self_signed("other")
    value = padded(other.sha1 if name == "x5t" else other.sha256).rstrip("=")
    answer = send(cloud, good(cloud, header={name: value}).sign())
    assert_refused(answer, 700027)
    assert "key was not found" in answer.json()["error_description"]
    assert (other.sha1 if name == "x5t" else other.sha256).hex().upper() in answer.json()["error_description"]


def test_no_thumbprint(cloud: EmulatedCloud) -> None:
    assert_refused(send(cloud, good(cloud, header={"kid": "1"}).sign()), 700027)


def test_another_key_under_the_right_thumbprint(cloud: EmulatedCloud) -> None:
    right = good(cloud)
    forged = good(cloud, credential=self_signed("forger"), header=right.thumbprints())
    answer = send(cloud, forged.sign())
    assert_refused(answer, 700027)
    assert "signature failed" in answer.json()["error_description"]


@pytest.mark.parametrize(
    "audience", ["https://login.microsoftonline.com/common/oauth2/v2.0/token", "{base}/{other}/oauth2/v2.0/token"]
)
def test_another_audience(cloud: EmulatedCloud, audience: str) -> None:
    name = audience.format(base=cloud.base, other=cloud.fabrikam.id)
    assert_refused(send(cloud, good(cloud, audience=name).sign()), 700027, 700023)


@pytest.mark.parametrize("shift", [-3600, 3600])
def test_another_time(cloud: EmulatedCloud, shift: int) -> None:
    assert_refused(send(cloud, good(cloud, now=time.time() + shift).sign()), 700027, 700024)


def test_without_an_end(cloud: EmulatedCloud) -> None:
    assert_refused(send(cloud, good(cloud, claims={"exp": None}).sign()), 700027, 700024)


def test_an_assertion_grows_old_with_the_cloud(cloud: EmulatedCloud) -> None:
    assertion = good(cloud).sign()
    assert send(cloud, assertion).status_code == 200
    cloud.control("clock", offset_seconds=3600)
    assert_refused(send(cloud, assertion), 700027, 700024)


@pytest.mark.parametrize("claim", ["iss", "sub"])
def test_somebody_else_in_the_assertion(cloud: EmulatedCloud, claim: str) -> None:
    answer = send(cloud, good(cloud, claims={claim: cloud.inbox.client_id}).sign())
    assert_refused(answer, 700027, 700021)


def test_a_certificate_of_another_app(cloud: EmulatedCloud) -> None:
    other = Credential(cloud.inbox.certificate, cloud.inbox.key)
    assert_refused(send(cloud, good(cloud, credential=other).sign()), 700027)


def test_no_json_web_token(cloud: EmulatedCloud) -> None:
    assert_refused(send(cloud, "not.a.token"), 50013)


def test_another_type_of_assertion(cloud: EmulatedCloud) -> None:
    answer = send(cloud, good(cloud).sign(), client_assertion_type="urn:ietf:params:oauth:client-assertion-type:saml2")
    assert_refused(answer, 900144, error="invalid_request")


def test_assertions_of_single_use_on_demand(cloud: EmulatedCloud) -> None:
    assertion = good(cloud).sign()
    assert send(cloud, assertion).status_code == send(cloud, assertion).status_code == 200
    cloud.control("assertions", single_use=True)
    try:
        again = good(cloud).sign()
        assert send(cloud, again).status_code == 200
        assert_refused(send(cloud, again), 700027)
    finally:
        cloud.control("assertions", single_use=False)


def test_an_expired_certificate(start_cloud: Any, tmp_path: Any) -> None:
    """A file of tenants whose only app has a certificate that ended yesterday."""
    old = self_signed("old", start=timedelta(days=-30), end=timedelta(days=-1))
    (tmp_path / "old.pem").write_text(old.certificate)
    file = tmp_path / "tenants.json"
    file.write_text(TENANTS)
    cloud = start_cloud("--tenants", str(file))
    client_id, tenant = "11111111-2222-4333-8444-555555555555", "22222222-2222-4333-8444-555555555555"
    endpoint = cloud.token_endpoint(tenant)
    fields = {
        "grant_type": "client_credentials", "client_id": client_id, "scope": f"{GRAPH}/.default",
        "client_assertion_type": TYPE, "client_assertion": Assertion(client_id, endpoint, old).sign(),
    }
    answer = cloud.post_token(tenant, **fields)
    assert_refused(answer, 700027)
    assert "expired" in answer.json()["error_description"]


TENANTS = """{
  "tenants": [{"id": "22222222-2222-4333-8444-555555555555", "domain": "old.example", "name": "Old", "users": []}],
  "apps": [{
    "client_id": "11111111-2222-4333-8444-555555555555", "name": "Old", "tenant": "old.example",
    "certificates": ["old.pem"], "redirect_uris": []
  }]
}"""
