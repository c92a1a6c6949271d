"""Messages through Apprise against the message simulator, over real SMTP and HTTP."""

import logging

import pytest

from avdet.adapters.notices.apprise_notices import AppriseMessenger
from avdet.core.errors import AvdetError
from avdet.ports.notices import Failed, Notice, Sent
from avdet.simulators.messages.post_office import API_KEY, PASSWORD, USER_CODE

LETTER = Notice(
    "email",
    "zahra@example.com",
    "سفارش شما رسید.\nسپاس",
    "fa",
    "notice-1",
    subject="سفارش ۱۲۳ — رسید",
    html="<p>سفارش شما <b>رسید</b>.</p>",
)
TURKISH = Notice("sms", "+905321112233", "Siparişiniz yola çıktı: ğüşıöç", "tr", "notice-2")
PERSIAN = Notice("sms", "+989121112233", "سفارش شما در راه است", "fa", "notice-3")


@pytest.fixture
def mail(message_simulator):
    return AppriseMessenger(f"mailto://127.0.0.1:{message_simulator.smtp_port}?from=shop@fetrashop.example&name=Fetrashop&mode=insecure")


@pytest.fixture
def netgsm(message_simulator):
    return AppriseMessenger(f"netgsm://{USER_CODE}:{PASSWORD}@OFISKUTUM", base_url=message_simulator.url)


@pytest.fixture
def kavenegar(message_simulator):
    return AppriseMessenger(f"kavenegar://2000500666@{API_KEY}", base_url=message_simulator.url)


@pytest.mark.parametrize("recipient", ["", "nobody", "a@b.example,c@d.example", "a@b.example\r\nBcc: c@d.example", "a b@c.example"])
def test_what_is_no_mailbox_is_refused_for_good(mail, message_simulator, recipient):
    answer = mail.send(Notice("email", recipient, "text", "tr", "k", subject="s"))
    assert answer == Failed("the recipient is no email address", permanent=True)
    assert message_simulator.ask("/_messages") == []


@pytest.mark.parametrize("recipient", ["05321112233", "+90", "+90532111223a", "+905321112233,+905321112244"])
def test_what_is_no_mobile_number_is_refused_for_good(netgsm, recipient):
    assert netgsm.send(Notice("sms", recipient, "text", "tr", "k")).permanent


@pytest.mark.parametrize("url", ["mailto://", "netgsm://x", "kavenegar://!", "nonsense://x", ""])
def test_an_address_that_cannot_be_used_is_named(url):
    with pytest.raises(AvdetError, match="cannot be used"):
        AppriseMessenger(url).check()
    assert AppriseMessenger(url).send(TURKISH) == Failed("this address for messages cannot be used", permanent=False)


def test_a_server_that_is_not_there_may_be_tried_again():
    answer = AppriseMessenger("mailto://127.0.0.1:1?from=a@b.example&mode=insecure").send(LETTER)
    assert isinstance(answer, Failed)
    assert not answer.permanent
    assert AppriseMessenger("netgsm://u:p@H", base_url="http://127.0.0.1:1").send(TURKISH) == Failed("NetGSM answered nothing", False)
    assert AppriseMessenger(f"kavenegar://{API_KEY}", base_url="http://127.0.0.1:1").send(PERSIAN) == Failed(
        "Kavenegar answered nothing", False
    )


@pytest.mark.parametrize(("code", "permanent"), [("550", True), ("451", False)])
def test_a_refused_letter_says_whether_for_good(mail, message_simulator, code, permanent):
    message_simulator.faults(refuse=code)
    assert mail.send(LETTER) == Failed(f"the mail server refused it: {code}", permanent)


def test_a_letter_put_off_is_sent_later(mail, message_simulator):
    message_simulator.faults(http_500=1)
    assert mail.send(LETTER) == Failed("the mail server refused it: 451", permanent=False)
    assert isinstance(mail.send(LETTER), Sent)


def test_a_letter_whose_receipt_was_lost_is_known_by_its_id(mail, message_simulator):
    message_simulator.faults(timeout_after_success=1)
    assert mail.send(LETTER) == Failed("the mail server refused it: no answer", permanent=False)
    assert isinstance(mail.send(LETTER), Sent)
    first, second = message_simulator.ask("/_messages")
    assert first["reference"] == second["reference"]


@pytest.mark.parametrize(("code", "permanent"), [("30", True), ("40", True), ("70", True), ("80", False)])
def test_netgsms_refusals(netgsm, message_simulator, code, permanent):
    message_simulator.faults(refuse=code)
    assert netgsm.send(TURKISH) == Failed(f"NetGSM answered {code}", permanent)


@pytest.mark.parametrize(("code", "permanent"), [("411", True), ("418", False), ("403", False)])
def test_kavenegars_refusals(kavenegar, message_simulator, code, permanent):
    message_simulator.faults(refuse=code)
    assert kavenegar.send(PERSIAN) == Failed(f"Kavenegar answered {code}", permanent)


def test_wrong_credentials_are_refused(message_simulator):
    assert AppriseMessenger("netgsm://u:p@H", base_url=message_simulator.url).send(TURKISH) == Failed("NetGSM answered 30", True)
    stranger = AppriseMessenger("kavenegar://abc", base_url=message_simulator.url)
    assert stranger.send(PERSIAN) == Failed("Kavenegar answered 403", False)


def test_a_persian_letter_runs_from_right_to_left(mail, message_simulator):
    mail.check()
    sent = mail.send(LETTER)
    assert isinstance(sent, Sent)
    [message] = message_simulator.ask("/_messages?to=zahra@example.com")
    assert message["reference"] == sent.reference
    assert message["subject"] == LETTER.subject
    assert message["text"].splitlines() == LETTER.text.splitlines()
    assert '<html lang="fa" dir="rtl">' in message["html"]
    assert LETTER.html in message["html"]


def test_a_letter_without_html_is_plain(mail, message_simulator):
    mail.send(Notice("email", "a@b.example", "Merhaba\n.\n..son", "tr", "k", subject="satır\nBcc: x@y.example"))
    [message] = message_simulator.ask("/_messages")
    assert message["text"].splitlines() == ["Merhaba", ".", "..son"]
    assert (message["html"], message["subject"], message["to"]) == ("", "satır Bcc: x@y.example", "a@b.example")


def test_turkish_and_persian_texts_arrive_whole(netgsm, kavenegar, message_simulator):
    assert netgsm.send(TURKISH).reference.startswith("1737")
    assert kavenegar.send(PERSIAN) == Sent("2")
    persian, turkish = message_simulator.ask("/_messages")
    assert (turkish["to"], turkish["text"], turkish["sender"]) == (TURKISH.recipient, TURKISH.text, "OFISKUTUM")
    assert (persian["to"], persian["text"], persian["sender"]) == (PERSIAN.recipient, PERSIAN.text, "2000500666")


@pytest.fixture
def root_log():
    """What reaches the root's handlers. pytest's own `caplog` also listens to loggers that pass nothing on."""
    said = []
    handler = logging.Handler(logging.DEBUG)
    handler.emit = lambda record: said.append(record.getMessage())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("fault", ["", "550", "411", "80"])
def test_neither_recipient_nor_words_are_logged(mail, kavenegar, netgsm, message_simulator, root_log, fault):
    for messenger, notice in ((mail, LETTER), (kavenegar, PERSIAN), (netgsm, TURKISH)):
        if fault:
            message_simulator.faults(refuse=fault)
        messenger.send(notice)
    assert root_log != []
    for secret in ("zahra", "9121112233", "5321112233", "سفارش", "Siparişiniz"):
        assert [line for line in root_log if secret in line] == []
