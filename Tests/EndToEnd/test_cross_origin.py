"""Chromium's pages of other origins: what they may fetch. Per-application origins; RFC 9700 §2.6."""

from typing import Any

import pytest
import requests
from playwright.sync_api import Page

from support.callback import Site
from support.clients import TIMEOUT, Client, pkce, tokens
from support.processes import Demo
from support.visitor import Registration, Visitor

FETCH = """async ([url, options]) => {
    try {
        const answer = await fetch(url, options);
        return {status: answer.status, text: await answer.text()};
    } catch (error) {
        return {status: 0, text: String(error)};
    }
}"""


def fetch(tab: Page, url: str, **options: object) -> dict[str, Any]:
    """What a script of this tab's page gets; status 0 when the browser keeps it."""
    answer: dict[str, Any] = tab.evaluate(FETCH, [url, options])
    return answer


@pytest.fixture
def client(visitor: Visitor, site: Site) -> Client:
    """A public application whose scripts run at the site's origin."""
    return visitor.register(Registration(public=True, redirect_uris=(site.redirect_uri,), origins=(site.origin,)))


def test_a_registered_origin_calls_the_api(
    tab: Page, demo: Demo, visitor: Visitor, site: Site, client: Client
) -> None:
    bearer = {"Authorization": f"Bearer {visitor.tokens(client, 'openid messages.read')['access_token']}"}
    tab.goto(site.origin)
    answer = fetch(tab, f"{demo.api}/api/messages", headers=bearer)
    assert answer["status"] == 200, answer
    assert fetch(tab, demo.endpoint("userinfo"), headers=bearer)["status"] == 200


def test_a_registered_origin_finishes_its_login(
    tab: Page, demo: Demo, visitor: Visitor, site: Site, client: Client
) -> None:
    code = visitor.code(client)
    tab.goto(site.origin)
    assert fetch(tab, f"{demo.issuer}/.well-known/openid-configuration")["status"] == 200
    assert fetch(tab, demo.metadata["jwks_uri"])["status"] == 200
    form = (
        f"grant_type=authorization_code&code={code.value}&client_id={client.client_id}"
        f"&code_verifier={code.challenge.verifier}&redirect_uri={site.redirect_uri}"
    )
    answer = fetch(
        tab, demo.endpoint("token"), method="POST", body=form,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer["status"] == 200, answer


def test_another_origin_gets_nothing(
    tab: Page, demo: Demo, visitor: Visitor, client: Client, other_site: Site
) -> None:
    bearer = {"Authorization": f"Bearer {visitor.tokens(client, 'openid messages.read')['access_token']}"}
    tab.goto(other_site.origin)
    assert fetch(tab, f"{demo.api}/api/messages", headers=bearer)["status"] == 0
    assert fetch(tab, demo.endpoint("userinfo"), headers=bearer)["status"] == 0


def test_authorize_answers_no_script(tab: Page, demo: Demo, site: Site, client: Client) -> None:
    tab.goto(site.origin)
    assert fetch(tab, demo.authorization_url(client, pkce()))["status"] == 0


@pytest.mark.parametrize("name", ["token", "userinfo"])
def test_preflights(demo: Demo, client: Client, site: Site, name: str) -> None:
    headers = {
        "Origin": site.origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = requests.options(demo.endpoint(name), headers=headers, timeout=TIMEOUT)
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] in (site.origin, "*")
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_an_origin_of_one_application_does_not_open_another(
    demo: Demo, visitor: Visitor, application: Client, client: Client, site: Site
) -> None:
    token = tokens(demo.client_credentials(application, scope="messages.read"))["access_token"]
    headers = {"Origin": site.origin, "Authorization": f"Bearer {token}"}
    answer = requests.get(f"{demo.api}/api/messages", headers=headers, timeout=TIMEOUT)
    assert answer.headers.get("Access-Control-Allow-Origin") is None
