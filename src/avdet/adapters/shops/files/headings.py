"""What a column is called: our own names, and those that people write in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from avdet.core.errors import AvdetError
from avdet.words.faults import coded

ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "order": ("order number", "order no", "sipariş no", "sipariş numarası", "شماره سفارش", "سفارش"),
    "placed_at": ("date", "order date", "created at", "tarih", "sipariş tarihi", "تاریخ", "تاریخ سفارش"),
    "status": ("state", "durum", "وضعیت"),
    "currency": ("para birimi", "واحد پول", "ارز"),
    "paid_at": ("paid", "ödeme tarihi", "تاریخ پرداخت"),
    "cancelled_at": ("cancelled", "iptal tarihi", "تاریخ لغو"),
    "fulfilled_at": ("fulfilled", "shipped at", "kargo tarihi", "تاریخ ارسال"),
    "delivered_at": ("delivered", "teslim tarihi", "تاریخ تحویل"),
    "payment_method": ("payment", "ödeme yöntemi", "روش پرداخت"),
    "payment_reference": ("payment number", "ödeme no", "کد پیگیری پرداخت"),
    "customer": ("customer id", "customer number", "müşteri no", "شماره مشتری"),
    "customer_name": ("customer name", "name and surname", "müşteri", "ad soyad", "نام مشتری", "مشتری"),
    "email": ("e-mail", "e-posta", "eposta", "ایمیل"),
    "phone": ("telephone", "mobile", "telefon", "cep telefonu", "موبایل", "تلفن"),
    "street": ("address", "adres", "نشانی", "آدرس"),
    "city": ("district", "ilçe", "شهر"),
    "province": ("state or province", "il", "استان"),
    "postcode": ("postal code", "posta kodu", "کد پستی"),
    "country": ("ülke", "کشور"),
    "sku": ("product code", "stok kodu", "ürün kodu", "کد کالا"),
    "name": ("product", "product name", "ürün", "ürün adı", "کالا", "نام کالا"),
    "quantity": ("qty", "adet", "miktar", "تعداد"),
    "serials": ("serial number", "serial numbers", "seri no", "seri numarası", "شماره سریال", "سریال"),
    "unit_price": ("price", "birim fiyat", "fiyat", "قیمت واحد", "قیمت"),
    "discount": ("indirim", "تخفیف"),
    "tax": ("vat", "kdv", "مالیات"),
    "shipping": ("carriage", "kargo ücreti", "هزینه ارسال"),
    "total": ("order total", "toplam", "جمع کل"),
    "carrier": ("kargo", "شرکت حمل"),
    "tracking": ("tracking number", "takip no", "شماره رهگیری"),
    "note": ("not", "یادداشت"),
}
PRODUCTS: Final[Mapping[str, tuple[str, ...]]] = {
    "sku": ORDERS["sku"],
    "name": ORDERS["name"],
    "price": ("unit price", "fiyat", "قیمت"),
    "currency": ORDERS["currency"],
    "stock": ("on hand", "stok", "موجودی"),
    "category": ("categories", "kategori", "دسته"),
    "tags": ("etiketler", "برچسب"),
    "description": ("açıklama", "توضیح", "توضیحات"),
    "weight_grams": ("weight", "ağırlık", "وزن"),
    "picture": ("image", "görsel", "تصویر"),
}
ONLINE_RETAIL: Final = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
)  # fmt: skip
SPECIFICATION: Final = "spec:"
"""A column `spec:Colour` is a row of a product's specification table."""


def columns(heading: list[str], known: Mapping[str, tuple[str, ...]], *, needed: tuple[str, ...], file: str) -> dict[str, int]:
    """Our name → its column's place. Raises AvdetError for a column that is missing or stands twice."""
    spoken = {_plain(said): name for name, others in known.items() for said in (name, name.replace("_", " "), *others)}
    found: dict[str, int] = {}
    at = (("file", file), ("row", 1))
    for place, said in enumerate(heading):
        name = spoken.get(_plain(said))
        if name is not None and name in found:
            raise coded(AvdetError, "file.column_twice", at=at, column=said.strip()[:60])
        if name is not None:
            found[name] = place
    missing = [name for name in needed if name not in found]
    if missing:
        names = ", ".join((missing[0], *known[missing[0]]))
        raise coded(AvdetError, "file.no_column", at=at, column=missing[0], names=names)
    return found


def _plain(said: str) -> str:
    text = said.replace("İ", "i").replace("I", "ı") if any(letter in said for letter in "İığşçöü") else said
    return " ".join(text.lower().replace("_", " ").replace("\u200c", " ").split())
