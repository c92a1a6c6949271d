"""Evidence: photographs and documents that a claim rests on, from a draft to its cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Prefetch

from avdet.records.cases.evidence_files import put, throw_away, unsure
from avdet.records.cases.evidence_limits import KINDS, MOST, SIDES, EvidenceRefused, Made
from avdet.records.cases.evidence_papers import is_paper, paper
from avdet.records.cases.evidence_photographs import photograph
from avdet.records.cases.models import Case, ClaimDraft, Evidence
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.records.shared.swap import change
from avdet.records.stores.models import Store

KEPT_REMOVED: Final = timedelta(days=30)
KEPT_UNFILED: Final = timedelta(days=90)
"""How long evidence is kept that was taken away, and such as never came to a case."""
CASES: Final = Prefetch("cases", Case.objects.only("id", "number", "state", "order_id").order_by("id"))
"""The cases of evidence, as far as is shown beside it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is handed in: bytes as they came, what they are said to be, and which of six sides a photograph shows."""

    raw: bytes
    kind: str = "photo"
    side: int | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """What evidence belongs to: an order, and of it a draft, a case, or nothing yet."""

    order: Order
    draft: ClaimDraft | None = None
    case: Case | None = None


def made_of(said: Said) -> Made:
    """What is kept of it. `EvidenceRefused` says why it cannot be. Takes up to a second: call it outside of a transaction."""
    if said.kind not in KINDS:
        raise EvidenceRefused("form", where="kind")
    if not said.raw:
        raise EvidenceRefused("empty")
    if said.side is not None and (said.side not in SIDES or said.kind != "photo"):
        raise EvidenceRefused("side", where="side")
    if not is_paper(said.raw):
        return photograph(said.raw)
    if said.kind == "photo":
        raise EvidenceRefused("photo")
    return paper(said.raw)


def keep(holder: Holder, said: Said, made: Made, *, sha256: str, actor: Actor, now: datetime) -> tuple[Evidence, bool]:
    """Keeps it, and says whether it is new: the same thing of the same kind again is the one that is there already.

    A photograph of a side takes the place of the one before. A case is locked by the caller. Three to five statements.
    """
    with transaction.atomic():
        _hold(holder)
        there = list(of_holder(holder))
        for each in there:
            if (each.sha256, each.kind, each.side) == (sha256, said.kind, said.side):
                return each, False
        replaced = [each.pk for each in there if said.side and each.side == said.side]
        if len(there) - len(replaced) >= MOST:
            raise EvidenceRefused("many")
        Evidence.objects.filter(pk__in=replaced).update(removed_at=now) if replaced else None
        return _written(holder, said, made, sha256, actor, now), True


def _hold(holder: Holder) -> None:
    """Nobody else adds to it until the transaction ends. A case's order is not locked: an order is locked before its cases."""
    if holder.case is None:
        Order.objects.select_for_update(of=("self",)).only("pk").get(pk=holder.order.pk)


def _written(holder: Holder, said: Said, made: Made, sha256: str, actor: Actor, now: datetime) -> Evidence:
    file, small = put(holder.order.store_id, made)
    try:
        with transaction.atomic():
            row: Evidence = Evidence.objects.create(
                store_id=holder.order.store_id, order=holder.order, draft=holder.draft, kind=said.kind, side=said.side,
                file=file, thumbnail=small, media_type=made.media_type, size=len(made.content), width=made.width,
                height=made.height, sha256=sha256, look=made.look, uploaded_by=actor.kind, uploaded_by_id=actor.id,
                uploaded_at=now,
            )  # fmt: skip
            if holder.case is not None:
                row.cases.add(holder.case)
    except BaseException:
        throw_away(file, small)
        raise
    return row


def of_holder(holder: Holder) -> Iterable[Evidence]:
    """What is there and not removed, the oldest first. One statement."""
    rows = Evidence.objects.filter(removed_at=None).order_by("id")
    if holder.case is not None:
        return rows.filter(cases=holder.case)
    if holder.draft is not None:
        return rows.filter(draft=holder.draft)
    return rows.filter(order=holder.order, draft=None, cases=None)


def evidence_of(holder: Holder) -> list[Evidence]:
    """The same with the cases of each. Two statements."""
    return list(of_holder(holder).prefetch_related(CASES))  # type: ignore[attr-defined]


def evidence_by_id(store: Store, evidence_id: int) -> Evidence | None:
    """One piece of a store's, removed or not, with its order and buyer, draft and cases. Two statements."""
    rows = Evidence.objects.filter(store=store, pk=evidence_id).select_related("order__customer", "order__store", "draft")
    return rows.prefetch_related(CASES).first()


def evidence_of_order(order: Order, ids: Sequence[int]) -> list[Evidence]:
    """Those of an order's pieces that are named, and not removed. One statement."""
    return list(Evidence.objects.filter(order=order, pk__in=list(ids), removed_at=None).order_by("id"))


def attach(evidence: Iterable[Evidence], cases: Iterable[Case]) -> None:
    """A claim has been filed: what was handed in for it belongs to all of its cases. One statement."""
    link, known = Evidence.cases.through, list(cases)
    link.objects.bulk_create(
        [link(evidence_id=each.pk, case_id=case.pk) for each in evidence for case in known], ignore_conflicts=True
    )


def remove(evidence: Evidence, *, now: datetime) -> bool:
    """Takes it out of sight; whether it was still there. Its file stays for a while, so that it can be put back."""
    return change(evidence, {"removed_at": now}, removed_at=None)


def put_back(holder: Holder, evidence: Evidence) -> bool:
    """Undoes a removal; whether there was one. `EvidenceRefused` where its place has been filled meanwhile. As in `keep`."""
    with transaction.atomic():
        _hold(holder)
        there = list(of_holder(holder))
        if len(there) >= MOST or (evidence.side and any(each.side == evidence.side for each in there)):
            raise EvidenceRefused("many")
        return bool(Evidence.objects.filter(pk=evidence.pk).exclude(removed_at=None).update(removed_at=None))


def forget_old(now: datetime, *, most: int = 500) -> int:
    """Deletes for good what was removed long ago, or never came to a case; how many pieces. Files go once that is decided."""
    removed = Evidence.objects.filter(removed_at__lt=now - KEPT_REMOVED)
    unfiled = Evidence.objects.filter(uploaded_at__lt=now - KEPT_UNFILED, cases=None)
    rows = list((removed | unfiled).distinct().order_by("id")[:most])
    names = [name for each in rows for name in (each.file, each.thumbnail)]
    with transaction.atomic():
        Evidence.objects.filter(pk__in=[each.pk for each in rows]).delete()
        transaction.on_commit(lambda: throw_away(*names))
    return len(rows)


def throw_away_unkept(now: datetime) -> int:
    """Throws away files of a transaction that came to nothing, a day after; how many pieces. Files that are known stay."""
    lost = 0
    for mark, names in unsure(now - timedelta(days=1)):
        known = Evidence.objects.filter(file=names[0]).exists()
        throw_away(mark, *(() if known else names))
        lost += not known
    return lost
