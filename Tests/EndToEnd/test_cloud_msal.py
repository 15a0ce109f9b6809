"""MSAL for Python, Microsoft's own library, against the emulated cloud."""

import time
from collections.abc import Callable
from typing import Any

import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from support.cloud import GRAPH, OUTLOOK, CloudApp, EmulatedCloud, Employee

Credential = Callable[[CloudApp], Any]
# MSAL recommends it, since a form's fields stand in no log.
BY_FORM = {"response_mode": "form_post"}


def secret(app: CloudApp) -> str:
    assert app.secret
    return app.secret


def thumbprint(app: CloudApp) -> dict[str, str]:
    """Named by SHA-1, which MSAL signs with RS256."""
    certificate = x509.load_pem_x509_certificate(app.certificate.encode())
    return {"private_key": app.key, "thumbprint": certificate.fingerprint(hashes.SHA1()).hex()}


def public_certificate(app: CloudApp) -> dict[str, str]:
    """With the certificate, which MSAL names by SHA-256 and signs with PS256."""
    return {"private_key": app.key, "public_certificate": app.certificate}


def confidential(
    cloud: EmulatedCloud, tenant: str, credential: Credential = public_certificate, app: CloudApp | None = None,
    cache: msal.TokenCache | None = None,
) -> msal.ConfidentialClientApplication:
    """MSAL's client as an organisation configures it, pointed at the emulator."""
    client = app or cloud.reports
    return msal.ConfidentialClientApplication(
        client.client_id, client_credential=credential(client), authority=f"{cloud.base}/{tenant}",
        instance_discovery=False, verify=str(cloud.ca_file), token_cache=cache,
    )


def acquired(answer: dict[str, Any]) -> str:
    assert "access_token" in answer, answer
    return str(answer["access_token"])


@pytest.mark.parametrize("credential", [secret, thumbprint, public_certificate])
def test_app_only_tokens_by_every_credential(cloud: EmulatedCloud, credential: Credential) -> None:
    client = confidential(cloud, cloud.contoso.id, credential)
    answer = client.acquire_token_for_client([f"{GRAPH}/.default"])
    assert answer["token_source"] == "identity_provider", answer
    assert isinstance(answer["expires_in"], int)
    messages = cloud.mail("users/megan@contoso.example/messages", acquired(answer))
    assert messages.status_code == 200, messages.text


def test_the_tenant_by_its_domain(cloud: EmulatedCloud) -> None:
    acquired(confidential(cloud, "contoso.example").acquire_token_for_client([f"{GRAPH}/.default"]))


def test_tokens_come_from_the_cache_until_they_end(cloud: EmulatedCloud) -> None:
    client = confidential(cloud, cloud.contoso.id)
    first = client.acquire_token_for_client([f"{GRAPH}/.default"])
    again = client.acquire_token_for_client([f"{GRAPH}/.default"])
    assert again["token_source"] == "cache"
    assert acquired(again) == acquired(first)


def test_each_resource_has_its_own_token(cloud: EmulatedCloud) -> None:
    client = confidential(cloud, cloud.contoso.id)
    graph = acquired(client.acquire_token_for_client([f"{GRAPH}/.default"]))
    outlook = acquired(client.acquire_token_for_client([f"{OUTLOOK}/.default"]))
    path = "users/megan@contoso.example/messages"
    assert cloud.mail(path, graph).status_code == 200
    assert cloud.mail(path, outlook, "outlook").status_code == 200
    assert cloud.mail(path, graph, "outlook").status_code == 401
    assert cloud.mail(path, outlook).status_code == 401


def test_a_token_that_ended_is_renewed_silently(cloud: EmulatedCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    client = confidential(cloud, cloud.contoso.id)
    old = acquired(client.acquire_token_for_client([f"{GRAPH}/.default"]))
    hours = 2 * 3600
    cloud.control("clock", offset_seconds=hours)
    path = "users/megan@contoso.example/messages"
    assert cloud.mail(path, old).status_code == 401
    # MSAL asks the clock when a token ends; both clocks go on by the same two hours.
    passed = _forward(monkeypatch, hours)
    answer = client.acquire_token_for_client([f"{GRAPH}/.default"])
    assert passed() and answer["token_source"] == "identity_provider", answer
    assert cloud.mail(path, acquired(answer)).status_code == 200


def _forward(monkeypatch: pytest.MonkeyPatch, seconds: int) -> Callable[[], bool]:
    """Moves the clock of this process, and says whether somebody looked at it."""
    actual, looked = time.time, []

    def moved() -> float:
        looked.append(True)
        return actual() + seconds

    monkeypatch.setattr(time, "time", moved)
    return lambda: bool(looked)


def test_ten_newest_from_graph_by_requests(cloud: EmulatedCloud) -> None:
    token = acquired(confidential(cloud, cloud.contoso.id).acquire_token_for_client([f"{GRAPH}/.default"]))
    query = "?$top=10&$select=subject,from,receivedDateTime&$orderby=receivedDateTime desc"
    answer = cloud.mail(f"users/megan@contoso.example/mailFolders/inbox/messages{query}", token)
    messages = answer.json()["value"]
    assert len(messages) == 10
    times = [message["receivedDateTime"] for message in messages]
    assert times == sorted(times, reverse=True)
    assert all(set(message) >= {"id", "subject", "from", "receivedDateTime"} for message in messages)
    assert answer.json()["@odata.nextLink"].startswith(cloud.base)


def test_ten_newest_from_outlook_by_requests(cloud: EmulatedCloud) -> None:
    client = confidential(cloud, cloud.contoso.id, thumbprint)
    token = acquired(client.acquire_token_for_client([f"{OUTLOOK}/.default"]))
    query = "?$select=From,Subject,DateTimeReceived&$orderby=DateTimeReceived desc&$top=10"
    answer = cloud.mail(f"users('megan@contoso.example')/messages{query}", token, "outlook")
    messages = answer.json()["value"]
    assert len(messages) == 10
    assert all(message["From"] is None or message["From"]["EmailAddress"]["Address"] for message in messages)
    times = [message["DateTimeReceived"] for message in messages]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client_credential": "wrong"}, 7000215),
        ({"client_id": "00000000-1111-4222-8333-444444444444"}, 700016),
    ],
)
def test_what_msal_is_told(cloud: EmulatedCloud, change: dict[str, str], code: int) -> None:
    options: dict[str, Any] = {"client_id": cloud.reports.client_id, "client_credential": cloud.reports.secret}
    client = msal.ConfidentialClientApplication(
        **(options | change), authority=f"{cloud.base}/{cloud.contoso.id}", instance_discovery=False,
        verify=str(cloud.ca_file),
    )
    answer = client.acquire_token_for_client([f"{GRAPH}/.default"])
    assert answer["error_codes"] == [code], answer
    assert f"AADSTS{code}" in answer["error_description"]


