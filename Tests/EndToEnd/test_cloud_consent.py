"""An administrator's consent at the emulated cloud, v1 and v2, given and refused: what the application gets."""

from urllib.parse import quote, urlencode

import pytest

from support.cloud import GRAPH, Answer, CloudApp, EmulatedCloud, Employee, Organisation
from support.visitor import Stopped


@pytest.fixture
def farid(cloud: EmulatedCloud) -> Employee:
    """Fabrikam's administrator at his browser."""
    return Employee(cloud, cloud.fabrikam.administrator)


def admin_consent(cloud: EmulatedCloud, app: CloudApp, version: int, tenant: str = "organizations", **more: str) -> str:
    """The address of an admin consent."""
    parameters = {"client_id": app.client_id, "redirect_uri": app.redirect_uri, "state": "s/1", **more}
    if version == 2:
        parameters.setdefault("scope", f"{GRAPH}/.default")
    return f"{cloud.base}/{tenant}/{'v2.0/' if version == 2 else ''}adminconsent?{urlencode(parameters)}"


def hybrid(cloud: EmulatedCloud, app: CloudApp, **more: str) -> str:
    """v1's sign-in and consent of an administrator in one trip."""
    parameters = {
        "response_type": "code id_token", "scope": "openid", "nonce": "n-0S6_WzA2Mj", "prompt": "admin_consent",
        "response_mode": "form_post", "resource": "https://outlook.office365.com/", "state": "s/1", **more,
    }
    return cloud.authorization_url("common", app, 1, **parameters)


def withdraw(cloud: EmulatedCloud, tenant: Organisation, app: CloudApp) -> None:
    cloud.control("consents/withdraw", tenant=tenant.id, client_id=app.client_id)


def app_only_status(cloud: EmulatedCloud, tenant: Organisation, app: CloudApp) -> int:
    answer = cloud.post_token(
        tenant.id, grant_type="client_credentials", client_id=app.client_id, client_secret=app.secret or "",
        scope=f"{GRAPH}/.default",
    )
    if answer.status_code != 200:
        return answer.status_code
    person = tenant.member.upn
    return cloud.mail(f"users/{person}/messages", answer.json()["access_token"]).status_code


def test_one_trip_by_the_hybrid_request(cloud: EmulatedCloud, farid: Employee) -> None:
    withdraw(cloud, cloud.fabrikam, cloud.inbox)
    assert app_only_status(cloud, cloud.fabrikam, cloud.inbox) == 400
    answer = farid.visit(hybrid(cloud, cloud.inbox))
    assert (answer.method, answer.url) == ("POST", cloud.inbox.redirect_uri)
    assert set(answer.fields) == {"code", "id_token", "session_state", "admin_consent", "state"}
    assert (answer.fields["admin_consent"], answer.fields["state"]) == ("True", "s/1")
    assert app_only_status(cloud, cloud.fabrikam, cloud.inbox) == 200


def test_the_hybrid_request_refused(cloud: EmulatedCloud, farid: Employee) -> None:
    withdraw(cloud, cloud.fabrikam, cloud.inbox)
    answer = farid.visit(hybrid(cloud, cloud.inbox), "deny")
    assert (answer.method, answer.fields["error"]) == ("POST", "access_denied")
    assert "AADSTS65004" in answer.fields["error_description"]
    assert not {"code", "id_token", "admin_consent"} & set(answer.fields)
    assert app_only_status(cloud, cloud.fabrikam, cloud.inbox) == 400


def test_v2_given(cloud: EmulatedCloud, farid: Employee) -> None:
    withdraw(cloud, cloud.fabrikam, cloud.inbox)
    answer = farid.visit(admin_consent(cloud, cloud.inbox, 2))
    assert answer.method == "GET"
    assert (answer.fields["admin_consent"], answer.fields["tenant"]) == ("True", cloud.fabrikam.id)
    assert (answer.fields["state"], answer.fields["scope"].split()[0].rpartition("/")[0]) == ("s/1", GRAPH)
    assert "error" not in answer.fields
    assert app_only_status(cloud, cloud.fabrikam, cloud.inbox) == 200


