"""A small shop's policy for the tests of its published terms and of their wording; and the head of smaller ones."""

from avdet.core.policy import Policy
from avdet.policies.shelf import read_bytes

HEADER = """
avdet: 1
store: bookshop
name: {en: Bookshop}
languages: [en]
currency: TRY
calendar: {country: TR, zone: Europe/Istanbul, weekend: [saturday, sunday]}
versions: [{version: "1", in_force_from: 2020-01-01}]
clauses:
"""
"""What every shop of the tests of proofs begins with; its clauses follow."""

BOOKSHOP = """
avdet: 1
store: bookshop
name: {tr: Kitabevi, fa: کتاب‌فروشی, en: The Bookshop}
languages: [tr, fa, en]
currency: TRY
calendar: {country: TR, zone: Europe/Istanbul, weekend: [saturday, sunday]}
versions:
  - {version: "1", in_force_from: 2024-01-01}
  - {version: "2", in_force_from: 2026-01-01}
parameters: {withdrawal_days: 10}
clauses:
  - id: BKS-ORD-1
    source: "The Bookshop, terms: orders"
    at: dispatch
    text:
      tr: Siparişinizi ödemeniz onaylandıktan sonra 2 iş günü içinde kargoya veririz.
      fa: سفارش شما را حداکثر ۲ روز کاری پس از پرداخت به پیک می‌سپاریم.
      en: We hand your order to the courier within 2 working days of payment.
    then: {outcome: approve, deadlines: {dispatch_by: {working_days: 2, after: paid}}}
  - id: BKS-WDR-1
    source: "The Bookshop, terms: change of mind"
    at: claim
    valid_to: 2026-01-01
    when: reason == withdrawal
    text:
      tr: Fikriniz değişirse kitabı teslimden sonra 7 gün içinde geri gönderebilirsiniz.
      fa: اگر پشیمان شدید، تا ۷ روز پس از تحویل می‌توانید کتاب را پس بفرستید.
      en: If you change your mind, you may send the book back within 7 days of delivery.
    within: {days: 7, after: delivered, sets: report_by}
    then: {outcome: approve, remedies: [refund], return_shipping: customer}
    otherwise: {outcome: deny}
  - id: BKS-WDR-2
    source: "The Bookshop, terms: change of mind"
    at: claim
    valid_from: 2026-01-01
    when: reason == withdrawal
    text:
      tr: Fikriniz değişirse kitabı teslimden sonra 10 gün içinde geri gönderebilirsiniz; dönüş kargosu sizindir.
      fa: اگر پشیمان شدید، تا ۱۰ روز پس از تحویل می‌توانید کتاب را پس بفرستید؛ هزینهٔ بازگشت با شماست.
      en: If you change your mind, you may send the book back within 10 days of delivery; you pay the return.
    within: {days: withdrawal_days, after: delivered, sets: report_by}
    then: {outcome: approve, remedies: [refund], return_shipping: customer}
    otherwise: {outcome: deny}
  - id: BKS-WDR-3
    source: "The Bookshop, terms: change of mind"
    at: claim
    when: reason == withdrawal and sealed_media
    exception_to: [BKS-WDR-1, BKS-WDR-2]
    text:
      tr: Açılmış sesli kitap bu haktan yararlanamaz.
      fa: کتاب صوتیِ بازشده مشمول این حق نیست.
      en: An audio book cannot be sent back for a change of mind.
    then: {outcome: deny}
    note: The source speaks of opened ones only; read as all of them.
  - id: BKS-DEF-1
    source: "The Bookshop, terms: faults"
    at: claim
    when: reason == defect
    text:
      tr: Sayfası eksik veya hatalı basılmış kitabı bir hafta içinde bildirin; yenisini göndeririz, kargo bizdendir.
      fa: اگر کتاب برگی کم دارد یا بد چاپ شده است، تا یک هفته خبر دهید؛ نسخهٔ تازه می‌فرستیم و هزینهٔ ارسال با ماست.
      en: Tell us within a week of a missing page or a bad print; we send a new copy and pay the carriage.
    within: {days: 7, after: delivered, sets: report_by}
    then: {outcome: approve, remedies: [replacement, refund], return_shipping: store, requires: [invoice]}
    otherwise: {outcome: deny}
  - id: BKS-REF-1
    source: "The Bookshop, terms: refunds"
    at: refund
    text:
      tr: Paranızı onaydan sonra 3 ila 5 iş günü içinde geri öderiz.
      fa: پول شما ۳ تا ۵ روز کاری پس از تأیید بازگردانده می‌شود.
      en: Your money is returned 3 to 5 working days after the finding.
    then:
      outcome: approve
      remedies: [refund]
      deadlines: {refund_from: {working_days: 3, after: found}, refund_by: {working_days: 5, after: found}}
  - id: BKS-HLP-1
    source: "The Bookshop, help"
    carried_by: conversations
    states: [24]
    text:
      tr: Sorularınızı genellikle 24 saat içinde yanıtlarız.
      fa: پرسش‌های شما را معمولاً تا ۲۴ ساعت پاسخ می‌دهیم.
      en: We usually answer your questions within 24 hours.
gaps:
  - about: BKS-DEF-1
    at: claim
    when: reason == not_received
    text:
      tr: Hiç gelmeyen bir sipariş için ne yapılacağını koşullar söylemiyor.
      fa: شرایط دربارهٔ سفارشی که هرگز نرسیده چیزی نمی‌گوید.
      en: The terms do not say what happens to an order that never came.
"""


def bookshop(*changes: tuple[str, str]) -> Policy:
    """The bookshop's policy, with pieces of its file put in place of others."""
    text = BOOKSHOP
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read_bytes(text.encode(), "bookshop.yaml")
