"""The closed, typed vocabulary of facts: what each may be, who knows it, and how it is asked.

A policy may turn on these facts and on nothing else. A fact that nobody has stated yet is unknown (`None`), which is part
of the logic; an event that has not happened is not unknown: it is known not to have happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from avdet.core import vocabulary as v

Kind = Literal["bool", "enum", "int"]
Knower = Literal["record", "customer", "expert", "carrier"]
Value = bool | int | str
Facts = dict[str, Value | None]
"""Every fact's name → its value, or `None` where it is not known."""

NOT_STARTED: Final = -1
"""An elapsed-time fact whose event has not happened: any period that would run from it has no end yet."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `values` for an enum, `low`/`high` (both included) and `unit` for an integer.

    `always`: the record or the contract supplies it in every question, so it is never unknown.
    `question` is in the order tr, fa, en: a question to whoever knows the fact, or for records a label.
    """

    name: str
    kind: Kind
    known_by: Knower
    question: tuple[str, str, str]
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    unit: str = ""
    always: bool = False
    event: str = ""

    def asked(self, language: str) -> str:
        """The question in a language of `vocabulary.LANGUAGES`."""
        return self.question[v.LANGUAGES.index(language)]

    def admits(self, value: object) -> bool:
        """Whether `value` is of this fact's type and inside its bounds."""
        if self.kind == "bool":
            return isinstance(value, bool)
        if self.kind == "enum":
            return isinstance(value, str) and value in self.values
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high


MAX_MINOR: Final = 10**15
MAX_QUANTITY: Final = 1_000_000
MAX_ELAPSED: Final = {"hours": 1_000_000, "days": 40_000, "working_days": 40_000, "rolled_days": 40_000, "months": 1_400}

EU: Final = (
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT",
    "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
)  # fmt: skip
COUNTRIES: Final = ("TR", "TR-KKTC", "IR", *EU, "GB", "other")
PLACES: Final = ("istanbul", "tehran", "karaj", "other")


def _customer(name: str, tr: str, fa: str, en: str) -> Fact:
    return Fact(name, "bool", "customer", (tr, fa, en))


def _record(name: str, tr: str, fa: str, en: str, *, always: bool = True) -> Fact:
    return Fact(name, "bool", "record", (tr, fa, en), always=always)


_ANSWERS: Final = (
    Fact("reason", "enum", "customer",
         ("Ne oldu?", "چه پیش آمده است؟", "What happened?"), values=v.REASONS),
    _customer("sealed", "Ürünün ilk ambalajı, mührü ve filmi hiç açılmamış mı?",
              "آیا بسته‌بندی، پلمب و روکش اولیهٔ کالا دست‌نخورده است؟",
              "Is the product's first packaging, seal and film still unbroken?"),
    _customer("used", "Ürünü kullandınız mı?", "آیا از کالا استفاده کرده‌اید؟", "Have you used the product?"),
    _customer("box_kept", "Orijinal kutusu sizde ve sağlam mı?", "آیا جعبهٔ اصلی کالا را سالم نگه داشته‌اید؟",
              "Do you still have the original box, whole?"),
    _customer("box_marked", "Orijinal kutunun üzerinde yazı, etiket, adres veya yırtık var mı?",
              "آیا روی جعبهٔ اصلی نوشته، برچسب، نشانی یا پارگی هست؟",
              "Is there any label, writing, address or tear on the original box?"),
    _customer("accessories_complete", "Ürünle gelen bütün parçalar ve aksesuarlar sizde mi?",
              "آیا همهٔ لوازم و قطعات همراه کالا موجود است؟", "Do you have everything that came with the product?"),
    _customer("gift_included", "Ürünle birlikte gelen hediye sizde mi?", "آیا هدیهٔ همراه کالا را هم پس می‌فرستید؟",
              "Can you send back the gift that came with it?"),
    _customer("visible_at_delivery", "Sorun, paket kapıda teslim edilirken dışarıdan görülebiliyor muydu?",
              "آیا هنگام تحویل، مشکل از روی بسته دیده می‌شد؟",
              "Could the problem be seen on the parcel when it was handed to you?"),
    _customer("visible_without_opening", "Sorun, ürünün ambalajı açılmadan görülebiliyor mu?",
              "آیا مشکل بدون باز کردن بسته‌بندی کالا دیده می‌شود؟",
              "Can the problem be seen without opening the product's packaging?"),
    _customer("visible_without_use", "Fark, ürün kullanılmadan anlaşılabiliyor mu?",
              "آیا تفاوت بدون استفاده از کالا پیداست؟", "Can the difference be seen without using the product?"),
    _customer("in_specification", "Farklı olan özellik, ürün sayfasındaki özellik tablosunda yazıyor mu?",
              "آیا ویژگیِ متفاوت در جدول مشخصات صفحهٔ کالا آمده است؟",
              "Is the property that differs listed in the specification table of the product page?"),
    _customer("misuse", "Sorun kurulum, ayar, taşıma ya da kılavuza aykırı bir kullanımdan sonra mı çıktı?",
              "آیا مشکل پس از نصب، تنظیم، جابه‌جایی یا استفادهٔ خلاف دفترچه پیش آمد؟",
              "Did the problem come from installing, setting up, moving or using it against the manual?"),
    _customer("carrier_report", "Kargo görevlisi hasar tutanağı düzenledi mi?",
              "آیا شرکت حمل گزارش رسمی آسیب را نوشته است؟", "Did the carrier's courier draw up a damage report?"),
    _customer("service_report", "Yetkili servis sorunu bir raporla kayda geçirdi mi?",
              "آیا نمایندهٔ خدمات مجاز گزارش مکتوب داده است؟", "Did the authorised service put the problem in a report?"),
    _customer("documents", "Bunu açıkça gösteren belgeleriniz (fotoğraf, video) var mı?",
              "آیا مدرک روشنی (عکس یا فیلم) از این مشکل دارید؟",
              "Do you have clear evidence of it, such as photos or a video?"),
    _customer("six_photos", "Ürünün ve ambalajın altı yüzünü beyaz fonda fotoğrafladınız mı?",
              "آیا از شش سوی کالا و بسته‌بندی در زمینهٔ سفید عکس گرفته‌اید؟",
              "Have you photographed goods and packaging from six sides on a white background?"),
    _customer("opened_before_courier", "Paketi kargo görevlisinin yanında açtınız mı?",
              "آیا بسته را پیش از رفتن پیک و در حضور او باز کردید؟", "Did you open the parcel in front of the courier?"),
    _record("arranged", "İade mağazayla önceden konuşuldu", "ارسال از پیش با فروشگاه هماهنگ شده است",
            "The return was arranged with the store before sending"),
)  # fmt: skip

