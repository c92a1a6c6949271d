"""What the terms say of an order: its records put to the engine as a question of the contract. Nothing is decided here.

The version of the policy is the one that was in force when the order was placed; the calendar is the store's as it stands now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from avdet.contract.answer import builtins, render, settle_by
from avdet.contract.question import Account, Answers, Attempt, Claim, Custody, Destination, Inspection, Line, Question
from avdet.contract.question import Order as AskedOrder
from avdet.contract.shape import Answer
from avdet.core.errors import AvdetError
from avdet.core.progress import BACK, GONE, TRAVELLING
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import deliveries_of, pieces
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.queries import lines_of
from avdet.records.stores.terms import Terms, calendar_in_force, terms_in_force, terms_of
from avdet.words.slip import About, Slip, slip

_PAID_BY: Final = {"card_to_card": "card_to_card", "bank_transfer": "card_to_card", "cash_on_delivery": "cash_on_delivery"}
_UNASKED: Final = Answers()
_OWN: Final = Account("customer")
"""Whose money it was, where nobody has said otherwise."""
_MOST_LINES: Final = 1_000
"""Lines of which the engine hears; a longer order's claimed line stands first."""


class Denied(AvdetError):  # noqa: N818 - it names the answer
    """The terms do not grant what was asked for. `answer` says why, and by which clauses."""

    def __init__(self, answer: Answer, *, where: str) -> None:
        self.answer = answer
        clauses = ", ".join(clauses_of(answer, "outcome")) or "no clause speaks of it"
        super().__init__(f"the terms do not grant this ({clauses})", where=where, cure="read the clauses, or ask the store")


@dataclass(frozen=True, slots=True)
class OrderFile:
    """Everything that the engine may be told of an order, at one moment; questions cost no more statements.

    `sales_stopped_at` is given where the order is put to the terms while the store takes none.
    """

    order: Order
    lines: list[OrderLine]
    deliveries: list[Delivery]
    terms: Terms
    now: datetime
    sales_stopped_at: datetime | None = None
    paid_from: Account = _OWN
    refund_to: Account | None = None
    payer_documents_checked: bool = False

    def sku(self, line: OrderLine) -> str:
        """The name by which a question knows a line: a claim names one line, so that lines of one product differ in it."""
        alike = sum(each.sku == line.sku for each in self.lines)
        return line.sku if alike == 1 else f"{line.sku} #{line.position}"


def file_of(order: Order, now: datetime, deliveries: list[Delivery] | None = None) -> OrderFile | None:
    """An order's file; `None` where no terms were in force. Five statements at most for an order that is at hand.

    `deliveries` are given where they have been read for many orders at once.
    """
    if order.policy_version is None:
        terms = terms_in_force(order.store, order.placed_at, counted_at=now)
    else:
        terms = terms_of(order.store, order.policy_version, calendar_in_force(order.store, now))
    if terms is None:
        return None
    # Clocks differ: an order that was placed later than ours says has been placed just now.
    asked_at, arrived = max(now, order.placed_at), deliveries_of(order) if deliveries is None else deliveries
    return OrderFile(order, lines_of(order), arrived, terms, asked_at)


