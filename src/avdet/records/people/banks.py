"""Which bank a card or an account is of, in the bank's own language."""

from __future__ import annotations

from typing import Final

CARDS: Final = {
    "603799": "بانک ملی", "589210": "بانک سپه", "627648": "بانک توسعه صادرات", "207177": "بانک توسعه صادرات",
    "627961": "بانک صنعت و معدن", "603770": "بانک کشاورزی", "639217": "بانک کشاورزی", "628023": "بانک مسکن",
    "627760": "پست بانک", "502908": "بانک توسعه تعاون", "627412": "بانک اقتصاد نوین", "622106": "بانک پارسیان",
    "639194": "بانک پارسیان", "627884": "بانک پارسیان", "502229": "بانک پاسارگاد", "639347": "بانک پاسارگاد",
    "627488": "بانک کارآفرین", "502910": "بانک کارآفرین", "621986": "بانک سامان", "639346": "بانک سینا",
    "639607": "بانک سرمایه", "636214": "بانک آینده", "502806": "بانک شهر", "504706": "بانک شهر", "502938": "بانک دی",
    "603769": "بانک صادرات", "610433": "بانک ملت", "991975": "بانک ملت", "627353": "بانک تجارت", "585983": "بانک تجارت",
    "589463": "بانک رفاه", "627381": "بانک سپه", "639370": "بانک سپه", "639599": "بانک سپه", "636949": "بانک سپه",
    "505801": "بانک سپه", "505785": "بانک ایران زمین", "606373": "بانک قرض‌الحسنه مهر ایران", "505416": "بانک گردشگری",
    "504172": "بانک قرض‌الحسنه رسالت", "606256": "مؤسسه اعتباری ملل", "585947": "بانک خاورمیانه",
    "581874": "بانک ایران و ونزوئلا", "636795": "بانک مرکزی", "628157": "مؤسسه اعتباری توسعه",
}  # fmt: skip
"""First six digits → issuer, for the cards of Iran."""
ACCOUNTS: Final = {
    "IR010": "بانک مرکزی", "IR011": "بانک صنعت و معدن", "IR012": "بانک ملت", "IR013": "بانک رفاه", "IR014": "بانک مسکن",
    "IR015": "بانک سپه", "IR016": "بانک کشاورزی", "IR017": "بانک ملی", "IR018": "بانک تجارت", "IR019": "بانک صادرات",
    "IR020": "بانک توسعه صادرات", "IR021": "پست بانک", "IR022": "بانک توسعه تعاون", "IR051": "مؤسسه اعتباری توسعه",
    "IR053": "بانک کارآفرین", "IR054": "بانک پارسیان", "IR055": "بانک اقتصاد نوین", "IR056": "بانک سامان",
    "IR057": "بانک پاسارگاد", "IR058": "بانک سرمایه", "IR059": "بانک سینا", "IR060": "بانک قرض‌الحسنه مهر ایران",
    "IR061": "بانک شهر", "IR062": "بانک آینده", "IR063": "بانک سپه", "IR064": "بانک گردشگری", "IR065": "بانک سپه",
    "IR066": "بانک دی", "IR069": "بانک ایران زمین", "IR070": "بانک قرض‌الحسنه رسالت", "IR075": "مؤسسه اعتباری ملل",
    "IR078": "بانک خاورمیانه", "IR095": "بانک ایران و ونزوئلا",
    "TR00010": "Ziraat Bankası", "TR00012": "Halkbank", "TR00015": "VakıfBank", "TR00032": "Türk Ekonomi Bankası",
    "TR00046": "Akbank", "TR00059": "Şekerbank", "TR00062": "Garanti BBVA", "TR00064": "Türkiye İş Bankası",
    "TR00067": "Yapı Kredi", "TR00099": "ING", "TR00103": "Fibabanka", "TR00111": "QNB", "TR00123": "HSBC",
    "TR00124": "Alternatif Bank", "TR00134": "DenizBank", "TR00135": "Anadolubank", "TR00143": "Aktif Bank",
    "TR00146": "Odeabank", "TR00203": "Albaraka Türk", "TR00205": "Kuveyt Türk", "TR00206": "Türkiye Finans",
    "TR00209": "Ziraat Katılım", "TR00210": "Vakıf Katılım", "TR00211": "Emlak Katılım",
}  # fmt: skip
"""Country and the bank's code within its IBAN → bank."""
CODE_LENGTHS: Final = {"IR": 3, "TR": 5}


def bank_of_card(number: str) -> str:
    """The issuer of a card; empty for one of another country.

    >>> bank_of_card("6037991234567893"), bank_of_card("4242424242424242")
    ('بانک ملی', '')
    """
    return CARDS.get(number[:6], "")


def is_iban(written: str) -> bool:
    """Whether an IBAN can exist: its country's length and its check digits.

    >>> is_iban("IR062960000000100324200001"), is_iban("IR072960000000100324200001"), is_iban("TR33")
    (True, False, False)
    """
    from schwifty import IBAN  # it reads a registry of all the world's banks, which few pages need

    return bool(IBAN(written, allow_invalid=True).is_valid)


def bank_of_iban(iban: str) -> str:
    """The bank that keeps an account; empty where it is not known.

    >>> bank_of_iban("TR330006200519786457841326"), bank_of_iban("DE89370400440532013000")
    ('Garanti BBVA', 'Commerzbank')
    """
    country = iban[:2]
    length = CODE_LENGTHS.get(country)
    if length:
        return ACCOUNTS.get(country + iban[4 : 4 + length], "")
    from schwifty import IBAN  # as above

    return str(IBAN(iban, allow_invalid=True).bank_name or "")[:80]
