"""Mail over Graph, and the inbox's page of it: beside the same requests by a bare client, the emulator's own floor."""

import http.client
import json
import os
import secrets
import ssl
import statistics
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from support.cloud import EmulatedCloud
from support.inbox import Guest, Stage
from table import BINARIES, ROUNDS, line, load, row

MAILBOXES = 200
THROTTLED = 5
PAGES = 500


def tenants(file: Path) -> dict[str, str]:
    """A tenants' file of one organisation, whose one app may read all mailboxes; and that app."""
    users = [
        {"id": str(uuid.UUID(int=number + 1)), "upn": f"reader{number + 1}@many.example", "name": f"Reader {number}",
         "password": secrets.token_urlsafe(9)}
        for number in range(MAILBOXES)
    ]
    app = {
        "client_id": str(uuid.uuid4()), "name": "Benchmark", "tenant": "many.example", "redirect_uris": [],
        "client_secrets": [{"value": secrets.token_urlsafe(32)}],
        "permissions": [{"resource": "https://graph.microsoft.com", "application": ["Mail.Read"], "delegated": []}],
    }
    tenant = {"id": str(uuid.uuid4()), "domain": "many.example", "name": "Many", "users": users}
    consent = {"tenant": "many.example", "client_id": app["client_id"]}
    file.write_text(json.dumps({"tenants": [tenant], "apps": [app], "consents": [consent]}))
    return {
        "client": str(app["client_id"]), "secret": str(app["client_secrets"][0]["value"]),  # type: ignore[index]
        "tenant": str(tenant["id"]), "domain": "many.example", "user": "reader",
    }


def graph(folder: Path) -> None:
    """The ten newest messages of 200 mailboxes of one tenant."""
    os.environ["SALLYPORT"] = str(BINARIES / "sallyport")
    app = tenants(folder / "tenants.json")
    cloud = EmulatedCloud(folder / "cloud", "--tenants", str(folder / "tenants.json"))
    try:
        (folder / "cloud.json").write_text(json.dumps(cloud.cloud))

        def run() -> dict[str, float]:
            figures = load(
                "graph", cloud=folder / "cloud.json", ca=cloud.ca_file, mailboxes=MAILBOXES, atOnce=16, **app)
            assert figures["count"] == 10 * MAILBOXES
            return figures

        runs = [run() for _ in range(ROUNDS)]
        ours, floor = (statistics.median(run[name] for run in runs) * 1_000 for name in ("seconds", "floor"))
        line("200 mailboxes over Graph, ms; bare client", f"{ours:.0f}", f"{floor:.0f}", f"{ours / floor:.2f}", "", "")
        for name, limit in (("requests", MAILBOXES), ("tokens", 1)):
            count = max(run[name] for run in runs)
            row(f"200 mailboxes over Graph, {name}", count, None, count, "<=", limit)
        cloud.control("faults", at="mail", kind="throttle", retry_after=1, count=THROTTLED)
        throttled = run()
        row("  five answers of 429: requests", throttled["requests"], None, throttled["requests"], "<=",
            MAILBOXES + THROTTLED)
        row("  five answers of 429, Retry-After 1 s: s", throttled["seconds"], None, throttled["seconds"], ">=", 1, 1)
    finally:
        cloud.close()


def times(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> list[float]:
    """Milliseconds of each of many requests, one after the other over one connection."""
    taken = []
    for _ in range(PAGES):
        start = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        taken.append((time.perf_counter() - start) * 1_000)
    return taken


def inbox(folder: Path) -> None:
    """The page of the ten newest messages, beside the one request to Graph that it is made of."""
    os.environ["SALLYPORT"] = str(BINARIES / "sallyport")
    stage = Stage(folder, {})
    try:
        stage.inbox.start()
        administrator = stage.cloud.contoso.administrator
        reader = stage.cloud.contoso.person("megan")
        guest = Guest(stage.inbox)
        guest.connect(administrator)
        page = urlsplit(stage.inbox.mail(reader))
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in guest.session.cookies)
        connection = http.client.HTTPConnection(page.netloc, timeout=30)
        cloud = urlsplit(stage.cloud.base)
        trust = ssl.create_default_context(cafile=str(stage.cloud.ca_file))
        bare = http.client.HTTPSConnection(cloud.netloc, timeout=30, context=trust)
        token = stage.cloud.app_token("contoso.example")
        query = (
            f"/graph/v1.0/users/{reader.upn}/mailFolders/inbox/messages?$top=10&$orderby=receivedDateTime%20desc"
            "&$select=id,subject,from,receivedDateTime,isRead,hasAttachments")

        def ours() -> list[float]:
            return times(connection, page.path, {"Cookie": cookies})

        def floor() -> list[float]:
            return times(bare, query, {"Authorization": f"Bearer {token}"})

        report(floor, ours)
    finally:
        stage.close()


def report(floor: Callable[[], list[float]], ours: Callable[[], list[float]]) -> None:
    rounds = [(floor(), ours()) for _ in range(ROUNDS)]
    for name, place in (("p50", 50), ("p99", 99)):
        bare, mine = (
            statistics.median(statistics.quantiles(side, n=100)[place - 1] for side in sides)
            for sides in zip(*rounds, strict=True)
        )
        line(f"inbox page, ms, {name}; Graph's answer alone", f"{mine:.1f}", f"{bare:.1f}", f"{mine / bare:.2f}", "", "")
