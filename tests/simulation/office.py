"""Once a week the accountants pay by bank what no gateway pays, and the bank answers: late, twice, and not always well."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from avdet.records.orders.queries import order_by_id
from avdet.records.payouts.due import due_page
from avdet.records.payouts.models import PayoutBatch
from avdet.records.people.bank_accounts import Registration, register
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Remedy
from avdet.records.shared.actors import Actor
from avdet.workflows.money.ask_destination import check_documents, choose_account
from avdet.workflows.money.confirm_refund import confirm_refund, refuse_transfer
from avdet.workflows.money.export_batch import export_batch
from avdet.workflows.money.give_goodwill import give_goodwill
from avdet.workflows.money.make_batch import make_batch, take_out, void_batch
from avdet.workflows.money.read_bank_file import read_bank_file
from avdet.workflows.money.release_batch import approve_batch, release_batch
from avdet.workflows.money.send_refund import send_again, send_by_hand
from avdet.workflows.money.void_refund import void_refund
from tests.simulation.world import Shop
from tests.workflows.payouts import answer, iban, told

if TYPE_CHECKING:
    from tests.simulation.play import Play

BANK: Final = Actor.system("bank")


class Office:
    """The money side of the play."""

    def __init__(self, play: Play) -> None:
        self.play, self.dice = play, play.dice
        self.last: dict[int, bytes] = {}

    def week(self, shop: Shop, now: datetime) -> None:
        self.accounts(shop, now)
        self.failed(shop, now)
        self.by_hand(shop, now)
        self.taken_back(shop, now)
        self.play.tried("batch", lambda: self.batch(shop, now))
        self.answers(shop, now)
        if self.play.sold and self.dice.random() < 0.3:
            self.play.tried("goodwill", lambda: self.goodwill(shop, now))

    def accounts(self, shop: Shop, now: datetime) -> None:
        """Whoever has not answered yet where their money shall go does so; what payers have shown is looked at."""
        for refund in self._refunds(shop, "granted").filter(account=None, granted_at__lt=now - timedelta(days=4))[:40]:
            if self.dice.random() < 0.7:
                self.play.tried("documents", lambda refund=refund: check_documents(refund, why="seen", now=now, actor=BANK))
            if self.dice.random() < 0.7:
                self.play.tried("account", lambda refund=refund: self._name_account(refund, now))

    def _name_account(self, refund: Refund, now: datetime) -> None:
        order = order_by_id(refund.payment.order_id)
        if order is None or order.customer is None:
            return
        wish = Registration(iban(1_000_000 + self.play.world.serial()), "self", str(order.customer.name), "yes", False)
        choose_account(order, register(order.customer, wish, now=now), now=now, actor=Actor("customer", 1, source="web"))

    def name_accounts(self, remedy: Remedy, now: datetime) -> None:
        """The customer of a case says where the money shall go, as soon as they are asked."""
        rows = Refund.objects.filter(remedy=remedy, state="granted", account=None).select_related("payment__order", "store")
        for refund in rows.order_by("pk"):
            self._name_account(refund, now)

    def taken_back(self, shop: Shop, now: datetime) -> None:
        """A refund is found to be a mistake; its case goes on."""
        for refund in self._refunds(shop, self.dice.choice(("granted", "failed"))).exclude(remedy=None)[:20]:
            if self.dice.random() < 0.2:
                self.play.tried("void", lambda refund=refund: self._void(refund, now))

    def _void(self, refund: Refund, now: datetime) -> None:
        void_refund(refund, why="a mistake", now=now, actor=BANK)
        self.play.tally["refunds taken back"] += 1
        if refund.remedy is not None:
            self.play.next(refund.remedy.case_id, now)

    def failed(self, shop: Shop, now: datetime) -> None:
        for refund in self._refunds(shop, "failed").filter(next_look_at=None)[:20]:
            way = send_again if self.dice.random() < 0.5 else send_by_hand
            self.play.tried("failed refund", lambda refund=refund, way=way: way(refund, now=now, actor=BANK))

    def by_hand(self, shop: Shop, now: datetime) -> None:
        """Transfers by hand are made, or cannot be."""
        for refund in self._refunds(shop, "sending").filter(attempts__gateway="manual", attempts__result="pending")[:40]:
            if self.dice.random() < 0.9:
                said = {"reference": f"H{refund.pk}", "at": now}
                self.play.tried("by hand", lambda refund=refund, said=said: confirm_refund(refund, **said, now=now, actor=BANK))
            else:
                self.play.tried("by hand", lambda refund=refund: refuse_transfer(refund, why="closed", now=now, actor=BANK))

    def batch(self, shop: Shop, now: datetime) -> None:
        """Two people; one of them tries to be both, now and then, and is refused."""
        due = [each.pk for each in due_page(shop.store, "batch", now=now, size=100).rows]
        if not due:
            return
        made = make_batch(shop.store, due, pay_on=now.date(), user=shop.accountant, now=now, actor=BANK)
        if len(due) > 2 and self.dice.random() < 0.3:
            line = made.lines.order_by("pk").first()
            if line is not None:
                take_out(made, line, now=now, actor=BANK)
                made.refresh_from_db()
        approved = approve_batch(made, user=shop.accountant, now=now, actor=BANK)
        self.play.refused("one person as two", lambda: release_batch(approved, user=shop.accountant, now=now, actor=BANK))
        if self.dice.random() < 0.1:
            void_batch(approved, why="a mistake", now=now, actor=BANK)
            return
        release_batch(approved, user=shop.owner, now=now, actor=BANK)
        if self.dice.random() < 0.2:
            void_batch(approved, why="a mistake", now=now, actor=BANK)
            return
        self.play.tally["payout batches"] += 1
        export_batch(approved, "csv", now=now, actor=BANK)

    def answers(self, shop: Shop, now: datetime) -> None:
        """The bank speaks of what it has, and again of what it has spoken of; some transfers come back after all."""
        batches = PayoutBatch.objects.filter(
            store=shop.store, state__in=("exported", "settled"), exported_at__gte=now - timedelta(days=21)
        )
        for batch in batches.order_by("pk"):
            says = [self.dice.choice(("ACSC",) * 7 + ("ACSP",) + (("RJCT", "AC04"),) * 2) for _ in range(batch.lines_count)]
            raw, twice = told(batch, *says), self.dice.random() < 0.3
            self.play.tally["bank: rejects"] += sum(isinstance(each, tuple) for each in says)
            self.play.tally["bank: files read twice"] += twice
            for file in (raw, raw, self.last.get(batch.pk, raw)) if twice else (raw,):
                self.play.tried("bank file", lambda file=file: read_bank_file(shop.store, file, now=now, actor=BANK))
            self.last[batch.pk] = raw
            if self.dice.random() < 0.2:
                stray = answer(batch.message_id, [("AVD-NOBODYS-LINE", "ACSC", "", (1, shop.store.currency))])
                self.play.tried("stray line", lambda stray=stray: self._stray(shop, stray, now))

    def _stray(self, shop: Shop, raw: bytes, now: datetime) -> None:
        """A line that nobody has sent: it is shown, and moves nothing."""
        reading = read_bank_file(shop.store, raw, now=now, actor=BANK)
        assert [each.kind for each in reading.findings] == ["unknown_line"]
        assert not reading.settled
        self.play.tally["bank: unknown lines"] += 1

    def goodwill(self, shop: Shop, now: datetime) -> None:
        order = order_by_id(self.dice.choice(self.play.sold).order)
        if order is not None and order.store_id == shop.store.pk:
            give_goodwill(
                order, amount_minor=self.dice.randrange(1, 9_000), reason="late", author=shop.accountant, now=now, actor=BANK
            )

    def _refunds(self, shop: Shop, state: str):  # type: ignore[no-untyped-def]
        rows = Refund.objects.filter(store=shop.store, state=state).select_related("payment__order", "store", "account")
        return rows.order_by("pk")
