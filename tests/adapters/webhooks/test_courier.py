"""Webhooks go to the public internet only, to the address that was looked at, follow nothing, and are over in time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from avdet.adapters.webhooks import HttpCourier
from avdet.adapters.webhooks.courier import MOST_BYTES
from avdet.adapters.webhooks.places import public
from avdet.ports.webhooks import Answer, Unreached


@contextmanager
def receiver(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[int, list[tuple[str, dict[str, str], bytes]]]]:
    """A real server: its port, and (path, headers, body) of what it was sent."""
    asked: list[tuple[str, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            answer(self)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


def plainly(status: int, body: bytes = b"thanks", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answered(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answered


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:db8::1",
])  # fmt: skip
def test_an_address_of_the_house_is_not_public(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize("url", [
    "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://169.254.169.254/latest/meta-data", "https://2130706433/",
    "https://0x7f.1/", "https://[::ffff:127.0.0.1]:8443/", "http://1.1.1.1/", "ftp://1.1.1.1/", "file:///etc/passwd", "gopher://1.1.1.1/",
])  # fmt: skip
def test_what_leads_into_the_house_is_not_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was asked"))
    found = HttpCourier().post(url, b"{}", {})
    assert isinstance(found, Unreached)
    assert found.forbidden


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    assert HttpCourier().post("https://both.example/", b"{}", {}) == Unreached("the address does not lie in the public internet", forbidden=True)


def test_a_name_is_looked_up_once_and_that_address_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with a public address first and a private one later gains nothing by it."""
    asked: list[str] = []

    def looked_up(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    with receiver(plainly(200)) as (port, got):
        real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: looked_up(host) if host == "hooks.example" else real(host, *a, **k))
        found = HttpCourier(allow_private=True).post(f"http://hooks.example:{port}/in?x=1", b'{"a":1}', {"webhook-id": "msg_1"})
    assert found == Answer(200, "thanks")
    assert asked == ["hooks.example"]
    path, headers, body = got[0]
    assert (path, headers["host"], headers["webhook-id"], body) == ("/in?x=1", f"hooks.example:{port}", "msg_1", b'{"a":1}')


def test_a_name_that_leads_nowhere_is_said_so() -> None:
    assert HttpCourier().post("https://nobody.invalid/", b"{}", {}) == Unreached("no connection: gaierror")


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with receiver(plainly(302, Location="http://127.0.0.1:1/elsewhere")) as (port, got):
        found = HttpCourier(allow_private=True).post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert isinstance(found, Answer)
    assert found.status == 302
    assert len(got) == 1


def test_a_body_without_end_is_cut() -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 10_000)
        except OSError:
            pass

    with receiver(endless) as (port, _):
        found = HttpCourier(allow_private=True).post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert isinstance(found, Answer)
    assert len(found.text) == MOST_BYTES


def test_whoever_never_answers_is_left() -> None:
    released = threading.Event()
    with receiver(lambda _: released.wait(5) and None) as (port, _):
        found = HttpCourier(allow_private=True, seconds=0.2).post(f"http://127.0.0.1:{port}/", b"{}", {})
        released.set()
    assert found == Unreached("no answer within 0.2 seconds")


@pytest.mark.parametrize(("begins", "status"), [(b"HTTP/1.1 200 OK\r\n\r\n", 200), (b"HTTP/1.1 200 OK\r\nX-Slow: ", None)])
def test_whoever_answers_a_letter_at_a_time_is_left(begins: bytes, status: int | None) -> None:
    released = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(begins)
            while not released.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            pass

    with receiver(drip) as (port, _):
        found = HttpCourier(allow_private=True, seconds=0.3).post(f"http://127.0.0.1:{port}/", b"{}", {})
        released.set()
    if status:
        assert isinstance(found, Answer)
        assert 1 <= len(found.text) < 20
    else:
        assert found == Unreached("no answer within 0.3 seconds")


def test_a_closed_door_is_said_so() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        found = HttpCourier(allow_private=True).post(f"http://127.0.0.1:{unused.getsockname()[1]}/", b"{}", {})
    assert found == Unreached("no connection: ConnectError")
