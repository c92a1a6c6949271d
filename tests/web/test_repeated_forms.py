"""Forms that come twice, in the wrong letters, from an older page, or with another store's session: every form of every page.

A second time changes nothing more or is answered in words; what cannot be read is refused; nothing is ever a fault of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from avdet.records.orders.models import Order
from avdet.records.outbox.models import Notice
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import Refund
from avdet.records.stores.invitations import LASTS, invite
from tests.factories import make_order
from tests.web.forms import Form
from tests.web.objects import SYSTEM, World, release, undone, writes
from tests.web.routes import Route
from tests.web.test_hostile_forms import OURS, asked, forms, who

pytestmark = pytest.mark.django_db

URLENCODED = "application/x-www-form-urlencoded"
WORDS = "naïve گربه\u202e şifre"


@pytest.fixture
def _django_db_helper() -> None:
    """The world has a transaction of its own."""


def doors(route: Route, world: World) -> Iterator[Form]:
    """The forms of a page, each once."""
    seen = set[str]()
    for form in forms(who(route, world), route.url(**world.arguments(route))):
        if form.action not in seen:
            seen.add(form.action)
            yield form


def effects() -> tuple[int, ...]:
    """What must not happen twice: an order, money in, money out."""
    return Order.objects.count(), Payment.objects.count(), Refund.objects.count()


@pytest.mark.parametrize("route", OURS, ids=str)
def test_a_form_that_is_sent_twice_does_its_work_once_at_most(route: Route, world: World) -> None:
    """A double click, and the page of another tab: the very same form twice, then the page again."""
    faults = list[str]()
    for form in doors(route, world):
        with undone():
            client, before = who(route, world), effects()
            for time in ("once", "twice"):
                answer = client.post(form.action, form.fields)
                release(answer)
                if answer.status_code >= 500:
                    faults.append(f"{form.action} {time}: {answer.status_code}")
            grown = [now - was for was, now in zip(before, effects(), strict=True)]
            if max(grown) > 1:
                faults.append(f"{form.action} twice made {grown}")
    assert not faults


def bodies(form: Form) -> Iterator[tuple[str, str, bytes]]:
    """(what it is, how it calls itself, what is sent): letters that are not what they say."""
    said = "&".join(f"{name}={WORDS}" for name in form.names)
    yield "UTF-16", f"{URLENCODED}; charset=utf-16", said.encode("utf-16")
    yield "Latin-1", f"{URLENCODED}; charset=iso-8859-1", said.encode("latin-1", "replace")
    yield "no such letters", f"{URLENCODED}; charset=x-none", said.encode()
    yield "broken UTF-8", URLENCODED, "&".join(f"{name}=" for name in form.names).encode() + b"\xff\xfe\xc3("
    yield "broken escapes", URLENCODED, "&".join(f"{name}=%ff%C3%28%zz%" for name in form.names).encode()
    yield "parts without an end", "multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'
    yield "parts without a mark", "multipart/form-data", b"a=b"
    yield "a mark that is none", "multipart/form-data; boundary=\xc3\xa7", b"--\xc3\xa7\r\n"
    yield "parts in code", "multipart/form-data; boundary=x", (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--'
    )
    yield "JSON", "application/json", b'{"a": "\xff"}'
    yield "another kind", "text/\r\nX: y", b"a=b"


@pytest.mark.parametrize("route", OURS, ids=str)
def test_letters_that_cannot_be_read_are_answered(route: Route, world: World) -> None:
    faults = list[str]()
    for form in doors(route, world):
        for what, kind, body in bodies(form):
            asked(
                faults, f"{form.action} {what}",
                lambda form=form, kind=kind, body=body: who(route, world).generic("POST", form.action, body, content_type=kind),
            )  # fmt: skip
    assert not faults


@pytest.mark.parametrize("name", ["X-Forwarded-For", "User-Agent", "Referer", "Accept-Language", "X-Request-ID", "Cookie", "Authorization"])
@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b=c", "\u202egnp", "ı" * 5_000, "%00", "'; --", ",;=,;q=x"])
def test_a_header_is_neither_believed_nor_broken_over(name: str, value: str, world: World) -> None:
    for url in (f"/{world.store.slug}/", "/account/login/", f"/{world.store.slug}/find/", "/api/v1/orders"):
        answer = Client().get(url, headers={name: value.encode().decode("latin-1")})
        assert answer.status_code < 500
        assert "\n" not in "".join(f"{key}{said}" for key, said in answer.items())
        assert "b" not in answer.cookies


# ---- what belongs to somebody else, or to yesterday ------------------------------------------------------------------


def test_a_guests_session_of_one_store_opens_nothing_of_another(world: World) -> None:
    theirs = make_order(world.other, number=world.order.number, contact=world.order.contact)
    guest = world.client()
    code = asked_for(guest, world)
    assert guest.post(f"/{world.other.slug}/find/code/", {"code": code})["Location"] == f"/{world.other.slug}/find/"
    assert guest.get(f"/{world.other.slug}/orders/{theirs.number}/").status_code in (302, 404)
    assert guest.post(f"/{world.store.slug}/find/code/", {"code": code}).status_code == 302
    assert guest.get(f"/{world.store.slug}/orders/{world.order.number}/").status_code == 200
    assert guest.get(f"/{world.other.slug}/orders/{theirs.number}/").status_code in (302, 404)


def asked_for(guest: Client, world: World) -> str:
    """The code that a guest asked for."""
    said = {"order_number": world.order.number, "login": world.order.contact["email"]}
    assert guest.post(f"/{world.store.slug}/find/", said).status_code == 302
    return str(Notice.objects.filter(kind="guest_code").latest("pk").values["code"])


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """From now on it is so much later."""
    ahead = timezone.now() + by
    monkeypatch.setattr(timezone, "now", lambda: ahead)
    monkeypatch.setattr("time.time", ahead.timestamp)


def test_a_guests_code_and_what_it_opened_lapse(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    early, late, page = world.client(), world.client(), f"/{world.store.slug}/orders/{world.order.number}/"
    early.post(f"/{world.store.slug}/find/code/", {"code": asked_for(early, world)})
    code = asked_for(late, world)
    assert early.get(page).status_code == 200
    later(monkeypatch, timedelta(minutes=11))
    assert late.post(f"/{world.store.slug}/find/code/", {"code": code}).status_code == 422
    later(monkeypatch, timedelta(days=1, minutes=1))
    assert early.get(page).status_code in (302, 404)


def test_an_invitation_lapses_is_withdrawn_and_is_used_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bob, links = world.client(world.bob), list[str]()
    for _ in range(2):
        token = invite(world.store, "desk", "bob@example.test", actor=SYSTEM, now=timezone.now())[1]
        links.append(f"/{world.store.slug}/studio/invitations/{token}/")
    elsewhere = links[0].replace(world.store.slug, world.other.slug)
    assert [bob.post(elsewhere).status_code, bob.get(elsewhere).status_code] == [404, 404]
    assert [bob.post(links[1]).status_code, bob.post(links[1]).status_code] == [302, 404]
    later(monkeypatch, LASTS)
    with writes() as changed:
        assert [bob.get(links[0]).status_code, bob.post(links[0]).status_code] == [404, 404]
    assert not changed


def test_a_code_for_a_forgotten_password_lapses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client()
    step = client.post("/account/password/reset/", {"login": world.bob.email})["Location"]
    code = Notice.objects.filter(kind="sign_in_code").latest("pk").values["code"]
    later(monkeypatch, timedelta(minutes=11))
    answer: Any = client.post(step, {"code": code})
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 302)


def test_a_form_of_before_the_sign_out_changes_nothing(world: World) -> None:
    """The other tab still shows the form, and its reader has signed out."""
    url = f"/{world.store.slug}/account/"
    tab: Callable[..., Any] = Client().post
    with undone(), writes() as changed:
        assert tab(url, {"name": "Mallory", "language": "fa"}).status_code in (302, 403)
    assert not changed
