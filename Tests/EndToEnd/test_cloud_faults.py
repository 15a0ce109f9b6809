"""What goes wrong on demand at the emulated cloud, and what every answer of it has."""

import base64
import json
import time
from typing import Any

import pytest
import requests

from support.cloud import GRAPH, EmulatedCloud, Employee

MEGAN = "users/megan@contoso.example/messages"


def ask(cloud: EmulatedCloud, version: int = 2, **changes: str) -> requests.Response:
    target = {"scope": f"{GRAPH}/.default"} if version == 2 else {"resource": f"{GRAPH}/"}
    fields = {
        "grant_type": "client_credentials", "client_id": cloud.reports.client_id,
        "client_secret": cloud.reports.secret or "", **target, **changes,
    }
    return cloud.post_token(cloud.contoso.id, version, **fields)


def test_v1_writes_numbers_as_strings(cloud: EmulatedCloud) -> None:
    answer = ask(cloud, 1).json()
    assert set(answer) == {
        "token_type", "expires_in", "ext_expires_in", "expires_on", "not_before", "resource", "access_token",
    }
    for name in ("expires_in", "ext_expires_in", "expires_on", "not_before"):
        assert isinstance(answer[name], str) and answer[name].isdecimal(), name
    assert answer["resource"] == f"{GRAPH}/"
    assert int(answer["expires_on"]) - time.time() > 3000


def test_v2_writes_numbers_as_numbers(cloud: EmulatedCloud) -> None:
    answer = ask(cloud).json()
    assert set(answer) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert isinstance(answer["expires_in"], int) and isinstance(answer["ext_expires_in"], int)
    assert 3599 <= answer["expires_in"] <= 5400


def test_claims_of_an_app_only_token(cloud: EmulatedCloud) -> None:
    claims = decoded(ask(cloud, 1).json()["access_token"])
    assert claims["aud"] == f"{GRAPH}/"
    assert claims["iss"] == f"{cloud.base}/{cloud.contoso.id}/"
    assert claims["appid"] == cloud.reports.client_id
    assert claims["appidacr"] == "1"
    assert (claims["idtyp"], claims["tid"], claims["ver"]) == ("app", cloud.contoso.id, "1.0")
    assert claims["roles"] == ["Mail.Read"]
    assert not {"scp", "upn", "unique_name"} & set(claims)


def decoded(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def test_a_token_without_roles_is_issued_and_opens_nothing(cloud: EmulatedCloud) -> None:
    cloud.control("consents/withdraw", tenant=cloud.contoso.id, client_id=cloud.reports.client_id)
    try:
        token = ask(cloud).json()["access_token"]
        assert "roles" not in decoded(token)
        answer = cloud.mail(MEGAN, token)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "ErrorAccessDenied"
    finally:
        consent_again(cloud)
    assert cloud.mail(MEGAN, cloud.app_token(cloud.contoso.id)).status_code == 200


def consent_again(cloud: EmulatedCloud) -> None:
    url = f"{cloud.base}/{cloud.contoso.id}/adminconsent?client_id={cloud.reports.client_id}"
    answer = Employee(cloud, cloud.contoso.administrator).visit(f"{url}&redirect_uri={cloud.reports.redirect_uri}")
    assert answer.fields["admin_consent"] == "True", answer


def test_consent_withdrawn_while_a_token_lives(cloud: EmulatedCloud) -> None:
    token = cloud.app_token(cloud.contoso.id)
    assert cloud.mail(MEGAN, token).status_code == 200
    cloud.control("consents/withdraw", tenant="contoso.example", client_id=cloud.reports.client_id)
    try:
        assert cloud.mail(MEGAN, token).status_code == 403
    finally:
        consent_again(cloud)


@pytest.mark.parametrize(
    ("code", "error", "status", "suberror"),
    [
        (50076, "interaction_required", 400, None),
        (65001, "invalid_grant", 400, "consent_required"),
        (7000222, "invalid_client", 401, None),
        (700082, "invalid_grant", 400, None),
        (90002, "invalid_request", 400, None),
    ],
)
def test_any_error_once(cloud: EmulatedCloud, code: int, error: str, status: int, suberror: str | None) -> None:
    cloud.control("faults", at="token", kind="error", code=code)
    answer = ask(cloud)
    body = answer.json()
    assert answer.status_code == status
    assert (body["error"], body["error_codes"], body.get("suberror")) == (error, [code], suberror)
    assert ("claims" in body) == (code == 50076)
    assert ask(cloud).status_code == 200


def test_an_error_as_often_as_asked(cloud: EmulatedCloud) -> None:
    cloud.control("faults", at="token", kind="error", code=50196, count=2)
    assert [ask(cloud).status_code for _ in range(3)] == [400, 400, 200]
    cloud.control("faults", at="token", kind="error", code=50196, count=0)
    assert {ask(cloud).status_code for _ in range(5)} == {400}
    cloud.clear()
    assert ask(cloud).status_code == 200


def test_throttling_says_when_to_come_back(cloud: EmulatedCloud) -> None:
    token = cloud.app_token(cloud.contoso.id)
    cloud.control("faults", at="mail", kind="throttle", retry_after=7)
    answer = cloud.mail(MEGAN, token)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert cloud.mail(MEGAN, token).status_code == 200


def test_a_slow_answer(cloud: EmulatedCloud) -> None:
    cloud.control("faults", at="token", kind="slow", milliseconds=400)
    start = time.monotonic()
    assert ask(cloud).status_code == 200
    assert time.monotonic() - start >= 0.4


def test_no_answer(cloud: EmulatedCloud) -> None:
    cloud.control("faults", at="metadata", kind="drop")
    with pytest.raises(requests.ConnectionError):
        cloud.get("/common/v2.0/.well-known/openid-configuration")
    assert cloud.get("/common/v2.0/.well-known/openid-configuration").status_code == 200


def test_an_unsigned_id_token_only_on_demand(cloud: EmulatedCloud, megan: Employee) -> None:
    url = cloud.authorization_url(
        cloud.contoso.id, cloud.reports, 1, response_type="code id_token", response_mode="form_post", nonce="n"
    )
    first = megan.visit(url).fields["id_token"]
    assert first.split(".")[2]
    cloud.control("faults", at="authorize", kind="unsigned_id_token")
    second = megan.visit(url).fields["id_token"]
    assert second.split(".")[2] == ""
    assert decoded(second)["nonce"] == "n"
    assert megan.visit(url).fields["id_token"].split(".")[2]


def test_a_clock_that_is_moved(cloud: EmulatedCloud) -> None:
    before = cloud.state["now"]
    assert cloud.control("clock", offset_seconds=86400)["now"] - before in range(86400, 86410)
    claims = decoded(ask(cloud).json()["access_token"])
    assert claims["exp"] > time.time() + 86400


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("faults", {"at": "moon", "kind": "drop"}), ("faults", {"at": "token", "kind": "error", "code": 1}),
        ("faults", {"at": "token", "kind": "error", "code": 50076, "often": 2}), ("clock", {"offset_seconds": "1"}),
        ("consents/withdraw", {"tenant": "nowhere", "client_id": "x"}),
    ],
)
def test_a_wrong_demand_says_what_is_wrong(cloud: EmulatedCloud, name: str, body: dict[str, Any]) -> None:
    answer = cloud.http.post(f"{cloud.base}/emulator/{name}", json=body, timeout=30)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert cloud.state["faults"] == []


