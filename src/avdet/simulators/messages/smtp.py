"""A small mail server: the part of RFC 5321 that a client needs to hand a letter over, with AUTH so that one may log in."""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading
import time
from collections.abc import Iterator
from typing import Any, Final

from avdet.simulators.messages.post_office import Messages

_LONGEST_LINE: Final = 4_096
_LARGEST: Final = 10_000_000
_MOST_RECIPIENTS: Final = 100
_PATH: Final = re.compile(r"<([^<>\s]*)>")


class _Session(socketserver.StreamRequestHandler):
    """One client's conversation."""

    timeout = 60
    server: _Server

    def handle(self) -> None:
        """Greet, then answer line by line until QUIT or the connection's end."""
        self.office = self.server.office
        self.sender: str | None = None
        self.recipients: list[str] = []
        self.say(220, "avdet message simulator")
        with contextlib.suppress(ConnectionError, TimeoutError):
            while (line := self.read_line()) is not None and self.answer(line):
                pass

    def read_line(self) -> bytes | None:
        """A line without its end; None when the client has gone or talks without end."""
        line = self.rfile.readline(_LONGEST_LINE)
        return line.rstrip(b"\r\n") if line.endswith(b"\n") else None

    def answer(self, line: bytes) -> bool:
        """Answer a command; False ends the conversation."""
        verb, _, rest = line.decode(errors="replace").partition(" ")
        command = {
            "EHLO": self.hello,
            "HELO": self.hello,
            "MAIL": self.mail,
            "RCPT": self.recipient,
            "DATA": self.data,
            "RSET": self.reset,
            "NOOP": self.noop,
            "VRFY": self.noop,
            "AUTH": self.log_in,
            "QUIT": self.quit,
        }.get(verb.upper())
        return command(rest) if command else self.say(500, "what?")

    def say(self, code: int, *lines: str) -> bool:
        """One answer, of several lines where it must."""
        for line in lines[:-1]:
            self.wfile.write(f"{code}-{line}\r\n".encode())
        self.wfile.write(f"{code} {lines[-1]}\r\n".encode())
        return True

    def hello(self, _: str) -> bool:
        """EHLO and HELO."""
        return self.say(250, "avdet", f"SIZE {_LARGEST}", "8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN")

    def log_in(self, rest: str) -> bool:
        """AUTH: everybody is let in."""
        method, _, given = rest.partition(" ")
        questions = [] if given else ["334 VXNlcm5hbWU6"]
        questions += ["334 UGFzc3dvcmQ6"] if method.upper() == "LOGIN" else []
        for question in questions:
            self.wfile.write(f"{question}\r\n".encode())
            if self.read_line() is None:
                return False
        return self.say(235, "welcome")

    def mail(self, rest: str) -> bool:
        """MAIL FROM begins a letter."""
        found = _PATH.search(rest)
        if not found or not rest.upper().startswith("FROM:"):
            return self.say(501, "MAIL FROM:<address>")
        self.sender, self.recipients = found[1], []
        return self.say(250, "ok")

    def recipient(self, rest: str) -> bool:
        """RCPT TO adds a recipient, or refuses it where that fault is set."""
        found = _PATH.search(rest)
        if self.sender is None:
            return self.say(503, "MAIL first")
        if not found or not found[1] or not rest.upper().startswith("TO:"):
            return self.say(501, "RCPT TO:<address>")
        if len(self.recipients) >= _MOST_RECIPIENTS:
            return self.say(452, "too many recipients")
        if code := self.office.faults.take("refuse"):
            return self.say(int(code) if len(str(code)) == 3 else 550, "refused on demand")
        self.recipients.append(found[1])
        return self.say(250, "ok")

    def data(self, _: str) -> bool:
        """DATA takes the letter, up to the line with a dot alone."""
        if not self.recipients:
            return self.say(503, "RCPT first")
        if self.office.faults.take("http_500"):
            return self.say(451, "try later")
        self.say(354, "end with a dot")
        letter = self.read_letter()
        if letter is None:
            return self.say(552, "too large")
        self.office.take_letter(self.sender or "", self.recipients, letter)
        self.reset_letter()
        return False if self.office.faults.take("timeout_after_success") else self.say(250, "taken")

    def read_letter(self) -> bytes | None:
        """The letter with the stuffed dots taken out; None when it is too large."""
        lines: list[bytes] = []
        size = 0
        while (line := self.read_line()) is not None and line != b".":
            size += len(line)
            lines.append(line[1:] if line.startswith(b".") else line)
            lines = lines if size <= _LARGEST else []
        return b"\r\n".join(lines) if size <= _LARGEST else None

    def reset(self, _: str) -> bool:
        """RSET forgets the letter begun."""
        self.reset_letter()
        return self.say(250, "ok")

    def reset_letter(self) -> None:
        """Forget sender and recipients."""
        self.sender, self.recipients = None, []

    def noop(self, _: str) -> bool:
        """NOOP, and VRFY which tells nothing."""
        if slow := self.office.faults.take("slow_ms"):
            time.sleep(float(slow) / 1000)
        return self.say(252, "ok")

    def quit(self, _: str) -> bool:
        """QUIT."""
        self.say(221, "bye")
        return False


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], office: Messages) -> None:
        self.office = office
        super().__init__(address, _Session)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off is no error worth a traceback."""


def open_smtp(office: Messages, *, port: int, host: str = "127.0.0.1") -> _Server:
    """A mail server that answers once its `serve_forever` runs; port 0 takes any free one."""
    return _Server((host, port), office)


@contextlib.contextmanager
def running_smtp(office: Messages, *, port: int = 0) -> Iterator[int]:
    """Answer in a thread of this process until the block ends; gives the port."""
    server = open_smtp(office, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
