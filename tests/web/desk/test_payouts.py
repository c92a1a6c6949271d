"""The accountant's pages: who sees them, what they refuse, and a batch from the due list to the bank's answer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from avdet.records.payouts.due import due_counts
from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.people.models import User
from avdet.records.refunds.models import Goodwill, Refund
from avdet.records.stores.models import Store
from avdet.workflows.money.make_batch import make_batch
from tests.factories import make_staff, make_store
from tests.workflows.money import MACHINE, order_of, pay
from tests.workflows.payouts import OWN_IBAN, account_of, due_refund, exported, iban, paying_store, released, told, two_people

pytestmark = pytest.mark.django_db
HERE = "/fetrashop/desk/payouts"


@pytest.fixture
def store(db: None) -> Store:
    return paying_store()


@pytest.fixture
def people(store: Store) -> tuple[User, User]:
    return two_people(store)


@pytest.fixture
def accountant(client: Client, people: tuple[User, User]) -> Client:
    client.force_login(people[0])
    return client


@pytest.fixture
def owner(people: tuple[User, User]) -> Client:
    made = Client()
    made.force_login(people[1])
    return made


def do(client: Client, batch: PayoutBatch, name: str, **fields: Any) -> Any:
    fresh = PayoutBatch.objects.get(pk=batch.pk)
    return client.post(f"{HERE}/batches/{batch.number}/do/{name}/", {"revision": fresh.revision, **fields})


def give(client: Client, content: bytes, name: str = "answer.xml") -> Any:
    return client.post(f"{HERE}/answers/", {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("role", ["desk", "expert"])
def test_who_does_not_keep_the_money_finds_no_such_page(role: str, client: Client, store: Store) -> None:
    batch = released(store, [due_refund(store)])
    client.force_login(make_staff(store, role))
    for path in ("/", "/batches/", f"/batches/{batch.number}/", "/account/"):
        assert client.get(HERE + path).status_code == 404
    assert do(client, batch, "xml").status_code == 404
    assert give(client, told(batch, "ACSC")).status_code == 404


def test_only_the_owner_changes_the_account_that_pays(accountant: Client) -> None:
    assert accountant.get(f"{HERE}/account/").status_code == 404
    assert accountant.post(f"{HERE}/account/", {"iban": iban(), "holder": "x"}).status_code == 404


def test_a_batch_of_another_store_is_none_here(accountant: Client) -> None:
    other = paying_store("offykala")
    batch = released(other, [due_refund(other)])
    assert accountant.get(f"{HERE}/batches/{batch.number}/").status_code == 404
    assert do(accountant, batch, "xml").status_code == 404
    assert accountant.get(f"{HERE}/batches/{10**12}/").status_code == 404


@pytest.mark.parametrize("said", [{}, {"refund": "x"}, {"refund": "9" * 18}, {"pay_on": "2020-01-01"}, {"pay_on": "soon"}])
def test_what_makes_no_batch_is_said(said: dict[str, str], accountant: Client, store: Store) -> None:
    fields = {"refund": str(due_refund(store).pk)} | said if "pay_on" in said else said
    assert accountant.post(f"{HERE}/", fields).status_code in (409, 422)
    assert not PayoutBatch.objects.exists()


def test_who_approved_is_not_offered_the_release_and_cannot_forge_it(accountant: Client, owner: Client, store: Store) -> None:
    accountant.post(f"{HERE}/", {"refund": str(due_refund(store).pk)})
    PayoutBatch.objects.update(pay_on=timezone.now().date() - timedelta(days=3))
    assert accountant.get(f"{HERE}/batches/1/").context["day_over"]
    batch = PayoutBatch.objects.get()
    assert do(accountant, batch, "approve").status_code == 302
    assert not accountant.get(f"{HERE}/batches/1/").context["day_over"]
    assert "release" not in dict(accountant.get(f"{HERE}/batches/1/").context["moves"])
    assert do(accountant, batch, "release").status_code == 422
    assert owner.post(f"{HERE}/batches/1/do/release/", {"revision": "0"}).status_code == 409
    assert do(owner, batch, "release").status_code == 302
    assert Refund.objects.get().state == "sending"


def test_a_batch_goes_its_whole_way(accountant: Client, owner: Client, store: Store) -> None:
    refunds = [due_refund(store), due_refund(store)]
    accountant.post(f"{HERE}/", {"refund": [str(each.pk) for each in refunds]})
    batch = PayoutBatch.objects.get()
    line = PayoutLine.objects.last()
    assert line is not None
    assert do(accountant, batch, "take_out", line=str(line.pk)).status_code == 302
    assert do(accountant, batch, "take_out", line="999").status_code == 422
    assert do(accountant, batch, "xml").status_code == 422
    do(accountant, batch, "approve")
    do(owner, batch, "release")
    file = do(accountant, batch, "xml")
    assert (file["Content-Type"], file["Cache-Control"]) == ("application/xml", "private, no-store")
    assert file.content.count(b"<EndToEndId>") == 1
    assert do(accountant, batch, "csv").content.startswith(b"\xef\xbb\xbfreference,iban")
    assert do(accountant, batch, "void", why="x").status_code == 422
    shown = give(accountant, told(PayoutBatch.objects.get(), "ACSC"))
    assert (shown.status_code, shown.context["reading"].findings) == (200, [])
    assert Refund.objects.get(pk=refunds[0].pk).state == "confirmed"
    assert PayoutBatch.objects.get().state == "settled"
    assert accountant.get(f"{HERE}/batches/1/").context["moves"]


def test_a_batch_is_voided_for_a_reason(accountant: Client, store: Store) -> None:
    batch = released(store, [due_refund(store)])
    assert do(accountant, batch, "void").status_code == 422
    assert do(accountant, batch, "void", why="the wrong day").status_code == 302
    assert len(accountant.get(f"{HERE}/").context["rows"]) == 1


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Document>&b;</Document>'
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Document>&e;</Document>'


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"<", BOMB, XXE, b"<html/>", b"GIF89a", b'<?xml version="1.0" encoding="x-none"?><a/>', b"a;b\n1;2\n"])
def test_hostile_files_are_refused_and_nothing_moves(content: bytes, accountant: Client, store: Store) -> None:
    exported(store, [due_refund(store)])
    answer = give(accountant, content)
    assert answer.status_code == 422
    assert b"root:" not in answer.content
    assert Refund.objects.get().state == "sending"


def test_a_file_of_fifty_megabytes_is_not_read(accountant: Client) -> None:
    assert give(accountant, b"<" + b"x" * 6_000_000).status_code == 422
    assert accountant.post(f"{HERE}/answers/").status_code == 422


@pytest.mark.parametrize(
    ("table", "says"),
    [("a;b\n1;2\n", "ردیف ۱: فایل ستون‌های مرجع"), ("reference;amount;status\nX;one;settled\n", "ردیف ۲: "), ("مرجع;مبلغ;وضعیت\nX;۱;perhaps\n", "نتیجهٔ انتقال نیست")],
)  # fmt: skip
def test_what_is_wrong_with_a_banks_file_is_said_in_the_readers_language(table: str, says: str, accountant: Client) -> None:
    accountant.cookies["language"] = "fa"
    answer = give(accountant, table.encode(), "answer.csv")
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_findings_are_shown_beside_their_transfers(accountant: Client, store: Store) -> None:
    batch = exported(store, [due_refund(store)])
    other = told(batch, "ACSC").replace(b"-1<", b"-7<")
    shown = give(accountant, other)
    assert [each.kind for each in shown.context["reading"].findings] == ["unknown_line"]
    assert accountant.get("/fetrashop/desk/findings/").context["rows"]


def test_one_iban_of_many_customers_is_pointed_out_and_paid_all_the_same(accountant: Client, store: Store) -> None:
    same = iban()
    refunds = [due_refund(store, number=same) for _ in range(3)]
    assert [row["shared"] for row in accountant.get(f"{HERE}/").context["rows"]] == [3, 3, 3]
    batch = released(store, refunds)
    assert [shared for _, _, shared in accountant.get(f"{HERE}/batches/{batch.number}/").context["lines"]] == [3, 3, 3]


def test_the_due_list_begins_with_what_is_due_first_and_is_read_page_by_page(accountant: Client, store: Store, monkeypatch: Any) -> None:
    from avdet.records.payouts.due import due_page
    from avdet.web.desk import payouts

    now = timezone.now()
    late, early, without = (due_refund(store, 1_000 * n) for n in (3, 2, 1))
    Refund.objects.filter(pk=late.pk).update(due_by=now + timedelta(days=9))
    Refund.objects.filter(pk=early.pk).update(due_by=now - timedelta(days=1))
    Refund.objects.filter(pk=without.pk).update(granted_at=now, due_by=None)
    monkeypatch.setattr(payouts, "due_page", lambda *said, **named: due_page(*said, **named, size=2))
    first = accountant.get(f"{HERE}/")
    assert [row["refund"].pk for row in first.context["rows"]] == [early.pk, without.pk]
    assert [row["late"] for row in first.context["rows"]] == [True, False]
    second = accountant.get(first.context["older"])
    assert [row["refund"].pk for row in second.context["rows"]] == [late.pk]
    assert [row["refund"].pk for row in accountant.get(f"{HERE}/?show=overdue").context["rows"]] == [early.pk]
    assert accountant.get(f"{HERE}/?after=junk").status_code == 200
    assert [tuple(each) for each in first.context["totals"]] == [("IRR", 3, 6_000)]


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_each_page_opens_in_each_language(language: str, accountant: Client, owner: Client, store: Store) -> None:
    batch = exported(store, [due_refund(store)])
    due_refund(store)
    give(accountant, told(batch, ("RJCT", "AC04")))
    for client in (accountant, owner):
        client.cookies["language"] = language
    for path in ("", "?show=overdue", "?show=cards", "?show=waiting", "batches/", f"batches/{batch.number}/"):
        assert accountant.get(f"{HERE}/{path}").status_code == 200
    assert owner.get(f"{HERE}/account/").status_code == 200


def test_pages_cost_the_same_however_much_there_is(accountant: Client, store: Store, django_assert_max_num_queries: Any) -> None:
    batch = released(store, [due_refund(store) for _ in range(5)])
    for _ in range(4):
        due_refund(store)
    with django_assert_max_num_queries(8):
        assert len(accountant.get(f"{HERE}/").context["rows"]) == 4
    with django_assert_max_num_queries(6):
        accountant.get(f"{HERE}/batches/")
    with django_assert_max_num_queries(9):
        accountant.get(f"{HERE}/batches/{batch.number}/")


@pytest.mark.parametrize(
    "wrong", [{"iban": "IR000000000000000000000000"}, {"iban": "6037991234567893"}, {"holder": " "}, {"bic": "X"}, {"bank_url": "ftp://x"}, {"bank_url": "https://a:b@x/"}]
)
def test_an_account_that_cannot_be_is_not_kept(wrong: dict[str, str], owner: Client, store: Store) -> None:
    answer = owner.post(f"{HERE}/account/", {"iban": iban(), "holder": "Fetra", "bic": "", "bank_url": ""} | wrong)
    assert answer.status_code == 422
    assert Store.objects.get(pk=store.pk).payout_account["iban"] == OWN_IBAN


def test_the_owner_changes_the_account_and_its_key_is_never_shown(owner: Client, store: Store) -> None:
    account = {"iban": iban(), "holder": "Fetra", "bic": "", "bank_url": "https://bank.example", "bank_key": "hush-hush"}
    assert owner.post(f"{HERE}/account/", account).status_code == 302
    assert b"hush-hush" not in owner.get(f"{HERE}/account/").content
    owner.post(f"{HERE}/account/", account | {"bank_key": ""})
    assert Store.objects.get(pk=store.pk).payout_account["bank_key"] == "hush-hush"
    owner.post(f"{HERE}/account/", account | {"bank_key": "", "bank_url": "https://other.example"})
    assert Store.objects.get(pk=store.pk).payout_account["bank_key"] == ""
    assert "hush-hush" not in str(list(store.events.values_list("facts", flat=True)))


# ---- goodwill --------------------------------------------------------------------------------------------------------


def paid_order(store: Store) -> Any:
    order = order_of(store, 100_000)
    pay(order)
    account_of(order.customer)
    order.refresh_from_db()
    return order


def wish(client: Client, order: Any, amount: str = "40000", why: str = "the box was late") -> Any:
    return client.post(f"/fetrashop/desk/orders/{order.number}/do/goodwill/", {"revision": order.revision, "amount": amount, "why": why})


@pytest.mark.parametrize(("amount", "why"), [("0", "x"), ("100001", "x"), ("many", "x"), ("5", " ")])
def test_goodwill_without_a_reason_or_beyond_what_is_left_is_refused(amount: str, why: str, accountant: Client, store: Store) -> None:
    assert wish(accountant, paid_order(store), amount, why).status_code == 422
    assert not Refund.objects.exists()


def test_the_desk_gives_no_goodwill(client: Client, store: Store) -> None:
    client.force_login(make_staff(store, "desk"))
    assert wish(client, paid_order(store)).status_code == 404


def test_goodwill_below_the_limit_is_granted_at_once(accountant: Client, store: Store) -> None:
    Store.objects.filter(pk=store.pk).update(returns={"second_approval_minor": 40_000})
    assert wish(accountant, paid_order(store)).status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.reason, refund.state) == (40_000, "goodwill", "granted")


def test_goodwill_above_the_limit_waits_for_a_second_person(accountant: Client, owner: Client, store: Store) -> None:
    Store.objects.filter(pk=store.pk).update(returns={"second_approval_minor": 39_999})
    order = paid_order(store)
    wish(accountant, order)
    waiting = Goodwill.objects.get()
    assert wish(accountant, order).status_code == 409
    url = f"/fetrashop/desk/goodwill/{waiting.pk}"
    assert accountant.post(f"{url}/agree/").status_code == 422
    assert not Refund.objects.exists()
    assert accountant.get("/fetrashop/desk/refunds/").context["wishes"] == [(waiting, True)]
    assert owner.post(f"{url}/agree/").status_code == 302
    assert owner.post(f"{url}/refuse/").status_code == 409
    assert (Refund.objects.get().amount_minor, Goodwill.objects.get().state) == (40_000, "granted")


def test_goodwill_that_is_refused_gives_nothing(accountant: Client, owner: Client, store: Store) -> None:
    Store.objects.filter(pk=store.pk).update(returns={"second_approval_minor": 0})
    wish(accountant, paid_order(store))
    waiting = Goodwill.objects.get()
    charlie = Client()
    charlie.force_login(make_staff(make_store("offykala"), "owner"))
    assert charlie.post(f"/offykala/desk/goodwill/{waiting.pk}/agree/").status_code == 404
    assert owner.post(f"/fetrashop/desk/goodwill/{waiting.pk}/refuse/").status_code == 302
    assert not Refund.objects.exists()


# ---- the desk's first page -------------------------------------------------------------------------------------------


def test_the_first_page_counts_what_waits_for_whom_and_only_for_those_who_pay(
    store: Store, people: tuple[User, User], accountant: Client, django_assert_num_queries: Any
) -> None:
    home = "/fetrashop/desk/"
    accountant.cookies["language"] = "en"
    assert "next bank batch" not in accountant.get(home).content.decode()  # where nothing waits, nothing is said
    exported(store, [due_refund(store)], people)
    make_batch(store, [due_refund(store).pk], pay_on=timezone.now().date(), user=people[0], now=timezone.now(), actor=MACHINE)
    Refund.objects.filter(pk__in=[due_refund(store).pk for _ in range(2)]).update(due_by=timezone.now() - timedelta(days=1))
    assert due_counts(store, now=timezone.now()) == {"batch": 2, "overdue": 2, "cards": 0, "waiting": 0}
    with django_assert_num_queries(12):
        page = accountant.get(home).content.decode()
    waits = dict(re.findall(r'show=(\w+)">[^<]+</a> <strong class="wait">(\d+)', page))
    assert (waits, page.count("/payouts/batches/")) == ({"batch": "2", "overdue": "2"}, 2)
    desk = Client()
    desk.cookies["language"] = "en"
    desk.force_login(make_staff(store, "desk"))
    assert "next bank batch" not in desk.get(home).content.decode()


def test_the_banks_word_by_hand_is_entered_by_one_and_agreed_to_by_another(
    accountant: Client, owner: Client, store: Store, people: tuple[User, User]
) -> None:
    batch = exported(store, [due_refund(store)], people)
    assert do(accountant, batch, "word", result="undone", reference="EK-7").status_code == 422
    assert do(accountant, batch, "word", line="0", result="undone", reference="EK-7", why="x").status_code == 422
    assert do(owner, batch, "agree").status_code == 409
    assert do(accountant, batch, "word", result="undone", reference="EK-7", why="they lost it").status_code == 302
    assert do(accountant, batch, "agree").status_code == 422
    assert b"do/agree/" not in accountant.get(f"{HERE}/batches/1/").content
    assert b"do/agree/" in owner.get(f"{HERE}/batches/1/").content
    assert do(owner, batch, "refuse").status_code == 302
    do(accountant, batch, "word", result="undone", reference="EK-8", why="they lost it")
    assert do(owner, batch, "agree").status_code == 302
    assert (PayoutBatch.objects.get().state, Refund.objects.get().state) == ("void", "failed")
    assert len(accountant.get(f"{HERE}/").context["rows"]) == 1
