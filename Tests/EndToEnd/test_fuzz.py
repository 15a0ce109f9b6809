"""Whatever is sent to whichever endpoint: never a 5xx. The seed makes a failure repeatable."""

import os
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import requests

from support.clients import TIMEOUT
from support.processes import Demo

SEED = int(os.environ.get("END_TO_END_FUZZ_SEED", "20250101"))
COUNT = int(os.environ.get("END_TO_END_FUZZ_COUNT", "500"))

PATHS = [
    "authorize", "token", "revoke", "introspect", "userinfo", "jwks.json", "logout", "login", "applications",
    "applications/new", "connected-apps", "device", "device_authorization", "par", "register", "account",
    ".well-known/openid-configuration", "nowhere", "applications/unknown", "applications/%ff",
]
METHODS = ["GET", "POST", "POST", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"]
NAMES = [
    "client_id", "client_secret", "redirect_uri", "response_type", "scope", "state", "nonce", "code", "code_verifier",
    "code_challenge", "code_challenge_method", "grant_type", "refresh_token", "token", "token_type_hint", "prompt",
    "max_age", "id_token_hint", "post_logout_redirect_uri", "request", "request_uri", "response_mode", "resource",
    "username", "password", "continue", "csrf", "decision", "name", "redirect_uris", "scope[a]", "", "\0", "é",
]
VALUES = [
    "", " ", "\0", "\r\n", "%", "%00", "%ff", "é", "\U0001f512", "a" * 3000, "-1", "0", "99999999999999999999", "null",
    "[]", "{}", "code", "S256", "plain", "openid", "none", "login", "consent", "authorization_code", "refresh_token",
    "client_credentials", "password", "https://app.example/", "//evil.example", "/\\evil.example",
    "javascript:alert(1)", "http://[::1", "http://127.0.0.1:99999/", "eyJhbGciOiJub25lIn0.e30.", "..",
    "<script>", "' or 1=1 --", "{{#x}}", "http://[" + ":" * 500 + "]/",
]
AUTHORIZATIONS = ["Basic", "Basic Og==", "Bearer", "Bearer x y", "DPoP x", "\x7f", "Basic " + "A" * 5000]
CONTENT_TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "application/json", "text/plain", "x", "",
    "multipart/form-data", "application/x-www-form-urlencoded; charset=\"",
]


def pairs(dice: random.Random) -> bytes:
    """Form fields or a query, now and then broken."""
    count = dice.randrange(9)
    parts = [f"{quote(dice.choice(NAMES))}={quote(dice.choice(VALUES))}" for _ in range(count)]
    text = "&".join(parts).encode()
    if dice.random() < 0.15:
        text += bytes(dice.randrange(256) for _ in range(dice.randrange(1, 40)))
    return text


def query(dice: random.Random) -> str:
    return quote(pairs(dice), safe="%&=[]")


def headers(dice: random.Random, demo: Demo) -> dict[str, str]:
    """Some headers, now and then of a known client."""
    chosen = {"Content-Type": dice.choice(CONTENT_TYPES)}
    optional: dict[str, Callable[[], str]] = {
        "Authorization": lambda: dice.choice(AUTHORIZATIONS),
        "Cookie": lambda: dice.choice(["x", "=", "sallyport=%ff", "a=b; a=c; " + "d" * 3000]),
        "Origin": lambda: dice.choice(["null", "https://evil.example", "x", demo.root]),
        "Host": lambda: dice.choice(["evil.example", "127.0.0.1", "localhost:1"]),
        "X-Forwarded-For": lambda: dice.choice(["1.2.3.4", "x", "," * 200]),
        "Accept-Language": lambda: dice.choice(["uk", "zh-Hans;q=0.5", ";;;", "x" * 500]),
    }
    for name, make in optional.items():
        if dice.random() < 0.2:
            chosen[name] = make()
    return chosen


def test_never_a_5xx(start_demo: Callable[..., Demo]) -> None:
    """On a server of its own, since it slows down its address by failing to sign in."""
    demo = start_demo()
    dice = random.Random(SEED)
    with requests.Session() as session:
        for number in range(COUNT):
            method, path = dice.choice(METHODS), dice.choice(PATHS)
            url = f"{demo.issuer}/{path}?{query(dice)}" if dice.random() < 0.6 else f"{demo.issuer}/{path}"
            known = (demo.client.client_id, demo.client.client_secret or "") if dice.random() < 0.3 else None
            body = {"data": pairs(dice), "headers": headers(dice, demo), "auth": known}
            sent: dict[str, Any] = {"method": method, "url": url, **body}
            answer = session.request(**sent, timeout=TIMEOUT, allow_redirects=False)
            assert answer.status_code < 500, f"seed {SEED}, request {number}: {answer.status_code} for {sent}"
    assert requests.get(f"{demo.root}/health/ready", timeout=TIMEOUT).status_code == 200
