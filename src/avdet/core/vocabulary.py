"""The closed lists that a policy may speak of: decision points, values it can set, events and units of time.

The names are those of the decision contract: they may be added to and are never renamed.
"""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("tr", "fa", "en")

POINTS: Final = (
    "checkout", "dispatch", "address_change", "cancellation", "delivery_failed",
    "claim", "inspection", "refund", "custody",
)  # fmt: skip

REASONS: Final = (
    "withdrawal", "defect", "transit_damage", "mismatch", "missing_parts",
    "wrong_item", "installation_fault", "not_received",
)  # fmt: skip

TRAITS: Final = (
    "food", "gift_card", "gift", "large", "hygiene", "personal_use", "made_to_order", "call_before_buying",
    "seven_day_test", "serial_number", "authorised_installation",
    "perishable", "sealed_media", "periodical", "market_price",
)  # fmt: skip

OUTCOMES: Final = ("approve", "evidence", "deny", "review")
"""What a clause may set. The engine itself adds `ask`, and `review` for a gap or a conflict."""

REMEDIES: Final = (
    "replacement", "refund", "other_product", "correction", "send_back", "cancellation", "custody",
    "makers_representative", "second_visit", "redelivery",
)  # fmt: skip

CARRIAGES: Final = ("return_shipping", "redelivery_shipping", "outbound_shipping")
"""The ways of the goods that one of the `PAYERS` bears: back to the store, to the customer again, and the first delivery,
whose price is given back where the store bears it."""

REQUIREMENTS: Final = (
    "original_box", "box_unmarked", "outer_box", "invoice", "accessories", "warranty_card", "gift_back",
    "signed_fault_note", "postal_receipt", "postal_receipt_photo", "remove_passwords", "express_post_only",
    "arrange_first", "six_photos", "insurance_form", "carrier_report", "service_report", "documents", "order_number",
    "account_holder_name", "payer_documents", "identification", "prepayment", "consent",
    "iban", "registered_card", "parents_card", "recipient_details", "complete_form", "check_at_door",
    "original_packaging", "courier_collection", "insurance_advised", "bring_in_person",
)  # fmt: skip

SHOWN_BY: Final[dict[str, tuple[str, bool | str]]] = {
    "original_box": ("box_kept", True),
    "box_unmarked": ("box_marked", False),
    "accessories": ("accessories_complete", True),
    "gift_back": ("gift_included", True),
    "carrier_report": ("carrier_report", True),
    "service_report": ("service_report", True),
    "documents": ("documents", True),
    "six_photos": ("six_photos", True),
    "arrange_first": ("arranged", True),
    "consent": ("partial_consent", True),
    "prepayment": ("paid", True),
    "original_packaging": ("sealed", True),
    "registered_card": ("refund_holder", "customer"),
    "parents_card": ("refund_holder", "parent"),
    "payer_documents": ("payer_documents_checked", True),
    "complete_form": ("form_complete", True),
    "recipient_details": ("recipient_details", True),
}
"""Requirement → the fact, and its value, that shows it to be done. A requirement that no fact shows is never *missing*."""

BY_FILES: Final = ("documents", "six_photos", "carrier_report", "service_report")
"""Requirements that only a file shows; of the rest the customer's word is taken, and looked at when the goods arrive."""

PAYERS: Final = ("store", "customer")

DEADLINES: Final = (
    "report_by", "send_by", "decide_by", "refund_from", "refund_by", "remind_at", "process_by", "dispatch_by",
    "return_to_store_by", "keep_box_until", "custody_until", "average_decision_by",
)  # fmt: skip

EVENTS: Final = {
    "placed": "order",
    "paid": "payment",
    "invoiced": "invoice",
    "handed_to_carrier": "hand_over",
    "delivered": "delivery",
    "refused": "refusal",
    "first_attempt": "first_attempt",
    "last_attempt": "last_attempt",
    "reported": "report",
    "goods_received": "arrival",
    "found": "finding",
    "custody_started": "custody",
}
"""Event → the noun in the names of its elapsed-time facts: `delivered` gives `days_since_delivery`."""

CLAIM_EVENTS: Final = ("placed", "paid", "invoiced", "handed_to_carrier", "delivered", "refused", "first_attempt",
                       "last_attempt")  # fmt: skip
"""Events whose elapsed time is taken at the report of the claim, where there is one; all others are taken at `now`."""

UNITS: Final = ("hours", "days", "working_days", "rolled_days", "months")
"""`rolled_days`: days whose last one, if no working day, rolls on to the next working day (EU Regulation 1182/71, 3(4))."""
