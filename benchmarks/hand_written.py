"""Fetrashop's claims decided by an `if` chain, as a programmer would write it: the reference for `bench_engine.py`.

`outcome` answers only what and by which clause; `whole` also says which remedies, who pays and what to send along. Both take
the dict of facts that the engine takes, and both are checked against it claim by claim before anything is timed.
"""

from __future__ import annotations

from avdet.core.facts import Facts

APPROVE, DENY, REVIEW = "approve", "deny", "review"
_RETURN = ["arrange_first", "original_box", "six_photos", "outer_box"]


def outcome(f: Facts) -> tuple[str, str]:
    """(outcome, the clause that it rests on)."""
    reason = f["reason"]
    if reason == "defect":
        return _defect(f)
    if reason == "withdrawal":
        return _withdrawal(f)
    if reason in ("mismatch", "wrong_item"):
        return _mismatch(f, reason == "mismatch")
    if reason == "transit_damage":
        if not f["refused"] and f["delivered"]:
            return DENY, "FET-DMG-1"
        return APPROVE, "FET-DMG-1"
    return REVIEW, ""


def _defect(f: Facts) -> tuple[str, str]:
    if not f["seven_day_test"]:
        return REVIEW, "FET-TEST-1"
    if f["days_since_delivery"] > 7:  # type: ignore[operator]
        return DENY, "FET-TEST-1"
    if not f["refused"]:
        if not f["box_kept"]:
            return DENY, "FET-TEST-4"
        if f["box_marked"]:
            return DENY, "FET-SEND-5"
    return APPROVE, "FET-TEST-1"


def _withdrawal(f: Facts) -> tuple[str, str]:
    if f["call_before_buying"] or f["made_to_order"]:
        return DENY, "FET-WDR-3"
    if f["quantity"] >= 5:  # type: ignore[operator]
        return DENY, "FET-WDR-4"
    if not f["handed_to_carrier"] and not f["delivered"]:
        return APPROVE, "FET-WDR-1"
    if f["working_days_since_hand_over"] > 7:  # type: ignore[operator]
        return DENY, "FET-WDR-1"
    if f["delivered"]:
        if not f["sealed"]:
            return DENY, "FET-WDR-1"
        if f["box_marked"] and not f["refused"]:
            return DENY, "FET-SEND-5"
    return APPROVE, "FET-WDR-1"


def _mismatch(f: Facts, by_specification: bool) -> tuple[str, str]:
    if f["working_days_since_delivery"] > 10:  # type: ignore[operator]
        return DENY, "FET-MIS-1"
    if by_specification and not f["in_specification"]:
        return DENY, "FET-MIS-4"
    if not f["refused"]:
        if f["visible_without_opening"]:
            if not f["sealed"]:
                return DENY, "FET-MIS-2"
        elif not f["box_kept"]:
            return DENY, "FET-MIS-3"
        if f["box_marked"]:
            return DENY, "FET-MIS-5"
    return APPROVE, "FET-MIS-1"


def whole(f: Facts) -> tuple[str, str, list[str], str | None, list[str]]:
    """(outcome, clause, remedies, who pays to send it back, what is required)."""
    what, clause = outcome(f)
    reason, delivered = f["reason"], f["delivered"]
    remedies: list[str] = []
    requires: list[str] = []
    payer: str | None = None
    if reason == "withdrawal" and f["handed_to_carrier"] and what == APPROVE:
        payer = "customer"
    if reason in ("mismatch", "wrong_item") and what == APPROVE:
        payer = "store"
    if what != APPROVE:
        return what, clause, remedies, payer, requires
    if reason == "withdrawal":
        if not delivered:
            remedies.append("cancellation")
            if f["paid"]:
                remedies.append("refund")
                requires.extend(("iban", "account_holder_name"))
        else:
            remedies.append("refund")
            requires.append("original_packaging")
    requires.append("order_number")
    if reason == "transit_damage" and not f["refused"]:
        requires.append("check_at_door")
    if reason != "transit_damage" and not f["refused"] and (reason != "withdrawal" or delivered):
        requires.extend(_RETURN)
        requires.append("box_unmarked")
        requires.append("insurance_form" if reason in ("mismatch", "wrong_item") else "insurance_advised")
        if reason != "withdrawal":
            requires.extend(("postal_receipt", "invoice"))
        if f["place"] == "tehran":
            requires.append("courier_collection")
        if reason in ("mismatch", "wrong_item"):
            requires.append("original_packaging" if f["visible_without_opening"] else "original_box")
    return what, clause, remedies, payer, requires