def ask(
    file: OrderFile, point: str, *, line: OrderLine | None = None, quantity: int = 0, reason: str = "",
    answers: Answers = _UNASKED, in_stock: Mapping[int, int] | None = None, inspection: Inspection | None = None,
    language: str = "",
) -> Answer:  # fmt: skip
    """The engine's answer at a decision point, about the whole order or one line of it. Texts in `language`.

    `in_stock`: line id → pieces that can be sent now. `QuestionError` where the order is none that the policy can decide.
    """
    about = None
    if line is not None:
        about = Claimed(line, max(1, quantity or line.left), reason, answers, line.claimed_quantity)
    return put(file, question_of(file, point, about, in_stock=in_stock, inspection=inspection), language)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a question claims: `quantity` pieces of a line, `before` them those that are settled otherwise.

    `reported_at` is when it was filed; none: it is being asked about just now. `return_cost_minor` is what sending it in cost;
    `other_price_minor` the price of another product that is wanted instead.
    """

    line: OrderLine
    quantity: int
    reason: str = ""
    answers: Answers = _UNASKED
    before: int = 0
    reported_at: datetime | None = None
    return_cost_minor: int = 0
    other_price_minor: int | None = None


def question_of(
    file: OrderFile, point: str, claimed: Claimed | None = None, *, in_stock: Mapping[int, int] | None = None,
    inspection: Inspection | None = None, custody: Custody | None = None,
) -> Question:  # fmt: skip
    """The question of the contract about an order, or about what is claimed of it."""
    claim = None
    if claimed is not None:
        reported_at = max(claimed.reported_at or file.now, file.order.placed_at)
        claim = Claim(
            file.sku(claimed.line), claimed.quantity, reported_at, claimed.reason or None, claimed.answers,
            claimed.return_cost_minor, claimed.other_price_minor,
        )  # fmt: skip
    order = _order(file, claimed.line if claimed else None, in_stock or {}, claimed.before if claimed else 0)
    return Question(file.terms.policy.store, point, order, file.now, claim=claim, inspection=inspection, custody=custody)


def put(file: OrderFile, question: Question, language: str = "") -> Answer:
    """The engine's answer to a question about the file's order, by the terms that the file was made with."""
    settled = settle_by(file.terms.policy, question, file.terms.edition)
    return render(settled, question, language or file.order.language)


def slip_of(
    file: OrderFile, answer: Answer, *, point: str, reason: str = "", language: str = "", supposed: bool = False
) -> Slip:
    """The decision slip of an answer, as every page, mail and print shows it. `supposed`: it has not been asked for yet."""
    spoken = language or file.order.language
    about = About(point, file.order.number, reason, file.terms.calendar.local(file.now), supposed)
    return slip(
        builtins(answer), about, calendar=file.terms.calendar, in_force_from=file.terms.edition.in_force_from,
        name=file.order.store.name_in(spoken), language=spoken,
    )  # fmt: skip


def texts_of(file: OrderFile, language: str) -> dict[str, str]:
    """Clause → its text, of the terms that decide the order."""
    return {clause.id: clause.text.get(language, "") for clause in file.terms.edition.clauses}


def clauses_of(answer: Answer, effect: str, value: str = "") -> tuple[str, ...]:
    """The clauses that put a value, or this one of several, into an answer, each once; none for what the terms leave open."""
    rows = (row for row in answer.because if row.effect == effect and value in ("", row.value))
    return tuple(dict.fromkeys(row.clause for row in rows if row.finding != "gap"))


def because(answer: Answer) -> list[dict[str, Any]]:
    """What a record keeps of the reasons: clause, effect and value of each row, and which policy's."""
    mark = answer.policy
    return [
        {"policy": mark.store, "version": mark.version, "fingerprint": mark.fingerprint,
         "clause": row.clause, "effect": row.effect, "value": row.value}
        for row in answer.because
    ]  # fmt: skip


# ---- the order, as the contract has it -------------------------------------------------------------------------------


def _order(file: OrderFile, claimed: OrderLine | None, in_stock: Mapping[int, int], before: int = 0) -> AskedOrder:
    order = file.order
    payment: Any = _PAID_BY.get(order.payment_method, "online")
    method: Any = "direct" if order.delivery_method == "direct" else "carrier"
    recipient: Any = "other" if order.recipient == "other" else "customer"
    address, at = order.address or {}, _moments(file, claimed)
    return AskedOrder(
        placed_at=order.placed_at, lines=_lines(file, claimed, in_stock, before), number=order.number, payment_method=payment,
        delivery_method=method, destination=_destination(order), recipient=recipient,
        recipient_details=recipient == "customer" or bool(address.get("recipient") and address.get("phone")),
        form_complete=bool((order.contact or {}).get("name") and (address.get("street") or address.get("province"))),
        shipping=order.shipping_minor, partial_consent=bool(order.partial_consent), deliveries=_attempts(file, claimed),
        minor=_minor(order), paid_from=file.paid_from, refund_to=file.refund_to,
        payer_documents_checked=file.payer_documents_checked, paid_at=at.get("paid_at"), invoiced_at=at.get("invoiced_at"),
        handed_to_carrier_at=at.get("handed_to_carrier_at"), delivered_at=at.get("delivered_at"),
        refused_at=at.get("refused_at"), sales_stopped_at=file.sales_stopped_at,
    )  # fmt: skip


