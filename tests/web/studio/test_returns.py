"""The ways back, as a store's owner sets them."""

from __future__ import annotations

import pytest
from django.test import Client

from avdet.core.periods import OURS
from avdet.records.stores.models import Store, StoreEvent
from avdet.workflows.cases.our_deadline import length_of
from avdet.workflows.goods.return_ways import allowed, return_address
from tests.factories import make_staff, make_store

pytestmark = pytest.mark.django_db
HERE = "/fetrashop/studio/returns/"


@pytest.fixture
def shop(client: Client) -> Store:
    store = make_store()
    client.force_login(make_staff(store, "owner"))
    return store


def test_who_owns_nothing_here_finds_no_such_page(shop: Store, client: Client) -> None:
    client.force_login(make_staff(shop, "expert"))
    assert client.get(HERE).status_code == 404


@pytest.mark.parametrize("said", [{}, {"way": "pigeon"}, {"way": "post", "note-post-fa": "x" * 401}, {"way": "post", "address-fa": "x" * 601}, {"way": "post", "pay_days": "61"}, {"way": "post", "pay_days": "soon"}, {"way": "post", "answer_days": "0"}, {"way": "post", "choose_days": "61"}, {"way": "post", "second_approval": "much"}, {"way": "post", "second_approval": "-1"}, {"way": "post", "second_approval": "9" * 19}])
def test_what_cannot_be_kept_is_refused_and_stands_in_the_form(said: dict[str, str], shop: Store, client: Client) -> None:
    answer = client.post(HERE, said)
    shop.refresh_from_db()
    assert (answer.status_code, shop.returns) == (422, {})
    assert all(text in answer.content.decode() for name, text in said.items() if name != "way")


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_it_is_kept_with_who_changed_it(language: str, shop: Store, client: Client) -> None:
    client.cookies["language"] = language
    assert client.get(HERE).status_code == 200
    said = {"way": ["post", "in_person"], "place-in_person": ["karaj", "paris"], "note-post-fa": " با  بیمه ", "address-fa": "تهران\r\nولیعصر", "pay_days": "۷", "answer_days": "2"}
    assert client.post(HERE, said).status_code == 302
    shop.refresh_from_db()
    post, in_person = allowed(shop)
    assert (post.key, post.notes, in_person.places) == ("post", {"fa": "با بیمه"}, ("karaj",))
    assert [length_of(shop, kind).length for kind in ("pay_by", "store_by", "choose_by")] == [7, 2, OURS["choose_by"].length]
    assert return_address(shop, "en") == "تهران\nولیعصر"
    assert StoreEvent.objects.get(store=shop).facts["field"] == "returns"
    page = client.get(HERE).content.decode()
    assert 'value="karaj" checked' in page
    assert 'value="tipax" checked' not in page
