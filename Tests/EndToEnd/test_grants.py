"""Codes and refresh tokens: what they are bound to, and what a second use does. RFC 6749 §4.1.2, RFC 9700 §4.14."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from support.clients import Client, assert_error, pkce, tokens
from support.processes import Demo, Operated
from support.visitor import Registration, Visitor

OFFLINE = "openid offline_access messages.read"


def test_a_code_sent_twice_revokes_what_it_gave(demo: Demo, visitor: Visitor, application: Client) -> None:
    code = visitor.code(application, OFFLINE)
    given = tokens(demo.redeem(application, code.value, code.challenge.verifier))
    refreshed = tokens(demo.refresh(application, given["refresh_token"]))
    assert_error(demo.redeem(application, code.value, code.challenge.verifier), "invalid_grant")
    for answer in (given, refreshed):
        assert not demo.is_active(application, answer["access_token"])
        assert not demo.is_active(application, answer["refresh_token"])
    assert_error(demo.refresh(application, refreshed["refresh_token"]), "invalid_grant")


def test_of_eight_at_once_one_wins(demo: Demo, visitor: Visitor, application: Client) -> None:
    code = visitor.code(application)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: demo.redeem(application, code.value, code.challenge.verifier), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7


def test_a_code_belongs_to_its_client(
    demo: Demo, visitor: Visitor, application: Client, other_application: Client
) -> None:
    code = visitor.code(application)
    uri = application.redirect_uri
    assert_error(demo.redeem(other_application, code.value, code.challenge.verifier, uri), "invalid_grant")


@pytest.mark.parametrize("right", list(product([True, False], repeat=3)), ids=str)
def test_code_truth_table(
    demo: Demo, visitor: Visitor, application: Client, other_application: Client, right: tuple[bool, bool, bool]
) -> None:
    """CVE-2026-28513: one wrong part is enough, whatever the others are."""
    client_is_right, uri_is_right, verifier_is_right = right
    code = visitor.code(application)
    client = application if client_is_right else other_application
    uri = application.redirect_uri if uri_is_right else "http://127.0.0.1/other"
    verifier = code.challenge.verifier if verifier_is_right else pkce().verifier
    answer = demo.redeem(client, code.value, verifier, uri)
    if all(right):
        tokens(answer)
    else:
        assert_error(answer, "invalid_grant")


@pytest.mark.parametrize("fields", [{}, {"code_verifier": ""}], ids=["absent", "empty"])
def test_a_code_without_its_verifier(
    demo: Demo, visitor: Visitor, application: Client, fields: dict[str, str]
) -> None:
    """CVE-2023-48228: the verifier was checked only where one was sent."""
    code = visitor.code(application)
    grant = {"grant_type": "authorization_code", "code": code.value, "redirect_uri": application.redirect_uri}
    assert_error(demo.token(application, **grant, **fields), "invalid_grant")


def test_a_verifier_where_no_challenge_was_sent(operated: Operated, operated_visitor: Visitor) -> None:
    """RFC 9700 §4.8.2: the downgrade attack."""
    client = operated.add_client("--profile", "compatible")
    url = operated.authorization_url(client, None)
    landing = operated_visitor.authorize(url, client.redirect_uri)
    assert_error(operated.redeem(client, landing.code, pkce().verifier), "invalid_grant")


def test_the_compatible_profile_takes_no_challenge(operated: Operated, operated_visitor: Visitor) -> None:
    """OpenID's certification runs without PKCE."""
    client = operated.add_client("--profile", "compatible")
    landing = operated_visitor.authorize(operated.authorization_url(client, None), client.redirect_uri)
    grant = {"grant_type": "authorization_code", "code": landing.code, "redirect_uri": client.redirect_uri}
    tokens(operated.token(client, **grant))


def test_without_offline_access_tokens_end_with_the_sign_in(demo: Demo, application: Client) -> None:
    """`offline_access` is what lets an application go on when the person has left."""
    leaving, staying = Visitor(demo, demo.account), "openid messages.read offline_access"
    bound = leaving.tokens(application, "openid messages.read")
    free = leaving.tokens(application, staying)
    tokens(demo.refresh(application, bound["refresh_token"]))
    leaving.sign_out()
    assert not demo.is_active(application, bound["access_token"])
    assert demo.is_active(application, free["access_token"])
    tokens(demo.refresh(application, free["refresh_token"]))


def test_a_lost_answer_to_a_refresh_comes_again(demo: Demo, visitor: Visitor, application: Client) -> None:
    """FAPI 2.0 and mobile clients: the same successor within the grace window."""
    old = visitor.tokens(application, OFFLINE)["refresh_token"]
    first, second = tokens(demo.refresh(application, old)), tokens(demo.refresh(application, old))
    assert first["refresh_token"] == second["refresh_token"]
    tokens(demo.refresh(application, first["refresh_token"]))