def _lines(file: OrderFile, claimed: OrderLine | None, in_stock: Mapping[int, int], before: int) -> list[Line]:
    """Each with its share of the order's discount, as it was paid: what became of other lines changes nothing of it."""
    currency: Any = file.order.currency
    kept = [line for line in file.lines if line.quantity > line.cancelled_quantity or line == claimed]
    if len(kept) > _MOST_LINES and claimed is not None:
        kept = [claimed, *(line for line in kept if line != claimed)]
    return [
        Line(
            file.sku(line), line.quantity, line.unit_price_minor, currency, in_stock=in_stock.get(line.pk),
            traits=list(line.traits), discount=line.unit_price_minor * line.quantity - line.total_minor, name=line.name[:200],
            returned=before if line == claimed else line.cancelled_quantity,
        )
        for line in kept[:_MOST_LINES] or file.lines[:1]
    ]  # fmt: skip


def _destination(order: Order) -> Destination:
    address = order.address or {}
    country = str(address.get("country") or order.country or order.store.country)
    known = {key: str(address[key])[:200] for key in ("province", "district", "city") if address.get(key)}
    sound = len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()
    return Destination(country if sound else order.store.country, **known)


def _minor(order: Order) -> bool | None:
    born = order.customer.birth_year if order.customer_id and order.customer else None
    return order.placed_at.year - born < 18 if born else None


def _attempts(file: OrderFile, claimed: OrderLine | None) -> list[Attempt]:
    """Failed attempts at the door, in order."""
    events = (event for delivery in _about(file, claimed) for event in delivery.events.all())
    first = _moments(file, claimed).get("handed_to_carrier_at", file.order.placed_at)
    seen = sorted(max(event.at, first) for event in events if event.kind == "attempted" and event.at <= file.now)
    return [Attempt(at, "nobody_home") for at in seen]


def _about(file: OrderFile, claimed: OrderLine | None) -> list[Delivery]:
    """The deliveries that a line lies in, or all of them."""
    if claimed is None:
        return file.deliveries
    return [each for each in file.deliveries if any(line.order_line_id == claimed.pk for line in each.lines.all())]


def _moments(file: OrderFile, claimed: OrderLine | None) -> dict[str, datetime]:
    """When things happened to the order, or to the parcel that a line came in.

    Clocks differ, and carriers tell late: what cannot be in the order in which it is told is moved up to what came before it.
    """
    order = file.order
    steps = {"paid_at": order.paid_at, "invoiced_at": order.invoiced_at, **_parcel(file, claimed)}
    found: dict[str, datetime] = {}
    for name, at in steps.items():
        if at is not None:
            earliest = found.get("handed_to_carrier_at") if name in ("delivered_at", "refused_at") else None
            found[name] = min(max(at, earliest or order.placed_at), file.now)
    return found


def _parcel(file: OrderFile, claimed: OrderLine | None) -> dict[str, datetime | None]:
    order, parcels = file.order, _about(file, claimed)
    if claimed is None or not file.deliveries:
        known = {"delivered_at": order.delivered_at, "refused_at": order.refused_at}
        return {"handed_to_carrier_at": order.handed_over_at, **known}
    arrived = [each for each in parcels if each.state == "delivered" and each.delivered_at]
    sent = [each for each in parcels if each.state in TRAVELLING] or [each for each in parcels if each.state in BACK]
    for chosen in (max(arrived, key=lambda each: each.delivered_at or order.placed_at, default=None), *sent[-1:]):
        if chosen is not None:
            refused = [event.at for event in chosen.events.all() if event.kind == "refused" and chosen.state in BACK]
            return {
                "handed_to_carrier_at": chosen.handed_over_at,
                "delivered_at": chosen.delivered_at,
                "refused_at": refused[-1] if refused else None,
            }
    return {}


def stage(file: OrderFile, line: OrderLine) -> str:
    """How far a line has come: `store`, `on_the_way`, `delivered` or `refused`."""
    at = _moments(file, line)
    if "delivered_at" in at:
        return "delivered"
    if "refused_at" in at:
        return "refused"
    return "on_the_way" if "handed_to_carrier_at" in at else "store"


def lines_to_ask(file: OrderFile) -> Sequence[OrderLine]:
    """Lines of which something is left that was neither cancelled nor claimed."""
    return [line for line in file.lines if line.left > 0]


def claimable(file: OrderFile, line: OrderLine) -> int:
    """How many pieces of a line can be claimed: of those that are left, the ones that have left the store. What is still there
    can be cancelled; of an order that was cancelled whole nothing is left.
    """
    if file.order.state == "cancelled":
        return 0
    if file.order.delivered_at is not None or not file.deliveries:
        return line.left
    return max(0, min(line.left, pieces(file.deliveries, GONE).get(line.pk, 0) - line.claimed_quantity))