_TRAIT_LABELS: Final = {
    "food": ("Gıda", "خوراکی", "Food"),
    "gift_card": ("Hediye kartı", "کارت هدیه", "Gift card"),
    "gift": ("Hediye (bedelsiz)", "هدیه (بدون بها)", "Gift, invoiced at zero"),
    "large": ("Büyük ürün", "کالای بزرگ", "Large goods"),
    "hygiene": ("Hijyen ürünü", "کالای بهداشتی", "Hygiene goods"),
    "personal_use": ("Kişisel kullanım ürünü", "کالای شخصی", "Goods for personal use"),
    "made_to_order": ("Siparişe özel üretim", "ساخته‌شده به سفارش", "Made to order"),
    "call_before_buying": ("Almadan önce arayın", "پیش از خرید تماس بگیرید", "Call before buying"),
    "seven_day_test": ("7 gün test", "۷ روز مهلت تست", "7-day test"),
    "serial_number": ("Seri numaralı", "دارای شمارهٔ سریال", "Has a serial number"),
    "authorised_installation": ("Kurulumu yetkili servis yapar", "نصب با خدمات مجاز", "Installed by an authorised service"),
    "perishable": ("Çabuk bozulur", "فسادپذیر", "Perishable"),
    "sealed_media": ("Mühürlü ses, görüntü veya yazılım", "محصول صوتی، تصویری یا نرم‌افزاری پلمب‌شده",
                     "Sealed audio, video or software"),
    "periodical": ("Gazete veya dergi", "روزنامه یا مجله", "Newspaper or magazine"),
    "market_price": ("Fiyatı piyasaya bağlı", "بهای وابسته به بازار", "Priced by a financial market"),
}  # fmt: skip

_EVENT_LABELS: Final = {
    "placed": ("Sipariş verildi", "سفارش ثبت شده", "Order placed"),
    "paid": ("Ödeme alındı", "پرداخت انجام شده", "Paid"),
    "invoiced": ("Fatura kesildi", "فاکتور صادر شده", "Invoiced"),
    "handed_to_carrier": ("Kargoya verildi", "تحویل شرکت حمل شده", "Handed to the carrier"),
    "delivered": ("Teslim edildi", "به مشتری تحویل شده", "Delivered"),
    "refused": ("Kapıda geri çevrildi", "هنگام تحویل پذیرفته نشده", "Refused at the door"),
    "first_attempt": ("İlk teslim denemesi yapıldı", "نخستین مراجعهٔ پیک انجام شده", "A first delivery was attempted"),
    "last_attempt": ("Son teslim denemesi yapıldı", "واپسین مراجعهٔ پیک انجام شده", "A delivery was attempted"),
    "reported": ("Talep bildirildi", "درخواست ثبت شده", "Claim reported"),
    "goods_received": ("Ürün mağazaya ulaştı", "کالا به فروشگاه رسیده", "Goods arrived at the store"),
    "found": ("İnceleme sonuçlandı", "نتیجهٔ کارشناسی معلوم شده", "The experts' finding is known"),
    "custody_started": ("Ürün emanette", "کالا به امانت مانده", "Goods are in custody"),
}  # fmt: skip

