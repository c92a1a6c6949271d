"""Claims and their cases: what a customer says is wrong, what was decided about it by which clause, and all that followed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from avdet.core.lifecycles import CASE, GOODS
from avdet.core.vocabulary import OUTCOMES
from avdet.records.orders.models import Order, OrderEvent, OrderLine
from avdet.records.people.models import User
from avdet.records.shared.sealed import SealedJson, SealedText
from avdet.records.stores.models import PolicyVersion, Store

OVER = ("denied", "settled", "withdrawn", "merged")
"""States in which nobody is waited for."""
PUT_RIGHT = ("settling", "settled")
"""States of a case for which a remedy has been chosen."""
FREED = ("denied", "withdrawn", "merged")
"""States that leave the claimed pieces open to another claim."""


class Claim(models.Model):
    """What was filed at once: one or more cases of one order. `words` is what the customer wrote, sealed.

    `key` is given by whoever files it, so that a repetition files nothing twice.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="claims")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="claims")
    key = models.CharField(max_length=80)
    channel = models.CharField(max_length=8, help_text="portal, guest, desk or api")
    language = models.CharField(max_length=2)
    words = SealedText(blank=True, default="")
    filed_by = models.CharField(max_length=8, choices=OrderEvent.Actor.choices)
    filed_by_id = models.BigIntegerField(null=True, blank=True)
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="claim_once")]
        indexes = [models.Index(fields=["order", "id"], name="claims_of_order")]


class Case(models.Model):
    """So many pieces of one order line, claimed for one reason: an RMA.

    `state` says what was decided (`CASE`), `goods` where the goods are (`GOODS`); each is moved by compare-and-swap on
    `revision`. `question` is the question that was put to the engine, frozen, with `answers` as the customer gave them;
    `decision` the answer document of the latest asking, with the clauses. `waits_for` and `due_at` are what the board
    shows: whose turn it is, and until when. `number` is the order's with a running `R`: `1042-R1`.
    """

    class WaitsFor(models.TextChoices):
        CUSTOMER = "customer"
        STORE = "store"
        CARRIER = "carrier"
        BANK = "bank"
        NOBODY = "nobody"

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="cases")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="cases")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="cases")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="cases")
    number = models.CharField(max_length=70)
    quantity = models.PositiveIntegerField()
    pieces_before = models.PositiveIntegerField(
        default=0, help_text="pieces of the line that stand before these, so that each keeps its own share of the price"
    )
    reason = models.CharField(max_length=20)
    answers: models.JSONField[dict[str, bool]] = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=CASE.first, choices=[(state, state) for state in CASE.states])
    goods = models.CharField(max_length=14, default=GOODS.first, choices=[(state, state) for state in GOODS.states])
    revision = models.PositiveIntegerField(default=0, help_text="as many events as the case has")
    chain = models.CharField(max_length=64, blank=True, default="", help_text="the last link of its events' chain")
    waits_for = models.CharField(max_length=8, choices=WaitsFor.choices, default=WaitsFor.STORE)
    due_at = models.DateTimeField(null=True, blank=True, help_text="the nearest deadline of whoever is waited for")
    outcome = models.CharField(max_length=8, choices=[(outcome, outcome) for outcome in OUTCOMES])
    question: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    decision: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    clauses = models.TextField(
        blank=True, default="", db_default="", help_text="those behind the outcome, sorted, a space between; GAP where none is"
    )
    decided_at_point = models.CharField(max_length=12, default="claim", help_text="claim, inspection, refund or custody")
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="cases")
    policy_fingerprint = models.CharField(max_length=80)
    overridden = models.BooleanField(default=False)
    settled_before = models.BooleanField(
        default=False, help_text="opened again after a remedy had given something: its pieces are never free again"
    )
    assigned_to = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from")
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True, help_text="first approved or denied")
    arrived_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="case_number_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="case_of_something"),
        ]
        indexes = [
            models.Index(fields=["store", "-id"], name="cases_newest"),
            models.Index(fields=["store", "state", "-id"], name="cases_by_state"),
            models.Index(fields=["store", "waits_for", "due_at", "id"], condition=~Q(waits_for="nobody"), name="cases_waiting"),
            models.Index(fields=["store", "-id"], condition=~Q(waits_for="nobody"), name="cases_open_newest"),
            models.Index(fields=["assigned_to", "-id"], condition=~Q(waits_for="nobody"), name="cases_assigned"),
            models.Index(fields=["order", "id"], name="cases_of_order"),
            models.Index(fields=["store", "-filed_at"], name="cases_by_date"),
            models.Index(fields=["store", "clauses", "-id"], name="cases_by_clause"),
            models.Index(fields=["store", "-id"], condition=Q(overridden=True), name="cases_overridden"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseEvent(models.Model):
    """One thing that happened to a case. `chain` is a hash of the event and of the chain before it: see `chain.py`.

    `from_state` and `to_state` are of the axis that moved: `axis` is state, goods, or empty for a fact. Nothing personal
    stands in `facts`.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    axis = models.CharField(max_length=5, blank=True, default="")
    from_state = models.CharField(max_length=14, blank=True, default="")
    to_state = models.CharField(max_length=14, blank=True, default="")
    actor = models.CharField(max_length=8, choices=OrderEvent.Actor.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, default="")
    facts: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    at = models.DateTimeField()
    chain = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_event_once")]


class CaseDeadline(models.Model):
    """A deadline of a case, as the decision set it: by which clause, counted from what, on which calendar.

    `remind_at` is when whoever it binds is reminded: for a range such as *7 to 10 working days* its first end. `due_at` is its
    last instant. `state`: open, met, missed or void.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=20, help_text="a deadline of the contract, or evidence_by, choose_by, custody_until")
    binds = models.CharField(max_length=8, choices=Case.WaitsFor.choices)
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField()
    after = models.CharField(max_length=30, help_text="the event it runs from")
    clauses: models.JSONField[list[str]] = models.JSONField(default=list)
    calendar = models.CharField(max_length=80, blank=True, default="")
    state = models.CharField(max_length=6, default="open")
    reminded_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], condition=Q(state="open"), name="open_deadline_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="open"), name="deadlines_due"),
            models.Index(
                fields=["remind_at"], condition=Q(state="open", reminded_at__isnull=True), name="deadlines_to_remind"
            ),
        ]