def test_fifty_refreshes_at_once_get_one_successor(demo: Demo, visitor: Visitor, application: Client) -> None:
    old = visitor.tokens(application, OFFLINE)["refresh_token"]
    with ThreadPoolExecutor(16) as pool:
        answers = [tokens(answer) for answer in pool.map(lambda _: demo.refresh(application, old), range(50))]
    assert len({answer["refresh_token"] for answer in answers}) == 1


def test_a_grandparent_revokes_the_family(demo: Demo, visitor: Visitor, application: Client) -> None:
    grandparent = visitor.tokens(application, OFFLINE)["refresh_token"]
    parent = tokens(demo.refresh(application, grandparent))["refresh_token"]
    child = tokens(demo.refresh(application, parent))
    assert_error(demo.refresh(application, grandparent), "invalid_grant")
    assert_error(demo.refresh(application, child["refresh_token"]), "invalid_grant")
    assert not demo.is_active(application, child["access_token"])


def test_a_refresh_token_belongs_to_its_client(
    demo: Demo, visitor: Visitor, application: Client, other_application: Client
) -> None:
    token = visitor.tokens(application, OFFLINE)["refresh_token"]
    assert_error(demo.refresh(other_application, token), "invalid_grant")


def test_a_refresh_may_ask_for_less_and_not_for_more(demo: Demo, visitor: Visitor, application: Client) -> None:
    token = visitor.tokens(application, OFFLINE)["refresh_token"]
    grant = {"grant_type": "refresh_token", "refresh_token": token}
    assert_error(demo.token(application, **grant, scope="messages.write"), "invalid_scope")
    less = tokens(demo.token(application, **grant, scope="messages.read"))
    assert less["scope"] == "messages.read"


def test_a_refresh_may_repeat_its_whole_scope(demo: Demo, visitor: Visitor, application: Client) -> None:
    """MSAL and oidc-agent repeat everything, `offline_access` too."""
    token = visitor.tokens(application, OFFLINE)["refresh_token"]
    tokens(demo.token(application, grant_type="refresh_token", refresh_token=token, scope=OFFLINE))


def test_revoking_what_is_not_ones_own_changes_nothing(
    demo: Demo, visitor: Visitor, application: Client, other_application: Client
) -> None:
    """CVE-2016-6582: RFC 7009 §2.1 asks whose token it is."""
    token = visitor.tokens(application, OFFLINE)
    for kind in ("access_token", "refresh_token"):
        answer = demo.post("revocation", {"token": token[kind]}, other_application)
        assert answer.status_code in (200, 400)
        assert demo.is_active(application, token[kind])


def test_revoking_a_refresh_token_ends_its_access_tokens(
    demo: Demo, visitor: Visitor, application: Client
) -> None:
    token = visitor.tokens(application, OFFLINE)
    demo.revoke(application, token["refresh_token"])
    assert not demo.is_active(application, token["access_token"])


def test_a_revoked_token_has_no_grace(demo: Demo, visitor: Visitor, application: Client) -> None:
    """django-oauth-toolkit #1816: revoked on purpose, honoured within the window."""
    old = visitor.tokens(application, OFFLINE)["refresh_token"]
    new = tokens(demo.refresh(application, old))["refresh_token"]
    demo.revoke(application, new)
    assert_error(demo.refresh(application, old), "invalid_grant")


def test_jwt_access_tokens_per_client(operated: Operated, operated_visitor: Visitor) -> None:
    """RFC 9068: a token that an API verifies by itself."""
    client = operated.add_client("--access-token", "jwt")
    token = operated_visitor.tokens(client)["access_token"]
    assert token.count(".") == 2
    assert operated.introspect(client, token)["client_id"] == client.client_id
    operated.revoke(client, token)
    assert not operated.is_active(client, token)


def test_a_brought_secret_with_odd_characters(operated: Operated) -> None:
    """RFC 6749 §2.3.1: id and secret are form-encoded before they become a Basic header."""
    secret = "a+b c%20:&=/" + secrets.token_urlsafe(24)
    client = operated.add_client("--id", "odd id+%2B", "--secret-stdin", secret=secret)
    tokens(operated.client_credentials(client))


def test_prefixes_of_what_is_issued(demo: Demo, visitor: Visitor) -> None:
    """Scanners find a leaked token by its prefix."""
    client = visitor.register(Registration())
    code = visitor.code(client, OFFLINE)
    token = tokens(demo.redeem(client, code.value, code.challenge.verifier))
    assert code.value.startswith("sp_ac_")
    assert token["access_token"].startswith("sp_at_")
    assert token["refresh_token"].startswith("sp_rt_")
    assert (client.client_secret or "").startswith("sp_cs_")
