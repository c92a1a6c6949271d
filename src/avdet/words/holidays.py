"""Names of holidays in the reader's language. The tables of `policies/calendars` hold them in English."""

from __future__ import annotations

from typing import Final

NAMES: Final = {
    "15 Khordad Uprising": ("15 Hordad Ayaklanması", "قیام ۱۵ خرداد"),
    "Arbaeen": ("Erbain", "اربعین"),
    "Ashura": ("Aşure (Kerbela)", "عاشورا"),
    "Birthday of Imam Ali": ("İmam Ali'nin doğum günü", "ولادت امام علی"),
    "Birthday of Mahdi": ("Mehdi'nin doğum günü", "نیمهٔ شعبان"),
    "Birthday of Muhammad and Imam Ja'far al-Sadiq": ("Hz. Muhammed ve İmam Cafer'in doğum günü",
                                                      "میلاد پیامبر و امام صادق"),
    "Commemoration of Atatürk, Youth and Sports Day": ("Atatürk'ü Anma, Gençlik ve Spor Bayramı",
                                                       "روز جوانان و ورزش و یادبود آتاتورک"),
    "Death of Imam Khomeini": ("Humeyni'nin ölüm yıl dönümü", "رحلت امام خمینی"),
    "Death of Prophet Muhammad and Martyrdom of Hasan ibn Ali": ("Hz. Muhammed'in vefatı",
                                                                 "رحلت پیامبر و شهادت امام حسن"),
    "Democracy and National Unity Day": ("Demokrasi ve Millî Birlik Günü", "روز دموکراسی و اتحاد ملی"),
    "Eid al-Adha": ("Kurban Bayramı", "عید قربان"),
    "Eid al-Fitr": ("Ramazan Bayramı", "عید فطر"),
    "Eid al-Fitr Holiday": ("Ramazan Bayramı", "تعطیل عید فطر"),
    "Eid al-Ghadir": ("Gadir Bayramı", "عید غدیر"),
    "Iranian Oil Industry Nationalization Day": ("Petrolün Millîleştirilmesi Günü", "ملی شدن صنعت نفت"),
    "Islamic Republic Day": ("İslam Cumhuriyeti Günü", "روز جمهوری اسلامی"),
    "Islamic Revolution Day": ("İslam Devrimi Günü", "پیروزی انقلاب"),
    "Isra' and Mi'raj": ("Miraç", "مبعث"),
    "Labor and Solidarity Day": ("Emek ve Dayanışma Günü", "روز کار و همبستگی"),
    "Last Day of Year": ("Yılın son günü", "آخرین روز سال"),
    "Martyrdom of Ali al-Rida": ("İmam Rıza'nın şehadeti", "شهادت امام رضا"),
    "Martyrdom of Fatima": ("Hz. Fatıma'nın şehadeti", "شهادت حضرت فاطمه"),
    "Martyrdom of Hasan al-Askari": ("İmam Hasan Askeri'nin şehadeti", "شهادت امام حسن عسکری"),
    "Martyrdom of Imam Ali": ("Hz. Ali'nin şehadeti", "شهادت امام علی"),
    "Martyrdom of Imam Ja'far al-Sadiq": ("İmam Cafer'in şehadeti", "شهادت امام صادق"),
    "National Sovereignty and Children's Day": ("Ulusal Egemenlik ve Çocuk Bayramı", "روز حاکمیت ملی و کودک"),
    "Nature's Day": ("Doğa Günü", "روز طبیعت"),
    "New Year's Day": ("Yılbaşı", "سال نو میلادی"),
    "Nowruz": ("Nevruz", "نوروز"),
    "Nowruz Holiday": ("Nevruz tatili", "تعطیل نوروز"),
    "Public Holiday": ("Resmî tatil", "تعطیل رسمی"),
    "Republic Day": ("Cumhuriyet Bayramı", "روز جمهوری"),
    "Tasua": ("Tasua", "تاسوعا"),
    "Victory Day": ("Zafer Bayramı", "روز پیروزی"),
    "weekend": ("hafta sonu", "تعطیل هفتگی"),
}  # fmt: skip
"""English → (Turkish, Persian). `weekend` is what `Calendar.why_closed` says of a weekly day off."""

_TAILS: Final = {
    " (estimated)": (" (tahminî)", " (برآورد)"),
    " (from 1pm)": (" (13:00'ten sonra)", " (از ساعت ۱۳)"),
}


def holiday(name: str, language: str) -> str:
    """A holiday's name, or `weekend`; a name that no table knows, such as a store's own closing day, stays as it is.

    >>> holiday("Eid al-Adha (estimated); Nowruz Holiday", "tr")
    'Kurban Bayramı (tahminî); Nevruz tatili'
    """
    if language == "en":
        return name
    return ("؛ " if language == "fa" else "; ").join(_one(part, language == "fa") for part in name.split("; "))


def _one(name: str, persian: bool) -> str:
    tails = ""
    for tail, words in _TAILS.items():
        if tail in name:
            name, tails = name.replace(tail, ""), words[persian] + tails
    known = NAMES.get(name)
    return (known[persian] if known else name) + tails
