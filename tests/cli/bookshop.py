"""A small shop's policy and one claim, for tests that need no more."""

POLICY = """\
avdet: 1
store: bookshop
name: {en: Corner Books, tr: Köşe Kitap, fa: کتاب گوشه}
languages: [en, tr, fa]
currency: TRY
calendar: {country: TR, zone: Europe/Istanbul, weekend: [saturday, sunday]}
versions:
  - {version: "1", in_force_from: 2025-01-01}
clauses:
  - id: BKS-WDR-1
    at: claim
    when: reason == withdrawal
    provided: sealed
    within: {working_days: 7, after: delivered, sets: report_by}
    then: {outcome: approve, remedies: [refund], return_shipping: customer, requires: [invoice]}
    otherwise: {outcome: deny}
    text:
      en: A book still sealed can be returned within 7 working days.
      tr: Ambalajı açılmamış kitap 7 iş günü içinde iade edilir.
      fa: کتاب بازنشده تا ۷ روز کاری پس داده می‌شود.
  - id: BKS-GFT-1
    at: claim
    when: gift
    exception_to: [BKS-WDR-1]
    then: {outcome: deny}
    text:
      en: A gift is not returned.
      tr: Hediye iade edilmez.
      fa: هدیه پس گرفته نمی‌شود.
"""

QUESTION = {
    "store": "bookshop.yaml",
    "at": "claim",
    "order": {
        "number": "B-7", "placed_at": "2026-03-02T10:00:00+03:00", "paid_at": "2026-03-02T10:00:00+03:00",
        "handed_to_carrier_at": "2026-03-03T10:00:00+03:00", "delivered_at": "2026-03-05T10:00:00+03:00",
        "lines": [{"sku": "B", "quantity": 2, "unit_price": 12950, "currency": "TRY"}],
    },
    "claim": {
        "sku": "B", "quantity": 1, "reason": "withdrawal", "reported_at": "2026-03-09T10:00:00+03:00", "return_cost": 4000,
        "answers": {"sealed": True},
    },
}  # fmt: skip
