"""What a client received is on disk: `kill -9` under load, round after round. The storage contract."""

import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest
import requests

from support.clients import Account, Client, assert_error, tokens
from support.processes import Operated
from support.visitor import Code, Visitor

ROUNDS = int(os.environ.get("END_TO_END_KILL_ROUNDS", "20"))
LOAD_SECONDS = 0.5
OFFLINE = "openid offline_access"


@dataclass
class Received:
    """What the clients hold: only answers that arrived whole."""

    access_tokens: list[str] = field(default_factory=list)
    refresh_tokens: list[str] = field(default_factory=list)
    redeemed: list[Code] = field(default_factory=list)
    unanswered: list[Code] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)


@dataclass
class Load:
    """Clients that work until the server goes away under them."""

    server: Operated
    client: Client
    visitors: list[Visitor]
    received: Received = field(default_factory=Received)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, until: Callable[[], None]) -> None:
        """Runs all of them, and `until` beside them."""
        jobs: list[Callable[[], None]] = [self._for_itself, self._revoking]
        jobs += [partial(self._for, visitor) for visitor in self.visitors]
        threads = [threading.Thread(target=self._guard, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        until()
        self.stopping.set()
        for thread in threads:
            thread.join()

    def _guard(self, job: Callable[[], None]) -> None:
        try:
            while not self.stopping.is_set():
                job()
        except requests.RequestException:
            return
        except Exception as surprise:  # a thread's failure has to reach the test
            self.received.surprises.append(repr(surprise))

    def _for_itself(self) -> None:
        self.received.access_tokens.append(tokens(self.server.client_credentials(self.client))["access_token"])

    def _revoking(self) -> None:
        token = tokens(self.server.client_credentials(self.client))["access_token"]
        self.server.revoke(self.client, token)
        self.received.revoked.append(token)

    def _for(self, visitor: Visitor) -> None:
        """A code, its tokens, and three generations of refresh tokens."""
        code = visitor.code(self.client, OFFLINE)
        self.received.unanswered.append(code)
        answer = tokens(self.server.redeem(self.client, code.value, code.challenge.verifier))
        self.received.unanswered.remove(code)
        self.received.redeemed.append(code)
        self.received.access_tokens.append(answer["access_token"])
        latest = answer["refresh_token"]
        self.received.refresh_tokens.append(latest)
        for _ in range(3):
            answer = tokens(self.server.refresh(self.client, latest))
            self.received.access_tokens.append(answer["access_token"])
            self.received.refresh_tokens.remove(latest)
            latest = answer["refresh_token"]
            self.received.refresh_tokens.append(latest)


def assert_nothing_lost(server: Operated, client: Client, received: Received) -> None:
    """Everything that was received works; what was revoked stays so; no code works twice."""
    assert not received.surprises, received.surprises
    dead = [token for token in received.access_tokens if not server.is_active(client, token)]
    assert not dead, f"{len(dead)} of {len(received.access_tokens)} access tokens are lost"
    back = [token for token in received.revoked if server.is_active(client, token)]
    assert not back, f"{len(back)} of {len(received.revoked)} revoked tokens are back"
    for token in received.refresh_tokens:
        tokens(server.refresh(client, token))
    for code in received.redeemed:
        assert_error(server.redeem(client, code.value, code.challenge.verifier), "invalid_grant")
    for code in received.unanswered:
        server.redeem(client, code.value, code.challenge.verifier)
        assert_error(server.redeem(client, code.value, code.challenge.verifier), "invalid_grant")


def test_kill_under_load(operate: Callable[..., Operated]) -> None:
    server = operate()
    people = [server.add_user(Account(name, secrets.token_urlsafe(18))) for name in ("ada", "grace")]
    client = server.add_client()
    server.start()
    visitors = [Visitor(server, person) for person in people]
    for visitor in visitors:
        visitor.tokens(client, OFFLINE)

    total = 0
    for number in range(ROUNDS):
        load = Load(server, client, visitors)

        def strike(load: Load = load) -> None:
            load.stopping.wait(LOAD_SECONDS)
            server.kill()

        load.run(strike)
        server.start()
        try:
            assert_nothing_lost(server, client, load.received)
        except AssertionError as failure:
            raise AssertionError(f"round {number + 1} of {ROUNDS}: {failure}") from failure
        total += len(load.received.access_tokens)
    assert total > ROUNDS, "there was no load"


@pytest.mark.parametrize("stop", ["stop", "kill"])
def test_revoked_stays_revoked(operate: Callable[..., Operated], stop: str) -> None:
    """CVE-2026-9802: a revoked refresh token was valid again after a restart."""
    server = operate()
    person = server.add_user(Account("ada", secrets.token_urlsafe(18)))
    client = server.add_client()
    server.start()
    given = Visitor(server, person).tokens(client, OFFLINE)
    server.revoke(client, given["refresh_token"])
    getattr(server, stop)()
    server.start()
    assert_error(server.refresh(client, given["refresh_token"]), "invalid_grant")
    assert not server.is_active(client, given["access_token"])


def test_a_session_outlives_a_restart(operate: Callable[..., Operated]) -> None:
    server = operate()
    person = server.add_user(Account("ada", secrets.token_urlsafe(18)))
    client = server.add_client()
    server.start()
    visitor = Visitor(server, person)
    visitor.tokens(client)
    server.stop()
    server.start()
    assert visitor.code(client).landing.pages == ()