_UNIT_LABELS: Final = {
    "hours": ("saat", "ساعت", "hours"),
    "days": ("gün", "روز", "days"),
    "working_days": ("iş günü", "روز کاری", "working days"),
    "rolled_days": ("gün (tatile rastlarsa ertesi iş günü)", "روز (در صورت تعطیلی تا روز کاری بعد)",
                    "days (rolled past holidays)"),
    "months": ("ay", "ماه", "months"),
}  # fmt: skip

_ORDER: Final = (
    Fact("unit_price", "int", "record", ("Birim fiyat", "بهای واحد", "Unit price"),
         high=MAX_MINOR, unit="minor units", always=True),
    Fact("quantity", "int", "record", ("Sipariş edilen adet", "تعداد سفارش", "Quantity ordered"),
         low=1, high=MAX_QUANTITY, unit="pieces", always=True),
    Fact("claimed_quantity", "int", "record", ("Talep edilen adet", "تعداد مورد درخواست", "Quantity claimed"),
         low=1, high=MAX_QUANTITY, unit="pieces", always=True),
    Fact("order_total", "int", "record", ("Sipariş toplamı", "جمع سفارش", "Order total"),
         high=MAX_MINOR, unit="minor units", always=True),
    Fact("payment_method", "enum", "record", ("Ödeme yöntemi", "روش پرداخت", "Payment method"),
         values=("online", "card_to_card", "cash_on_delivery"), always=True),
    Fact("delivery_method", "enum", "record", ("Teslimat yöntemi", "روش تحویل", "Delivery method"),
         values=("carrier", "direct"), always=True),
    Fact("recipient", "enum", "record", ("Teslim alacak kişi", "گیرنده", "Recipient"),
         values=("customer", "other"), always=True),
    Fact("country", "enum", "record", ("Teslimat ülkesi", "کشور مقصد", "Country of delivery"),
         values=COUNTRIES),
    Fact("place", "enum", "record", ("Teslimat yeri", "شهر مقصد", "Place of delivery"), values=PLACES, always=True),
    Fact("local_minute", "int", "record",
         ("Günün dakikası (mağaza saatiyle)", "دقیقهٔ روز (به وقت فروشگاه)", "Minute of the day, store time"),
         high=1439, unit="minutes", always=True),
    _record("working_day", "Bugün iş günü", "امروز روز کاری است", "Today is a working day"),
    _record("short_of_stock", "Siparişte stoğu yetmeyen ürün var", "موجودی بخشی از سفارش کافی نیست",
            "Something in the order is short of stock", always=False),
    _record("nothing_in_stock", "Siparişteki hiçbir ürün stokta yok", "هیچ کالای سفارش موجود نیست",
            "Nothing in the order is in stock", always=False),
    _record("partial_consent", "Müşteri parça parça gönderime izin verdi", "مشتری با ارسال چندمرحله‌ای موافق است",
            "The customer consents to delivery in parts"),
    _record("form_complete", "Sipariş formu eksiksiz", "فرم سفارش کامل و درست است", "The order form is complete"),
    _record("recipient_details", "Alıcının adı, adresi ve telefonu kayıtlı", "نام، نشانی و تلفن گیرنده ثبت شده",
            "The recipient's name, address and phone are on record"),
    _record("sales_stopped", "Satış durduruldu", "فروش متوقف شده است", "Sales have been stopped"),
    _record("placed_before_stop", "Sipariş, satış durmadan önce verildi", "سفارش پیش از توقف فروش ثبت شده",
            "The order was placed before the stop"),
    Fact("attempts", "int", "record", ("Başarısız teslim denemesi", "مراجعهٔ ناموفق پیک", "Failed delivery attempts"),
         high=100, unit="attempts", always=True),
    Fact("payer", "enum", "record", ("Ödemeyi yapan hesabın sahibi", "صاحب حساب پرداخت‌کننده", "Holder of the paying account"),
         values=("customer", "parent", "other"), always=True),
    Fact("refund_holder", "enum", "record", ("İade hesabının sahibi", "صاحب حساب بازپرداخت", "Holder of the refund account"),
         values=("customer", "parent", "other", "none"), always=True),
    _record("card_registered", "İade için kayıtlı bir hesap var", "حساب یا کارتی برای بازپرداخت ثبت شده",
            "An account is registered for refunds"),
    _record("paid_from_registered", "Ödeme kayıtlı hesaptan yapıldı", "پرداخت از همان حساب ثبت‌شده بوده است",
            "Paid from the registered account"),
    _record("payer_documents_checked", "Ödeyenin ve hesap sahibinin belgeleri incelendi",
            "مدارک صاحب کارت و صاحب حساب کاربری بررسی شده است",
            "The documents of the payer and of the account's owner have been checked"),
    _record("minor", "Müşteri 18 yaşından küçük", "مشتری کمتر از ۱۸ سال دارد", "The customer is under 18"),
)  # fmt: skip