def test_without_the_authority_msal_does_not_talk(cloud: EmulatedCloud) -> None:
    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        client = msal.ConfidentialClientApplication(
            cloud.reports.client_id, client_credential=cloud.reports.secret, instance_discovery=False,
            authority=f"{cloud.base}/{cloud.contoso.id}",
        )
        client.acquire_token_for_client([f"{GRAPH}/.default"])


def log_in(cloud: EmulatedCloud, person: Employee, cache: msal.TokenCache) -> dict[str, Any]:
    """MSAL's whole authorization code flow, PKCE and nonce included, at an app of contoso."""
    client = confidential(cloud, cloud.contoso.id, cache=cache)
    flow = client.initiate_auth_code_flow([f"{GRAPH}/Mail.Read"], redirect_uri=cloud.reports.redirect_uri, **BY_FORM)
    answer = person.visit(flow["auth_uri"])
    result: dict[str, Any] = client.acquire_token_by_auth_code_flow(flow, answer.fields)
    return result


def test_a_person_signs_in_by_code(cloud: EmulatedCloud, megan: Employee) -> None:
    result = log_in(cloud, megan, msal.TokenCache())
    own = cloud.mail("me/messages", acquired(result))
    assert own.status_code == 200, own.text
    assert result["id_token_claims"]["preferred_username"] == "megan@contoso.example"
    assert result["id_token_claims"]["tid"] == cloud.contoso.id
    assert cloud.mail("users/lidia@contoso.example/messages", acquired(result)).status_code == 403


def test_one_refresh_token_serves_two_resources(cloud: EmulatedCloud, megan: Employee) -> None:
    cache = msal.TokenCache()
    log_in(cloud, megan, cache)
    client = confidential(cloud, cloud.contoso.id, cache=cache)
    (account,) = client.get_accounts()
    result = client.acquire_token_silent_with_error([f"{OUTLOOK}/Mail.Read"], account=account)
    assert result and result["token_source"] == "identity_provider", result
    assert cloud.mail("me/messages", acquired(result), "outlook").status_code == 200
    cached = client.acquire_token_silent([f"{GRAPH}/Mail.Read"], account=account)
    assert cached and cached["token_source"] == "cache"


def test_a_person_who_declines(cloud: EmulatedCloud) -> None:
    cloud.control("consents/withdraw", tenant=cloud.fabrikam.id, client_id=cloud.inbox.client_id)
    person = Employee(cloud, cloud.fabrikam.member)
    client = confidential(cloud, "common", app=cloud.inbox)
    flow = client.initiate_auth_code_flow([f"{GRAPH}/Mail.Read"], redirect_uri=cloud.inbox.redirect_uri, **BY_FORM)
    result = client.acquire_token_by_auth_code_flow(flow, person.visit(flow["auth_uri"], "deny").fields)
    assert result["error"] == "access_denied", result
    assert "AADSTS65004" in result["error_description"]


def test_a_public_client_at_organizations(cloud: EmulatedCloud) -> None:
    person = Employee(cloud, cloud.fabrikam.person("jonas"))
    client = msal.PublicClientApplication(
        cloud.desktop.client_id, authority=f"{cloud.base}/organizations", instance_discovery=False,
        verify=str(cloud.ca_file),
    )
    flow = client.initiate_auth_code_flow([f"{GRAPH}/Mail.Read"], redirect_uri="http://localhost:8400/callback", **BY_FORM)
    result = client.acquire_token_by_auth_code_flow(flow, person.visit(flow["auth_uri"]).fields)
    assert cloud.mail("me/messages", acquired(result)).status_code == 200
    assert result["id_token_claims"]["tid"] == cloud.fabrikam.id
