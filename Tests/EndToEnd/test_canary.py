"""Secrets stay where they belong: none in logs at trace level, pages, cookies or the database's bytes."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from support.clients import TIMEOUT, Account, Client, assert_error, pkce, tokens
from support.processes import Operated
from support.visitor import Registration, Visitor

OFFLINE = "openid profile email offline_access"
PREFIXES = ("sp_at_", "sp_rt_", "sp_ac_", "sp_dc_", "sp_cs_")
SHOWN = 12


@dataclass
class Canaries:
    """Every secret of the flows, by what it is."""

    by_kind: dict[str, list[str]] = field(default_factory=dict)

    def plant(self, kind: str, value: str | None) -> None:
        if value:
            self.by_kind.setdefault(kind, []).append(value)

    def telling_parts(self, except_kinds: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
        """What would give a secret away: its first characters after the prefix; of a JWT, its signature."""
        return [
            (kind, telling_part(value))
            for kind, values in self.by_kind.items()
            if kind not in except_kinds
            for value in values
        ]

    def assert_absent(self, place: str, content: bytes, except_kinds: frozenset[str] = frozenset()) -> None:
        for kind, part in self.telling_parts(except_kinds):
            assert part.encode() not in content, f"a {kind} is in {place}"


def telling_part(value: str) -> str:
    for prefix in PREFIXES:
        if value.startswith(prefix):
            return value[len(prefix) :][:SHOWN]
    return value.split(".")[-1][:SHOWN] if value.count(".") == 2 else value[:SHOWN]


def run_flows(server: Operated, visitor: Visitor, client: Client, canaries: Canaries) -> None:
    """Sign-in, consent, code, refresh, replay, failures, revocation: with the secrets of all of them noted."""
    code = visitor.code(client, OFFLINE)
    canaries.plant("code", code.value)
    canaries.plant("code verifier", code.challenge.verifier)
    first = tokens(server.redeem(client, code.value, code.challenge.verifier))
    second = tokens(server.refresh(client, first["refresh_token"]))
    own = tokens(server.client_credentials(client))
    for answer in (first, second, own):
        canaries.plant("access token", answer["access_token"])
        canaries.plant("refresh token", answer.get("refresh_token"))
        canaries.plant("ID token", answer.get("id_token"))
    bearer = {"Authorization": f"Bearer {second['access_token']}"}
    assert requests.get(server.endpoint("userinfo"), headers=bearer, timeout=TIMEOUT).status_code == 200
    server.introspect(client, second["access_token"])
    server.revoke(client, second["refresh_token"])
    assert_error(server.redeem(client, code.value, code.challenge.verifier), "invalid_grant")
    run_failures(server, client, canaries)


def run_failures(server: Operated, client: Client, canaries: Canaries) -> None:
    """Errors are where secrets slip into logs."""
    for kind, prefix, grant in [
        ("wrong code", "sp_ac_", {"grant_type": "authorization_code", "redirect_uri": client.redirect_uri}),
        ("wrong refresh token", "sp_rt_", {"grant_type": "refresh_token"}),
    ]:
        value = prefix + secrets.token_urlsafe(32)
        canaries.plant(kind, value)
        name = "code" if "code" in kind else "refresh_token"
        assert server.token(client, **grant, **{name: value}, code_verifier=pkce().verifier).status_code == 400
    wrong = Client(client.client_id, "sp_cs_" + secrets.token_urlsafe(32), client.redirect_uris)
    canaries.plant("wrong client secret", wrong.client_secret)
    assert server.client_credentials(wrong).status_code == 401
    broken = secrets.token_urlsafe(32)
    canaries.plant("token in a broken request", broken)
    assert server.post("introspection", {"token": broken, "x": "\0"}, client).status_code == 400
    address = f"{server.endpoint('userinfo')}?access_token={broken}"
    assert requests.get(address, timeout=TIMEOUT).status_code in (400, 401)
    stranger = Visitor(server, Account("nobody", secrets.token_urlsafe(18)))
    canaries.plant("wrong password", stranger.account.password)
    stranger.sign_in(stranger.get(server.page("login")))


def test_no_secret_is_anywhere(operate: Callable[..., Operated]) -> None:
    server, canaries = operate("--log-level", "trace"), Canaries()
    person = server.add_user(Account("ada", secrets.token_urlsafe(18)))
    clients = [server.add_client(), server.add_client("--access-token", "jwt")]
    server.start()
    visitor = Visitor(server, person)
    registered = visitor.register(Registration(scope=OFFLINE))
    clients.append(registered)

    canaries.plant("password", person.password)
    for client in clients:
        canaries.plant("client secret", client.client_secret)
        canaries.plant("Basic header", base64.b64encode(":".join(client.basic).encode()).decode()[-24:])
        run_flows(server, visitor, client, canaries)
    for path in ("applications", "connected-apps", f"applications/{registered.client_id}"):
        visitor.open(path)
    cookies = {cookie.name: cookie.value or "" for cookie in visitor.session.cookies}
    for cookie in cookies.values():
        canaries.plant("cookie", cookie)

    log = server.running.output().encode()
    assert log, "nothing was logged at trace level"
    canaries.assert_absent("the log", log)
    for page in visitor.seen:
        if not page.has("client-secret"):
            canaries.assert_absent(f"the page {page.url.split('?')[0]}", page.source.encode(), frozenset({"cookie"}))
    joined = "\n".join(cookies.values()).encode()
    canaries.assert_absent("a cookie", joined, frozenset({"cookie"}))

    # While it runs the newest rows lie in the write-ahead log, after a clean stop in the database itself.
    assert_database_is_clean(server, canaries)
    server.stop()
    assert_database_is_clean(server, canaries)


def assert_database_is_clean(server: Operated, canaries: Canaries) -> None:
    files = [file for file in server.database.parent.iterdir() if file.name.startswith(server.database.name)]
    assert files
    for file in files:
        canaries.assert_absent(file.name, file.read_bytes())
