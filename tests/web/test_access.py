"""Who may open what: every address of the URL table, for every kind of person, of this store and of another one.

A page that names something of a store's (an order, a product, an account) needs an entry in `OBJECTS`, which makes one that is
alice's; without it these tests fail, so that no page can be added without them.
"""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.objects import OBJECTS, PUBLIC, World, make_world
from tests.web.routes import Route, routes

pytestmark = pytest.mark.django_db

LIBRARIES = ("account/", "api/v1/")
"""Addresses that a library serves, with tests of their own: tests/web/accounts and tests/web/api."""
OURS = [route for route in routes() if not route.pattern.startswith(LIBRARIES)]
STAFF = ("desk", "expert", "accountant", "owner", "support")


@pytest.fixture
def world() -> World:
    return make_world()


def status(client: Client, url: str) -> int:
    """What a page answers; a method that it does not know still means that one was let in."""
    return client.get(url).status_code


def to_sign_in(client: Client, url: str) -> bool:
    answer = client.get(url)
    return answer.status_code == 302 and answer["Location"].startswith("/account/login")


@pytest.mark.parametrize("route", OURS, ids=str)
def test_every_page_says_who_may_open_it(route: Route) -> None:
    assert route.access, f"{route}: put @open_to(…) on {route.view.__name__}"


@pytest.mark.parametrize("route", [route for route in OURS if route.objects], ids=str)
def test_every_page_of_an_object_has_one_to_be_tested_with(route: Route) -> None:
    assert route.pattern in OBJECTS or route.pattern in PUBLIC, f"{route}: add it to tests/web/objects.py"


def closed(*roles: str) -> list[Route]:
    """Routes that are open to none of these roles, nor to anyone."""
    return [route for route in OURS if not {"anyone", *roles} & set(route.access or ())]


@pytest.mark.parametrize("route", closed(), ids=str)
def test_a_stranger_is_sent_to_sign_in(route: Route, world: World) -> None:
    assert to_sign_in(Client(), world.url(route))


@pytest.mark.parametrize("route", closed("signed_in"), ids=str)
def test_a_customer_finds_no_page_of_the_staff(route: Route, world: World) -> None:
    assert status(world.client(world.alice), world.url(route)) == 404


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("route", closed("signed_in"), ids=str)
def test_the_staff_see_what_is_theirs_to_see(route: Route, role: str, world: World) -> None:
    seen = status(world.client(world.staff[role]), world.url(route))
    assert (seen != 404) is (role in (route.access or ())), seen


@pytest.mark.parametrize("route", [route for route in closed("signed_in") if "store" in route.arguments], ids=str)
def test_another_stores_owner_sees_nothing_here(route: Route, world: World) -> None:
    assert status(world.client(world.charlie), world.url(route)) == 404


@pytest.mark.parametrize("route", [route for route in OURS if route.pattern in OBJECTS and "store" in route.arguments], ids=str)
def test_alices_things_are_not_found_under_another_store(route: Route, world: World) -> None:
    assert status(world.client(world.charlie), world.url(route, store=world.other.slug)) == 404


@pytest.mark.parametrize("route", [r for r in OURS if r.pattern in OBJECTS and {"anyone", "signed_in"} & set(r.access or ())], ids=str)
def test_bob_does_not_see_what_is_alices(route: Route, world: World) -> None:
    url = world.url(route)
    assert status(world.client(world.alice), url) != 404
    assert status(world.client(world.bob), url) == 404
    stranger = Client()
    assert status(stranger, url) == 404 or to_sign_in(stranger, url)
