"""Starting and stopping: connections are drained, and signals end it cleanly."""

import base64
import signal
import socket
from collections.abc import Callable

import pytest

from support.clients import Account
from support.processes import Demo, Operated, eventually
from support.wire import HalfSent

PERSON = Account("ada", "correct horse battery staple")


def is_closed(port: int) -> bool | None:
    """True when nobody listens there any more."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return None
    return None


def test_a_request_under_way_is_finished(operate: Callable[..., Operated]) -> None:
    server = operate()
    server.add_user(PERSON)
    client = server.add_client()
    server.start()
    credentials = base64.b64encode(":".join(client.basic).encode()).decode()
    head = {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"}
    under_way = HalfSent(server.endpoint("token"), head, b"grant_type=client_credentials")
    # Another whole request after it: by its answer the first one's head has been read too.
    assert server.client_credentials(client).status_code == 200

    server.running.terminate()
    eventually("the port is closed", lambda: is_closed(server.port))
    answer = under_way.finish()
    assert answer.status == 200, answer.body
    assert b"access_token" in answer.body
    assert server.running.wait() == 0
    server.process = None


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_signals_stop_the_demo(start_demo: Callable[..., Demo], sent: signal.Signals) -> None:
    demo = start_demo()
    demo.process.process.send_signal(sent)
    assert demo.process.wait() == 0, demo.process.output()


def test_an_idle_connection_does_not_hold_it_up(operate: Callable[..., Operated]) -> None:
    server = operate()
    server.add_user(PERSON)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)):
        server.stop()
