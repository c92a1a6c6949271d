"""What holds of every claim: the contract's own rules, and what the word *claim* means.

The order of events, quantities, accounts and stock are the contract's. Left out besides is only what nobody would call a
claim: goods that a carrier delivered without ever having had them, goods both delivered and refused, used goods in an
unbroken seal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from avdet.analysis.prove.claims import Claims
from avdet.analysis.prove.logic import Figure, Truth, all_of, any_of, at_most, chosen, implies, no, none_of, same, z3
from avdet.contract.gather import AFTER
from avdet.core.facts import CLAIMLESS
from avdet.core.vocabulary import CLAIM_EVENTS

_COUNTRY: Final = {"istanbul": "TR", "tehran": "IR", "karaj": "IR"}


class Rules:
    """What holds of every claim."""

    def __init__(self, claims: Claims) -> None:
        self.claims, self.flags, self.point = claims, claims.flags, claims.point

    def all(self) -> Iterator[Truth]:
        yield from self._times()
        yield from self._order_of_events()
        yield from self._goods()
        yield from self._accounts()
        yield from self._stage()

    def _has(self, *names: str) -> bool:
        return all(name in self.claims.names for name in names)

    def _times(self) -> Iterator[Truth]:
        time, ages = self.claims.time, self.claims.ages
        delays = [time.below(frame.delay) for frame in time.frames]
        limits = [at_most(ages["reported"], delay) for delay in delays]
        yield chosen(limits, self.claims.at)
        yield chosen([no(at_most(ages["reported"], delay - 1)) for delay in delays], self.claims.at)
        for event in ages:
            if event not in CLAIM_EVENTS and event != "reported":
                yield chosen([at_most(ages[event], delay) for delay in delays], self.claims.at)
        if time.editions:
            between = [all_of([no(at_most(ages["placed"], youngest - 1)), at_most(ages["placed"], oldest)])
                       for youngest, oldest in time.placed_between]  # fmt: skip
            yield chosen(between, self.claims.at)

    def _order_of_events(self) -> Iterator[Truth]:
        ages, flags = self.claims.ages, self.flags
        for later, earlier in (*AFTER, ("last_attempt", "first_attempt")):
            if self._has(later, earlier) and (later in CLAIM_EVENTS) == (earlier in CLAIM_EVENTS):
                yield implies(all_of([flags[later], flags[earlier]]), _no_older(ages[later], ages[earlier]))
        if self._has("delivered", "refused"):
            yield none_of([all_of([flags["delivered"], flags["refused"]])])
        if self._has("handed_to_carrier"):
            direct = self.claims.equals("delivery_method", "direct")
            for event in ("delivered", "refused", "first_attempt"):
                if self._has(event):
                    yield implies(flags[event], any_of([flags["handed_to_carrier"], direct]))
        if self._has("attempts"):
            none, one = (at_most(self.claims.figures["attempts"], n) for n in (0, 1))
            yield same(flags["first_attempt"], no(none))
            yield same(flags["last_attempt"], no(none))
            yield implies(one, ages["first_attempt"] == ages["last_attempt"])

    def _goods(self) -> Iterator[Truth]:
        flags, figures, scales = self.flags, self.claims.figures, self.claims.scales
        if self._has("unit_price", "gift"):
            yield implies(at_most(figures["unit_price"], 0), flags["gift"])
        if self._has("claimed_quantity"):
            yield _no_older(figures["claimed_quantity"], figures["quantity"])
            if self.point in CLAIMLESS:
                yield figures["claimed_quantity"] == figures["quantity"]
        if self._has("short_of_stock", "nothing_in_stock"):
            short, nothing = flags["short_of_stock"], flags["nothing_in_stock"]
            yield implies(nothing, short)
            yield implies(all_of([short, no(nothing)]), no(at_most(figures["quantity"], scales["pieces"].index(1))))
        if self._has("sales_stopped"):
            stopped, before = flags["sales_stopped"], flags["placed_before_stop"]
            yield any_of([stopped, before])
            yield implies(all_of([stopped, before]), no(at_most(self.claims.ages["placed"], 0)))
        if self._has("sealed", "used"):
            yield none_of([all_of([flags["sealed"], flags["used"]])])
        for place, country in _COUNTRY.items():
            if self._has("place", "country"):
                yield implies(self.claims.equals("place", place), self.claims.equals("country", country))

    def _accounts(self) -> Iterator[Truth]:
        equals = self.claims.equals
        if not self._has("refund_holder"):
            return
        nobody = equals("refund_holder", "none")
        if self._has("card_registered"):
            yield same(self.flags["card_registered"], no(nobody))
        if self._has("paid_from_registered"):
            own, same_account = equals("payer", "customer"), self.flags["paid_from_registered"]
            yield implies(nobody, same(same_account, own))
            agree = any_of(all_of([equals("payer", who), equals("refund_holder", who)]) for who in ("parent", "other"))
            yield implies(no(nobody), implies(same_account, any_of([own, agree])))

    def _stage(self) -> Iterator[Truth]:
        """What the decision point itself says of the order."""
        flags = self.flags
        ahead = {"checkout": ("handed_to_carrier", "delivered", "refused", "first_attempt"),
                 "dispatch": ("handed_to_carrier", "delivered", "refused", "first_attempt"),
                 "address_change": ("delivered", "refused"), "delivery_failed": ("delivered",)}  # fmt: skip
        yield from (no(flags[event]) for event in ahead.get(self.point, ()) if event in flags)
        required = {"delivery_failed": ("first_attempt",), "inspection": ("found",), "custody": ("custody_started",)}
        yield from (flags[event] for event in required.get(self.point, ()) if event in flags)
        if self.point == "inspection" and self._has("custody_started"):
            yield same(flags["custody_started"], flags["customer_refuses_goods"])
            yield at_most(self.claims.ages["custody_started"], 0)


def _no_older(later: Figure, earlier: Figure) -> Truth:
    """An event that comes later is no older; also: a quantity is no greater."""
    return z3.ULE(later, earlier)


def require_sense(claims: Claims) -> None:
    """From here on the solver finds only claims that can be made."""
    for truth in Rules(claims).all():
        claims.search.require(truth)
