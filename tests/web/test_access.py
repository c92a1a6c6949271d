"""Who may open what: every address of the URL table, for every kind of person, of this store and of another one.

A page that names something of a store's (an order, a product, an account) needs an entry in `tests/web/objects.py`, which makes
one that is alice's; without it these tests fail, so that no page can be added without them. Each is opened and posted to: what
is sent by the wrong person changes nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from avdet.records.people.models import User
from tests.web.objects import SENT, STAFF, World, is_alices, maker, release, undone, writes
from tests.web.routes import Route, routes

pytestmark = pytest.mark.django_db

LIBRARIES = ("account/", "api/v1/")
"""Addresses that a library serves, or that know tokens instead of people: tests/web/accounts and tests/web/api look at them."""
OURS = [route for route in routes() if not route.pattern.startswith(LIBRARIES)]
OPEN = {"anyone", "signed_in"}
CLOSED = [route for route in OURS if not OPEN & set(route.access or ())]
"""Pages of the staff."""
ONES_OWN = [route for route in OURS if OPEN & set(route.access or ()) and is_alices(route)]
"""Pages of something that is somebody's."""


@pytest.fixture
def _django_db_helper() -> None:
    """The world has a transaction of its own."""


def test_every_page_says_who_may_open_it() -> None:
    silent = [str(route) for route in OURS if not route.access]
    assert not silent, f"put @open_to(…) on the views of {silent}"


def test_every_page_of_an_object_has_one_to_be_tested_with() -> None:
    without = [str(route) for route in OURS if route.objects and maker(route) is None]
    assert not without, f"add to tests/web/objects.py: {without}"


def is_shut(answer: HttpResponseBase) -> bool:
    """Not there, asked to sign in, or a way of asking that nobody has here."""
    return answer.status_code in (404, 405) or (answer.status_code == 302 and answer["Location"].startswith("/account/login"))


def tried(client: Client, url: str, route: Route) -> Any:
    """What opening a page comes to, and posting to it a form that is all but empty: (answer, statements that changed something)."""
    for ask, said in ((client.get, {}), (client.post, SENT.get(route.pattern, {}))):
        with undone(), writes() as changed:
            answer = ask(url, said)
            release(answer)
        yield answer, changed


def refused(client: Client, url: str, route: Route, *, back: bool = False) -> list[str]:
    """Why somebody was not kept out: nothing, if they were.

    `back`: being led to one's own pages, or told that the form is wrong before anything is looked for, is as good.
    """
    faults = []
    for answer, changed in tried(client, url, route):
        method = answer.wsgi_request.method
        if not is_shut(answer) and not (back and (answer.status_code, method) in ((302, "GET"), (302, "POST"), (422, "POST"))):
            faults.append(f"{method} → {answer.status_code}")
        if [statement for statement in changed if "people_customer" not in statement]:  # a visitor of a store becomes known there
            faults.append(f"{method} changed {changed}")
    return faults


def let_in(client: Client, url: str, route: Route) -> list[str]:
    """Why somebody was kept out: nothing, if they were not. The rightful one's empty form is no fault of ours either."""
    answers = [answer for answer, _ in tried(client, url, route)]
    methods = [(answer.wsgi_request.method, answer.status_code) for answer in answers]
    return [] if not is_shut(answers[0]) or not is_shut(answers[1]) else [str(methods)]


def others(world: World) -> dict[str, User | None]:
    """Everybody who is neither alice nor on the staff of her store."""
    return {"a stranger": None, "bob": world.bob, "charlie": world.charlie}


@pytest.mark.parametrize("route", CLOSED, ids=str)
def test_the_staff_see_what_is_theirs_and_nobody_else_does(route: Route, world: World) -> None:
    url = route.url(**world.arguments(route))
    roles = set(route.access or ())
    faults = {role: (let_in if role in roles else refused)(world.client(world.staff[role]), url, route) for role in STAFF}
    faults |= {name: refused(world.client(user), url, route) for name, user in (others(world) | {"alice": world.alice}).items()}
    assert not {name: fault for name, fault in faults.items() if fault}


@pytest.mark.parametrize("route", ONES_OWN, ids=str)
def test_what_is_alices_is_seen_by_her_alone(route: Route, world: World) -> None:
    url = route.url(**world.arguments(route))
    faults = {name: refused(world.client(user), url, route, back=True) for name, user in (others(world) | world.staff).items()}
    faults["alice"] = let_in(world.client(world.alice), url, route)
    assert not {name: fault for name, fault in faults.items() if fault}


@pytest.mark.parametrize("route", [route for route in OURS if is_alices(route) and "store" in route.arguments], ids=str)
def test_her_things_are_not_found_under_another_store(route: Route, world: World) -> None:
    url = route.url(**{**world.arguments(route), "store": world.other.slug})
    people = {"charlie": world.charlie, "alice": world.alice, "support": world.staff["support"]}
    faults = {name: refused(world.client(user), url, route, back=True) for name, user in people.items()}
    assert not {name: fault for name, fault in faults.items() if fault}


@pytest.mark.parametrize("route", [route for route in OURS if OPEN & set(route.access or ()) and not is_alices(route)], ids=str)
def test_open_pages_open_or_ask_to_sign_in(route: Route, world: World) -> None:
    url = route.url(**world.arguments(route))
    stranger = [answer for answer, _ in tried(Client(), url, route)]
    if "anyone" in (route.access or ()):
        assert not any(answer["Location"].startswith("/account/login") for answer in stranger if answer.status_code == 302)
    else:
        assert all(is_shut(answer) for answer in stranger)
    assert all(answer.status_code < 500 for answer, _ in tried(world.client(world.bob), url, route))