def test_v2_refused_says_true_beside_the_error(cloud: EmulatedCloud, farid: Employee) -> None:
    withdraw(cloud, cloud.fabrikam, cloud.inbox)
    answer = farid.visit(admin_consent(cloud, cloud.inbox, 2), "deny")
    assert (answer.fields["admin_consent"], answer.fields["error"]) == ("True", "consent_required")
    assert answer.fields["error_description"].startswith("AADSTS65004")
    assert "tenant" not in answer.fields
    assert app_only_status(cloud, cloud.fabrikam, cloud.inbox) == 400


def test_v2_is_for_one_resource(cloud: EmulatedCloud, farid: Employee) -> None:
    withdraw(cloud, cloud.fabrikam, cloud.inbox)
    farid.visit(admin_consent(cloud, cloud.inbox, 2))
    token = cloud.app_token(cloud.fabrikam.id, cloud.inbox, "https://outlook.office365.com")
    assert cloud.mail("users/mei@fabrikam.example/messages", token, "outlook").status_code == 403
    farid.visit(admin_consent(cloud, cloud.inbox, 1))
    token = cloud.app_token(cloud.fabrikam.id, cloud.inbox, "https://outlook.office365.com")
    assert cloud.mail("users/mei@fabrikam.example/messages", token, "outlook").status_code == 200


def test_v1_given(cloud: EmulatedCloud, farid: Employee) -> None:
    withdraw(cloud, cloud.fabrikam, cloud.inbox)
    answer = farid.visit(admin_consent(cloud, cloud.inbox, 1))
    assert answer.fields == {"tenant": cloud.fabrikam.id, "admin_consent": "True", "state": "s/1"}
    assert app_only_status(cloud, cloud.fabrikam, cloud.inbox) == 200


def test_v1_refused(cloud: EmulatedCloud, farid: Employee) -> None:
    answer = farid.visit(admin_consent(cloud, cloud.inbox, 1), "deny")
    assert answer.fields == {
        "error": "permission_denied", "error_description": "The admin canceled the request", "state": "s/1"
    }


@pytest.mark.parametrize("address", [hybrid, lambda cloud, app: admin_consent(cloud, app, 2)], ids=["v1", "v2"])
def test_a_member_is_no_administrator(cloud: EmulatedCloud, megan: Employee, address: object) -> None:
    answer: Answer = megan.visit(address(cloud, cloud.inbox))  # type: ignore[operator]
    assert answer.fields["error"] == "access_denied", answer
    assert "AADSTS90093" in answer.fields["error_description"]
    assert "code" not in answer.fields


def test_somebody_of_another_organisation(cloud: EmulatedCloud, farid: Employee) -> None:
    with pytest.raises(Stopped) as stopped:
        farid.visit(admin_consent(cloud, cloud.inbox, 2, tenant=cloud.contoso.id))
    assert "AADSTS50020" in stopped.value.page.text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"redirect_uri": "https://thief.example/"}, 50011),
        ({"client_id": "00000000-1111-4222-8333-444444444444"}, 700016),
        ({"redirect_uri": "http://127.0.0.1:8082/connect/callback/"}, 50011),
    ],
)
def test_nobody_is_sent_to_an_unknown_place(
    cloud: EmulatedCloud, farid: Employee, change: dict[str, str], code: int
) -> None:
    for url in (hybrid(cloud, cloud.inbox, **change), admin_consent(cloud, cloud.inbox, 2, **change)):
        with pytest.raises(Stopped) as stopped:
            farid.visit(url)
        assert stopped.value.page.status == 400
        assert f"AADSTS{code}" in stopped.value.page.text
        assert not stopped.value.page.forms


