"""Forms that are filled in by somebody who means harm: every form of every page, read from the page itself.

Whatever is sent, the answer is a page that says what is wrong, or a way back; never a fault of ours, and never what was sent,
unescaped.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.test import Client

from tests.web.forms import Form, forms_of
from tests.web.objects import World, a_shop, release, undone, writes
from tests.web.routes import Route, routes

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert('avdet')</script>"
NASTY = f"\u202egnp\u2066{SCRIPT}\r\nBcc: b@example.test"
EVERYWHERE = ("x\0y", str(10**30), f"{NASTY}{'ç' * 6_000}", '"><img src=x onerror=alert(1)>', "//evil.test/")
"""What is written into all the fields of a form at once."""
ALONE = ("-1", NASTY + "😀" * 900)
"""What is written into one field in turn, while the others stand as they were."""
OURS = [route for route in routes() if not route.pattern.startswith("api/v1/") and not route.pattern.startswith("hooks/")]


@pytest.fixture
def _django_db_helper() -> None:
    """The world has a transaction of its own."""


def who(route: Route, world: World) -> Client:
    """Somebody who may open the page."""
    roles = route.access or ("signed_in",)
    if "owner" in roles:
        return world.client(world.staff["owner"])
    return world.client(world.staff["support"] if "support" in roles else world.alice)


def asked(faults: list[str], what: str, ask: Callable[[], Any]) -> Any:
    """An answer, noted where it is a fault of ours, or says what was sent as it was sent."""
    try:
        with undone():
            answer = ask()
            said = b"".join(answer.streaming_content) if answer.streaming else answer.content
            release(answer)
    except Exception as fault:  # whatever it is, it is what we look for
        faults.append(f"{what}: {type(fault).__name__}: {fault}"[:300])
        return None
    if answer.status_code >= 500:
        faults.append(f"{what}: {answer.status_code}")
    as_sent = SCRIPT.encode() in said or b'"><img src=x' in said
    if as_sent and answer.get("Content-Type", "").startswith("text/html"):
        faults.append(f"{what}: reflected")
    location = answer.get("Location", "")
    if location.startswith(("//", "http")) or "\n" in location:
        faults.append(f"{what}: leads to {location}")
    return answer


def forms(client: Client, url: str) -> list[Form]:
    """The forms that are posted from a page."""
    page = client.get(url)
    release(page)
    if page.status_code != 200 or not page.get("Content-Type", "").startswith("text/html"):
        return []
    found = [form for form in forms_of(page.content.decode(), url) if form.method == "post"]
    return [form for form in found if form.action.startswith(url) or "/account/logout" not in form.action]


def forgeries(form: Form) -> Iterator[tuple[str, dict[str, str]]]:
    """(what it is, what is sent)"""
    for value in EVERYWHERE:
        yield f"all={value[:20]!r}", dict.fromkeys(form.names, value)
    for at, name in enumerate(form.names):
        yield name, {**form.fields, name: ALONE[at % 2]}


@pytest.mark.parametrize("route", OURS, ids=str)
def test_whatever_is_written_into_a_form_is_answered(route: Route, world: World) -> None:
    url, faults = route.url(**world.arguments(route)), list[str]()
    for form in forms(who(route, world), url):
        for what, said in forgeries(form):
            asked(faults, f"{form.action} {what}", lambda form=form, said=said: who(route, world).post(form.action, said))
    assert not faults


NESTED = base64.b64encode(b"[" * 100_000).decode()
"""A mark of a list that nests deeper than can be read."""
MARKS = ("after", "before")
"""What names a place in a list."""
QUERY = (
    *MARKS, "q", "category", "show", "lang", "month", "state", "kind", "beyond", "faults", "from", "removed", "next",
    "field", "operator", "pattern", "traits", "page", "due", "payment", "source", "carrier", "column", "sort", "day", "since",
    "until", "view", "tab", "number", "year", "placed_from", "placed_to", "country", "to", "days", "clause", "product", "overridden",
)  # fmt: skip


@pytest.mark.parametrize("route", OURS, ids=str)
def test_whatever_is_asked_for_is_answered(route: Route, world: World) -> None:
    url, faults = route.url(**world.arguments(route)), list[str]()
    sent = [dict.fromkeys(QUERY, value) for value in ("x\0y", str(10**30), NASTY, "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk")]
    for said in (*sent, dict.fromkeys(MARKS, NESTED)):
        asked(faults, f"{url}?{said['after'][:20]!r}", lambda said=said: who(route, world).get(url, said))
    assert not faults


def test_a_character_of_code_nought_is_refused_in_addresses_and_forms(world: World) -> None:
    store = world.store.slug
    for url in (f"/{store}/orders/%00/", f"/{store}/products/?q=%00", f"/{store}/studio/products/a%00b/"):
        assert world.owner.get(url).status_code == 400
    assert world.owner.post(f"/{store}/studio/tokens/", {"name": "a\0b", "scope": "orders:read"}).status_code == 400


def test_pages_about_a_person_are_kept_by_nobody(world: World) -> None:
    for client, url in ((world.client(world.alice), f"/{world.store.slug}/account/"), (world.owner, f"/{world.store.slug}/studio/staff/")):
        assert client.get(url)["Cache-Control"] == "private, no-store"
    assert Client().get(f"/{world.store.slug}/terms/?lang=tr")["Cache-Control"] == "private, no-cache"


def test_metrics_take_a_token_of_any_letters(world: World, settings: Any) -> None:
    settings.METRICS_TOKEN = "şifre"
    assert world.client().get("/metrics", headers={"Authorization": "Bearer çok"}).status_code == 403


def test_messages_whose_length_is_no_figure_are_too_long(world: World) -> None:
    url = f"/hooks/{world.store.slug}/woocommerce/{a_shop(world).pk}/"
    for said in ("abc", "-5", "١٢", "9" * 40):
        assert world.client().post(url, b"{}", content_type="application/json", CONTENT_LENGTH=said).status_code == 413


def test_forms_without_their_token_change_nothing(world: World) -> None:
    for route in OURS:
        with undone():
            url, client = route.url(**world.arguments(route)), who(route, world)
            client.handler.enforce_csrf_checks = True
            with writes() as changed:
                assert client.post(url, {"remove": "1", "name": "x"}).status_code in (403, 405), route
            assert not changed, route


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "head", "trace"])
def test_methods_that_no_form_knows_change_nothing(method: str, world: World) -> None:
    faults = list[str]()
    for route in OURS:
        with undone():
            url = route.url(**world.arguments(route))
            with writes() as changed:
                asked(faults, f"{method} {url}", partial(getattr(who(route, world), method), url))
            faults += [f"{method} {url} changed {each}" for each in changed if "people_customer" not in each]
    assert not faults


@pytest.mark.parametrize("host", ["evil.test", "fetrashop.evil.test:80", "127.0.0.1\r\nX: y", "127.0.0.1@evil.test"])
def test_another_host_is_not_answered_for(host: str, world: World) -> None:
    assert world.client().get(f"/{world.store.slug}/", headers={"Host": host}).status_code == 400


def test_what_a_proxy_would_say_is_not_believed_without_one(world: World) -> None:
    said = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
    answer = world.owner.get(f"/{world.store.slug}/studio/staff/", headers=said)
    assert b"evil.test" not in answer.content
    assert world.client().get("/metrics", headers=said).status_code == 403


@pytest.mark.parametrize("onward", ["//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "/\r\nX: y"])
def test_nobody_is_sent_to_another_site(onward: str, world: World) -> None:
    said = {"login": world.bob.email, "password": "open sesame 1", "next": onward}
    answer = world.client().post("/account/login/", said)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))
    assert "evil" not in answer["Location"]


def test_a_rubbish_language_is_the_stores_own(world: World) -> None:
    client = world.client()
    client.cookies["language"] = "xx<script>"
    answer = client.get(f"/{world.store.slug}/?lang=%0d%0aSet-Cookie:+a=b")
    assert (answer.status_code, answer["Content-Language"], "language" in answer.cookies) == (200, "fa", False)


def test_a_form_of_five_million_bytes_is_refused(world: World) -> None:
    answer = world.owner.post(f"/{world.store.slug}/studio/texts/", b"a=" + b"x" * 5_000_001, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413)


def test_a_shops_keys_are_not_told_to_another_shop(world: World) -> None:
    shop, url = a_shop(world), f"/{world.store.slug}/studio/connections/woocommerce/"
    assert world.owner.post(url, {"url": "https://evil.example", "unit": "IRR"}).status_code == 422
    shop.refresh_from_db()
    assert shop.url == "https://shop.example"
    assert world.owner.post(url, {"url": "https://shop.example/new", "unit": "IRR"}).status_code == 302
