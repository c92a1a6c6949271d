"""The mail server's conversation, line by line, and the page of what arrived."""

import smtplib
import socket

import httpx
import pytest

HOSTILE = "<script>alert(1)</script><p dir=rtl>سلام</p>"


@pytest.fixture
def talk(message_simulator):
    with socket.create_connection(("127.0.0.1", message_simulator.smtp_port), timeout=5) as connection, connection.makefile("rwb") as line:
        assert line.readline().startswith(b"220 ")

        def say(text: str) -> str:
            line.write(text.encode() + b"\r\n")
            line.flush()
            answer = line.readline()
            while answer[3:4] == b"-":
                answer = line.readline()
            return answer.decode().split(" ")[0]

        yield say


def test_commands_out_of_order_are_refused(talk):
    assert [talk(text) for text in ("RCPT TO:<a@b.example>", "DATA", "MAIL TO:<x>", "MAIL FROM:x", "SING")] == ["503", "503", "501", "501", "500"]
    assert [talk(text) for text in ("MAIL FROM:<>", "RCPT TO:<>", "RCPT FROM:<a@b.example>", "RSET", "DATA")] == ["250", "501", "501", "250", "503"]


def test_a_hundred_recipients_are_enough(talk):
    talk("MAIL FROM:<a@b.example>")
    assert {talk(f"RCPT TO:<r{number}@b.example>") for number in range(100)} == {"250"}
    assert talk("RCPT TO:<one@too.example>") == "452"


def test_a_letter_line_by_line(talk, message_simulator):
    assert [talk(text) for text in ("EHLO me", "NOOP", "VRFY x", "MAIL FROM:<a@b.example> SIZE=9", "RCPT TO:<c@d.example>")] == ["250", "252", "252", "250", "250"]
    assert talk("DATA") == "354"
    assert talk("Subject: dots\r\n\r\n..one\r\ntwo\r\n.") == "250"
    assert talk("QUIT") == "221"
    [message] = message_simulator.ask("/_messages")
    assert (message["subject"], message["text"].splitlines(), message["to"]) == ("dots", [".one", "two"], "c@d.example")


@pytest.mark.parametrize("method", ["auth_plain", "auth_login"])
def test_everybody_may_log_in(message_simulator, method):
    with smtplib.SMTP("127.0.0.1", message_simulator.smtp_port, timeout=5) as client:
        client.ehlo()
        client.user, client.password = "u", "p"
        name = method.removeprefix("auth_").upper()
        assert client.auth(name, getattr(client, method))[0] == 235


def test_a_client_that_breaks_off_leaves_nothing(message_simulator):
    with socket.create_connection(("127.0.0.1", message_simulator.smtp_port), timeout=5) as connection:
        connection.sendall(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\n")
    with smtplib.SMTP("127.0.0.1", message_simulator.smtp_port, timeout=5) as client:
        assert client.noop()[0] == 252
    assert message_simulator.ask("/_messages") == []


def test_a_letters_html_is_shut_in(message_simulator):
    with smtplib.SMTP("127.0.0.1", message_simulator.smtp_port, timeout=5) as client:
        client.sendmail("a@b.example", ["c@d.example"], f"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{HOSTILE}".encode())
    page = httpx.get(f"{message_simulator.url}/").text
    assert "<script>" not in page
    assert "<iframe sandbox" in page
    letter = httpx.get(f"{message_simulator.url}/_mail/1")
    assert letter.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "img-src data: http: https:;" in letter.headers["Content-Security-Policy"]  # a store's logo is seen
    assert httpx.get(f"{message_simulator.url}/_mail/9").status_code == 404


def test_the_newest_message_comes_first_and_all_can_be_forgotten(message_simulator):
    for text in ("ilk", "son"):
        message_simulator.tell("/v1/sandboxofavdet/sms/send.json?receptor=09121112233&message=" + text, {})
    assert [message["text"] for message in message_simulator.ask("/_messages?to=%2B989121112233")] == ["son", "ilk"]
    page = httpx.get(f"{message_simulator.url}/").text
    assert page.index("son") < page.index("ilk")
    assert "class=sms dir=auto" in page
    httpx.delete(f"{message_simulator.url}/_messages")
    assert message_simulator.ask("/_messages") == []