def test_a_page_of_another_site_cannot_ask(cloud: EmulatedCloud) -> None:
    answer = cloud.http.post(f"{cloud.base}/emulator/keys/rotate", data="{}", timeout=30)
    assert answer.status_code == 415
    asked = cloud.http.options(f"{cloud.base}/emulator/keys/rotate", headers={"Origin": "https://x.test"}, timeout=30)
    assert "Access-Control-Allow-Origin" not in asked.headers


@pytest.mark.parametrize(
    "path",
    [
        "/", "/cloud.json", "/nothing/here", "/common/oauth2/v2.0/authorize", "/contoso.example/oauth2/token",
        "/common/v2.0/.well-known/openid-configuration", "/nobody.example/.well-known/openid-configuration",
        "/common/discovery/keys", "/graph/v1.0/me/messages", "/outlook/api/v1.0/me/messages", "/emulator/state",
        "/emulator.css", "/contoso.example/adminconsent", "/error?code=50011",
    ],
)
def test_every_answer_says_that_it_is_an_emulators(cloud: EmulatedCloud, path: str) -> None:
    assert "not Microsoft" in cloud.get(path).headers["X-Emulator"]


def test_the_address_of_an_error_explains_it(cloud: EmulatedCloud) -> None:
    cloud.control("faults", at="token", kind="error", code=53003)
    page = cloud.get(ask(cloud).json()["error_uri"])
    assert page.status_code == 200
    assert "AADSTS53003" in page.text and "Conditional Access" in page.text
    assert cloud.get("/error?code=1").status_code == 404


@pytest.mark.parametrize(
    ("fields", "code", "error"),
    [
        ({"grant_type": ""}, 900144, "invalid_request"),
        ({"grant_type": "password"}, 70003, "unsupported_grant_type"),
        ({"scope": f"{GRAPH}/Mail.Read"}, 70011, "invalid_scope"),
        ({"scope": f"{GRAPH}/.default https://outlook.office365.com/.default"}, 28000, "invalid_scope"),
        ({"scope": "https://unknown.example/.default"}, 500011, "invalid_resource"),
        ({"resource": GRAPH}, 901002, "invalid_request"),
        ({"client_secret": ""}, 7000218, "invalid_client"),
        ({"client_secret": "no"}, 7000215, "invalid_client"),
        ({"client_id": "no"}, 700016, "unauthorized_client"),
    ],
)
def test_what_is_wrong_with_a_token_request(
    cloud: EmulatedCloud, fields: dict[str, str], code: int, error: str
) -> None:
    body = ask(cloud, **fields).json()
    assert (body["error_codes"], body["error"]) == ([code], error)


@pytest.mark.parametrize(
    ("tenant", "code"), [("common", 50059), ("nobody.example", 90002), ("fabrikam.example", 700016)]
)
def test_whose_token_it_would_be(cloud: EmulatedCloud, tenant: str, code: int) -> None:
    fields = {"grant_type": "client_credentials", "client_id": cloud.reports.client_id, "scope": f"{GRAPH}/.default"}
    body = cloud.post_token(tenant, **fields, client_secret=cloud.reports.secret or "").json()
    assert code in body["error_codes"] or (tenant == "common" and body["error_codes"] == [50194]), body