def test_a_form_is_tied_to_its_browser(cloud: EmulatedCloud, farid: Employee) -> None:
    withdraw(cloud, cloud.fabrikam, cloud.inbox)
    url = admin_consent(cloud, cloud.inbox, 2)
    page = farid.open(url)
    stranger = Employee(cloud, cloud.fabrikam.administrator)
    stranger.open(url)
    answer = stranger.press(page, "sign-in", username=farid.person.upn, password=farid.person.password)
    assert "not made for this browser" in answer.text
    assert app_only_status(cloud, cloud.fabrikam, cloud.inbox) == 400


def test_a_wrong_password(cloud: EmulatedCloud, farid: Employee) -> None:
    page = farid.open(admin_consent(cloud, cloud.inbox, 2))
    answer = farid.press(page, "sign-in", username=farid.person.upn, password="guess")
    assert "AADSTS50126" in answer.text


def test_nobody_signed_in_and_no_prompt_allowed(cloud: EmulatedCloud, farid: Employee) -> None:
    url = cloud.authorization_url("organizations", cloud.inbox, prompt="none")
    assert farid.visit(url).fields["error"] == "login_required"


def test_roles_of_the_directory_stand_in_the_inboxs_id_tokens_alone(cloud: EmulatedCloud, ada: Employee) -> None:
    from test_cloud_faults import decoded

    def wids(app: CloudApp, person: Employee, authority: str) -> list[str] | None:
        url = cloud.authorization_url(
            authority, app, response_type="code id_token", response_mode="form_post", nonce="n", scope="openid"
        )
        claims = decoded(person.visit(url).fields["id_token"])
        roles: list[str] | None = claims.get("wids")
        return roles

    administrator = "62e90394-69f5-4237-9190-012177145e10"
    member = Employee(cloud, cloud.contoso.person("lidia"))
    assert administrator in (wids(cloud.inbox, ada, "common") or [])
    assert administrator not in (wids(cloud.inbox, member, "common") or [administrator])
    assert wids(cloud.reports, ada, cloud.contoso.id) is None


def test_v1_id_tokens(cloud: EmulatedCloud, megan: Employee) -> None:
    from test_cloud_faults import decoded

    url = cloud.authorization_url(
        cloud.contoso.id, cloud.reports, 1, response_type="code id_token", response_mode="form_post", nonce="n",
        resource=GRAPH,
    )
    answer = megan.visit(url)
    front = decoded(answer.fields["id_token"])
    back = cloud.post_token(
        cloud.contoso.id, 1, grant_type="authorization_code", code=answer.fields["code"], resource=GRAPH,
        client_id=cloud.reports.client_id, client_secret=cloud.reports.secret or "",
        redirect_uri=cloud.reports.redirect_uri,
    ).json()
    for claims in (front, decoded(back["id_token"])):
        assert (claims["ver"], claims["iss"]) == ("1.0", f"{cloud.base}/{cloud.contoso.id}/")
        assert (claims["upn"], claims["nonce"]) == ("megan@contoso.example", "n")
        assert "preferred_username" not in claims
        assert {"oid", "tid", "sub", "name"} <= set(claims)
    assert "c_hash" in front
    assert isinstance(back["expires_in"], str)
    # The same refresh token serves another resource of v1.
    other = cloud.post_token(
        cloud.contoso.id, 1, grant_type="refresh_token", refresh_token=back["refresh_token"],
        resource="https://outlook.office365.com/", client_id=cloud.reports.client_id,
        client_secret=cloud.reports.secret or "",
    ).json()
    assert decoded(other["access_token"])["aud"] == "https://outlook.office365.com/"
    assert cloud.mail("me/messages", other["access_token"], "outlook").status_code == 200


def test_states_come_back_as_they_went(cloud: EmulatedCloud, farid: Employee) -> None:
    state = "ä &=+%/?#\"'<>"
    given = farid.visit(admin_consent(cloud, cloud.inbox, 2, state=state))
    assert given.fields["state"] == state
    posted = farid.visit(hybrid(cloud, cloud.inbox, state=state))
    assert posted.fields["state"] == state
    assert quote("<>") not in posted.url