class CaseOverride(models.Model):
    """What a colleague decided otherwise than the terms: a fact with an author and a reason.

    `asked` names what is set instead ({"outcome": …, "remedies": […]}), `against` the clauses it goes against. Above the
    store's limit it waits for a second person.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="overrides")
    asked: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    against: models.JSONField[list[str]] = models.JSONField(default=list)
    reason = models.TextField()
    worth_minor = models.BigIntegerField(default=0)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, default="waiting", help_text="waiting, in_force, refused")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="waiting"), name="one_override_waits"),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")), name="second_person_approves"
            ),
        ]


class CaseNote(models.Model):
    """What a colleague wrote down about a case: free words, so they stand here, sealed, not in the chain.

    It is for colleagues, unless the customer `is_told`.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = SealedText()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    is_told = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="notes_of_case")]


class ClaimDraft(models.Model):
    """A claim that is being written: it survives a closed browser. `lines`: [{line, quantity, reason, answers: […]}].

    `answers` keeps the order in which they were given, so that each can be taken back: [[fact, value], …].
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="claim_drafts")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="claim_drafts")
    token = models.CharField(max_length=40, unique=True)
    owner = models.CharField(max_length=60, help_text="whose it is: customer:<order>, staff:<id>")
    lines = SealedJson(default=list)
    words = SealedText(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "owner"], name="one_draft_each")]
        indexes = [models.Index(fields=["updated_at"], name="drafts_by_age")]


class Evidence(models.Model):
    """A photograph or a document that a claim rests on, made anew from what was uploaded: no place, no camera, no script.

    It belongs to a draft until the claim is filed, then to its cases. `look` is a perceptual hash of 64 bits, by which
    near-duplicates are found. `kind`: photo, carrier_report, service_report, receipt, document; `side` 1–6 of six photographs.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="evidence")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="evidence")
    draft = models.ForeignKey(ClaimDraft, on_delete=models.SET_NULL, null=True, blank=True, related_name="evidence")
    cases: models.ManyToManyField[Case, Any] = models.ManyToManyField(Case, related_name="evidence")
    kind = models.CharField(max_length=16)
    side = models.PositiveSmallIntegerField(null=True, blank=True)
    file = models.CharField(max_length=200, help_text="where it lies among the private files")
    thumbnail = models.CharField(max_length=200, blank=True, default="")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    look = models.BigIntegerField(null=True, blank=True)
    uploaded_by = models.CharField(max_length=8, choices=OrderEvent.Actor.choices)
    uploaded_by_id = models.BigIntegerField(null=True, blank=True)
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["store", "sha256"], name="evidence_by_content"),
            models.Index(fields=["order", "id"], name="evidence_of_order"),
        ]
