"""*What if I return it?* as a slip, in three languages."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from avdet.contract.returns import Goods, if_returned
from avdet.core.policy import Policy
from avdet.policies import calendar_of, law_of, load
from avdet.words.returns import returns_slip
from avdet.words.slip import Slip

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def drawn(store: str | Policy, language: str, *traits: str) -> Slip:
    policy = load(store) if isinstance(store, str) else store
    found = if_returned(policy, policy.newest, Goods(traits, 45_000_000, "IR"), now=NOW, language=language)
    return returns_slip(
        msgspec.to_builtins(found), calendar=calendar_of(policy), in_force_from=policy.newest.in_force_from, name="Fetra", about="A phone", language=language
    )


def under(slip: Slip, label: str) -> list[tuple[str, tuple[str, ...]]]:
    """The lines of one ground."""
    begins = [at for at, line in enumerate(slip.lines) if line.label]
    start = next(at for at in begins if slip.lines[at].label == label)
    end = next((at for at in begins if at > start), len(slip.lines))
    return [(line.value, line.clauses) for line in slip.lines[start:end]]


def test_a_refusal_is_said_in_the_clauses_own_words() -> None:
    (said, marks), = under(drawn("fetrashop", "en", "made_to_order"), "Before it is shipped · I changed my mind")  # fmt: skip
    assert (marks, said) == (("FET-WDR-3",), load("fetrashop").newest.by_id["FET-WDR-3"].text["en"])


def test_a_gap_has_no_mark() -> None:
    assert [marks for _, marks in under(drawn("fetrashop", "en"), "It has a technical fault")] == [()]


@pytest.mark.parametrize(
    ("language", "label", "lines"),
    [
        ("en", "I changed my mind", [
            ("Accepted if you tell us within 7 working days of hand-over to the carrier.", ("FET-WDR-1", "FET-WDR-2")),
            ("If it came to you today: until Monday 30 November 2026.", ()),
            ("You are offered: your money back.", ()),
            ("Carriage back to us and carriage to you again: you pay.", ("FET-WDR-1", "FET-COST-3")),
            ("Please mind the conditions in these clauses.", ("FET-WDR-1", "FET-SEND-5")),
        ]),
        ("tr", "Üründe teknik arıza var", [
            ("Kabul edilir; bildirim süreniz teslimattan sonra 7 gün.", ("FET-TEST-1",)),
            ("Bugün elinize ulaşsaydı son gün: 29 Kasım 2026 Pazar.", ()),
            ("Seçim sizin: aynı ürünün yenisi, paranızın iadesi ya da başka bir ürün.", ()),
            ("Geri gönderim kargosu ve size yeniden gönderim kargosu: uzmanlarımız doğrularsa mağaza öder, doğrulamazlarsa siz ödersiniz.", ("FET-COST-1", "FET-COST-3")),
            ("Lütfen bu maddelerin koşullarını gözetin.", ("FET-TEST-4", "FET-SEND-5")),
        ]),
        ("fa", "پیش از ارسال", [("می‌توانید سفارش خود را لغو کنید.", ("FET-WDR-1",)), ("برای شما: بازگشت وجه.", ())]),
    ],
)  # fmt: skip
def test_each_ground_says_what_when_and_who_pays(language: str, label: str, lines: list[tuple[str, tuple[str, ...]]]) -> None:
    assert under(drawn("fetrashop", language, "seven_day_test"), label) == lines


@pytest.mark.parametrize(("language", "said"), [
    ("en", "The first delivery: we pay."), ("tr", "Siparişin teslimat bedeli: mağaza öder."), ("fa", "هزینهٔ ارسال نخست: با فروشگاه."),
])  # fmt: skip
def test_a_first_delivery_that_is_given_back_is_said(language: str, said: str) -> None:
    assert (said, ("EU-CRD-13.1",)) in [(line.value, line.clauses) for line in drawn(law_of("eu"), language).lines]


def test_hours_have_no_day_of_their_own() -> None:
    assert not any("today" in said for said, _ in under(drawn("persianpetshop", "en"), "It is not as described"))


def test_the_foot_says_what_decided() -> None:
    slip = drawn("fetrashop", "en")
    assert (slip.sentence, slip.about, slip.foot[:3]) == ("What if I return it?", ("A phone",), ("Fetra", "terms 1", "in force from 1 January 2020"))
