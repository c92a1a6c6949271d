"""A simulator's HTTP server, on threads of the standard library."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from avdet.simulators.exchange import Answer, Request, as_json
from avdet.simulators.stand import Stand

_LONGEST_BODY: Final = 8_000_000


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that answers at `url`."""

    url: str
    stand: Stand
    server: ThreadingHTTPServer


def open_server(stand: Stand, *, port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """A server that answers once its `serve_forever` runs; port 0 takes any free one."""
    server = ThreadingHTTPServer((host, port), _handler(stand))
    server.daemon_threads = True
    return server


@contextlib.contextmanager
def running(stand: Stand, *, port: int = 0) -> Iterator[Running]:
    """Answer in a thread of this process until the block ends."""
    server = open_server(stand, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Running(f"http://127.0.0.1:{server.server_port}", stand, server)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(stand: Stand) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One connection, one request: nothing lingers between tests."""

        timeout = 30

        def respond(self) -> None:
            """Answer, or cut the connection off where the fault says so."""
            length = int(self.headers.get("Content-Length") or 0)
            if length > _LONGEST_BODY:
                return self.write(as_json({"error": "too long"}, 413))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = stand.answer(Request(self.command, self.path, headers, self.rfile.read(length)))
            return self.cut_off() if answer is None else self.write(answer)

        def cut_off(self) -> None:
            """Leave the client without an answer."""
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

        def write(self, answer: Answer) -> None:
            """Send an answer; a client that has gone meanwhile is no matter."""
            headers = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body)), **answer.headers}
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(answer.status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class names it so
            """The calls are kept for `/_calls`; the terminal stays quiet."""

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = respond  # noqa: N815 - names of http.server

    return Handler
