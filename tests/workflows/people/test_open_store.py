"""A new store has its terms, its calendar and its owner from the first moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from avdet.core.errors import AvdetError, PolicyError
from avdet.policies.shelf import policy_path
from avdet.records.outbox.models import Notice
from avdet.records.stores.models import Store
from avdet.records.stores.terms import calendar_in_force, terms_in_force
from avdet.workflows.people.open_store import open_store
from tests.conftest import Deferred
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
NAMES = {"fa": "کتاب‌فروشی"}


@pytest.mark.parametrize(("slug", "names", "country", "more"), [
    ("Bad Slug", NAMES, "IR", {}), ("", NAMES, "IR", {}), ("account", NAMES, "IR", {}), ("-x", NAMES, "IR", {}), ("x" * 41, NAMES, "IR", {}),
    ("shop", {}, "IR", {}), ("shop", {"de": "Laden"}, "IR", {}), ("shop", {"fa": " "}, "IR", {}), ("shop", NAMES, "DE", {}),
    ("shop", NAMES, "IR", {"policy": "nosuch"}), ("shop", NAMES, "IR", {"policy": "/nowhere/policy.yaml"}),
    ("shop", NAMES, "IR", {"policy": "ofiskutum"}),
])  # fmt: skip
def test_a_store_that_cannot_be_opened_leaves_nothing(
    slug: str, names: dict[str, str], country: str, more: dict[str, Any]
) -> None:
    with pytest.raises(AvdetError):
        open_store(slug, names, country, now=NOW, **more)
    assert not Store.objects.exists()


def test_an_address_is_taken_once() -> None:
    open_store("shop", NAMES, "IR", now=NOW)
    with pytest.raises(AvdetError):
        open_store("shop", NAMES, "IR", now=NOW)


def test_a_policy_with_an_error_is_told_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        policy_path("fetrashop").read_text(encoding="utf-8").replace("outcome: approve", "outcome: aprove", 1), encoding="utf-8"
    )
    with pytest.raises(PolicyError, match="aprove") as error:
        open_store("shop", NAMES, "IR", now=NOW, policy=str(file))
    assert error.value.where.startswith("policy.yaml:")


def test_it_has_terms_calendar_and_owner(deferred: Deferred) -> None:
    since = datetime(2020, 1, 1, tzinfo=UTC)
    owner = make_user("leyla", email="leyla@example.test")
    opened = open_store(
        "shop",
        NAMES,
        "IR",
        now=NOW,
        owner_email="Leyla@example.test",
        policy="fetrashop",
        in_force_from=since,
        accent="#123456",
    )
    store = opened.store
    assert opened.invitation == ""
    assert [(member.user_id, member.role) for member in store.members.all()] == [(owner.pk, "owner")]
    assert (store.currency, store.time_zone, store.languages, store.accent) == (
        "IRR",
        "Asia/Tehran",
        ["fa", "en", "tr"],
        "#123456",
    )
    terms = terms_in_force(store, datetime(2021, 5, 1, tzinfo=UTC))
    assert terms is not None
    assert terms.version.number == 1
    assert calendar_in_force(store, datetime(2021, 5, 1, tzinfo=UTC)).weekend == frozenset({5})
    assert deferred.run(NOW) >= 1
    assert store.policy_versions.get().checking["state"] == "done"


def test_an_owner_without_an_account_is_invited() -> None:
    opened = open_store("shop", NAMES, "IR", now=NOW, owner_email="new@example.test")
    assert opened.invitation
    assert Notice.objects.get().values["url"].endswith(f"/shop/studio/invitations/{opened.invitation}/")
    assert terms_in_force(opened.store, NOW) is None