_INSPECTION: Final = (
    Fact("finding", "enum", "expert", ("Uzman incelemesi ne gösterdi?", "نتیجهٔ کارشناسی چیست؟", "What did the experts find?"),
         values=("confirmed", "not_confirmed", "misuse")),
    Fact("replacement_in_stock", "bool", "expert",
         ("Aynı üründen stokta var mı?", "آیا همین کالا موجود است؟", "Is the same product in stock?")),
    Fact("carrier_confirmed", "bool", "carrier",
         ("Taşıyıcı hasarı kabul etti mi?", "آیا شرکت حمل آسیب را تأیید کرده است؟", "Has the carrier confirmed the damage?")),
    Fact("within_rules", "bool", "expert",
         ("Ürün, kuralların istediği durumda mı geldi?", "آیا کالا با شرایط خواسته‌شده رسیده است؟",
          "Did the goods come back in the condition that the rules ask?")),
    Fact("customer_refuses_goods", "bool", "expert",
         ("Müşteri ürünü geri almayı reddediyor mu?", "آیا مشتری از پس گرفتن کالا خودداری می‌کند؟",
          "Does the customer refuse to take the goods back?")),
    Fact("makers_opinion_needed", "bool", "expert",
         ("Üretici temsilcisinin görüşü gerekli mi?", "آیا نظر نمایندهٔ سازنده لازم است؟",
          "Is the opinion of the maker's representative needed?")),
)  # fmt: skip


def elapsed_name(event: str, unit: str) -> str:
    """The elapsed-time fact of an event.

    >>> elapsed_name("delivered", "working_days")
    'working_days_since_delivery'
    """
    return f"{unit}_since_{v.EVENTS[event]}"


def _elapsed(event: str, unit: str) -> Fact:
    tr, fa, en = _EVENT_LABELS[event]
    unit_tr, unit_fa, unit_en = _UNIT_LABELS[unit]
    words = (f"{tr}: geçen {unit_tr}", f"{fa}: {unit_fa} گذشته", f"{en}: {unit_en} since")
    return Fact(elapsed_name(event, unit), "int", "record", words,
                low=NOT_STARTED, high=MAX_ELAPSED[unit], unit=unit, always=True, event=event)  # fmt: skip


FACTS: Final[tuple[Fact, ...]] = (
    *_ANSWERS,
    *(_record(name, *words) for name, words in _TRAIT_LABELS.items()),
    *(_record(name, *words) for name, words in _EVENT_LABELS.items()),
    *_ORDER,
    *_INSPECTION,
    *(_elapsed(event, unit) for event in v.EVENTS for unit in v.UNITS),
)
BY_NAME: Final[dict[str, Fact]] = {fact.name: fact for fact in FACTS}
POSITION: Final[dict[str, int]] = {fact.name: i for i, fact in enumerate(FACTS)}
UNKNOWN: Final[Facts] = {fact.name: None for fact in FACTS}


class Given(dict[str, Value | None]):
    """Facts of which one alone is looked at; whether any other is known is left open."""

    def __init__(self, fact: str, value: Value | None) -> None:
        super().__init__({fact: value})

    def __missing__(self, _: str) -> None:
        return None


_EVERYONE: Final = frozenset({"record", "customer", "expert", "carrier"})
_BEFORE_INSPECTION: Final = frozenset({"record", "customer"})
KNOWERS: Final[dict[str, frozenset[str]]] = {
    point: _EVERYONE if point in {"inspection", "refund", "custody"} else _BEFORE_INSPECTION for point in v.POINTS
}
"""Whose facts a clause may turn on at each decision point; the rest are simply not known there yet."""

CLAIMLESS: Final = frozenset({"checkout", "dispatch", "address_change", "delivery_failed"})
"""Decision points at which there is no claim, and so no reason and no answers."""
