"""How states look: the tone that a colour stands for, and the icon beside the word."""

from __future__ import annotations

from typing import Final

ORDER_TONES: Final = {
    "placed": "wait", "confirmed": "news", "preparing": "news", "part_shipped": "news", "shipped": "news", "delivered": "good",
    "closed": "quiet", "cancelled": "quiet", "returned": "bad", "attempted": "wait",
}  # fmt: skip
ORDER_ICONS: Final = {
    "placed": "clock", "confirmed": "circle-check", "preparing": "package", "part_shipped": "truck", "shipped": "truck",
    "delivered": "package-check", "closed": "circle-check", "cancelled": "circle-x", "returned": "undo-2", "attempted": "clock",
}  # fmt: skip
DELIVERY_TONES: Final = {
    "planned": "quiet", "delivered": "good", "refused": "bad", "lost": "bad", "returned": "bad", "attempted": "wait",
    "cancelled": "quiet",
}  # fmt: skip
MONEY_TONES: Final = {
    "expected": "wait", "paid": "good", "confirmed": "good", "failed": "bad", "unknown": "wait", "void": "quiet",
    "granted": "wait", "sending": "news",
}  # fmt: skip
BATCH_TONES: Final = {
    "draft": "wait", "approved": "wait", "released": "news", "exported": "news", "settled": "good", "void": "quiet",
}  # fmt: skip
LINE_TONES: Final = {
    "open": "news", "settled": "good", "returned": "bad", "refused": "bad", "taken_out": "quiet", "undone": "wait",
}  # fmt: skip
EVENT_ICONS: Final = {
    "placed": "shopping-bag", "pay": "circle-check", "prepare": "package", "ship": "truck", "ship_part": "truck",
    "ship_again": "truck", "deliver": "package-check", "come_back": "undo-2", "close": "circle-check", "cancel": "circle-x",
    "pieces_cancelled": "circle-x", "address_changed": "map-pin", "invoiced": "receipt-text", "noted": "pencil",
    "contact_shown": "eye", "recalled": "undo-2", "handed_over": "truck", "attempted": "clock", "delivered": "package-check",
    "refused": "circle-x", "returning": "undo-2", "returned": "undo-2", "lost": "circle-alert", "on_the_way": "truck",
    "consent_given": "circle-check", "consent_refused": "circle-x", "paid": "credit-card", "payment": "credit-card",
    "refund": "hand-coins", "notice": "mail",
}  # fmt: skip
EVENT_TONES: Final = {
    "cancel": "bad", "come_back": "bad", "deliver": "good", "delivered": "good", "refused": "bad", "lost": "bad",
    "attempted": "wait", "paid": "good",
}  # fmt: skip
CASE_TONES: Final = {
    "filed": "news", "evidence": "wait", "review": "wait", "approved": "good", "choosing": "wait", "settling": "news",
    "denied": "bad", "settled": "quiet", "withdrawn": "quiet", "merged": "quiet",
}  # fmt: skip
CASE_ICONS: Final = {
    "filed": "inbox", "evidence": "paperclip", "review": "scale", "approved": "circle-check", "choosing": "list-checks",
    "settling": "hourglass", "denied": "circle-x", "settled": "badge-check", "withdrawn": "undo-2", "merged": "copy",
}  # fmt: skip
STORY_ICONS: Final = {
    "filed": "inbox", "approve": "circle-check", "deny": "circle-x", "ask_evidence": "paperclip", "refer": "scale",
    "offer": "list-checks", "choose": "check", "settle": "badge-check", "withdraw": "undo-2", "reopen": "rotate-ccw",
    "stand": "badge-check", "merge": "copy", "merged_with": "copy", "send": "truck", "arrive": "package-open",
    "inspect": "search", "hold": "lock",
    "send_back": "undo-2", "evidence_added": "image", "evidence_supplied": "paperclip", "overridden": "pencil",
    "override_asked": "users", "override_refused": "x", "missed": "circle-alert", "assigned": "user", "noted": "message-square",
    "answered": "pencil", "parcel_announced": "package", "lose": "circle-alert", "parcel_lost": "circle-alert",
}  # fmt: skip
STORY_TONES: Final = {
    "approve": "good", "settle": "good", "deny": "bad", "missed": "bad", "lose": "bad", "parcel_lost": "bad",
    "ask_evidence": "wait", "refer": "wait", "override_asked": "wait",
}  # fmt: skip
