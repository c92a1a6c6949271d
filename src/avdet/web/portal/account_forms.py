"""The forms of a customer's own pages, in the reader's language."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils import timezone

from avdet.records.people.models import Address, Customer
from avdet.web.shared.contacts import contact, phone
from avdet.words.digits import digits
from avdet.words.phrases import phrase

COUNTRIES: Final = ("TR", "IR", "DE", "NL", "GB", "AE", "AZ", "IQ")
POSTCODES: Final = {"TR": 5, "IR": 10}
"""Country → how many digits its postcodes have."""
JALALI: Final = 621
"""Persian readers count years from the Hijra: their 1403 began in 2024."""
TURNS: Final = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the line's direction; a name needs none, and a page could be made to say something else by them."""


def clean(text: str) -> str:
    """A text without marks that turn the line, on one line."""
    return " ".join("".join(sign for sign in text if sign not in TURNS).split())


class Worded(forms.Form):
    """A form whose labels and hints are `accounts.field.*` and `accounts.hint.*`."""

    hinted: tuple[str, ...] = ()

    def __init__(self, *given: Any, language: str, **said: Any) -> None:
        super().__init__(*given, **said)
        self.speaks = language
        for name, field in self.fields.items():
            field.label = self.say(f"accounts.field.{name}")
            if name in self.hinted:
                field.help_text = self.say(f"accounts.hint.{name}")

    def say(self, key: str, **values: object) -> str:
        """A phrase in the reader's language, by its whole name."""
        return phrase(self.speaks, key, **values)

    def reached(self, name: str, country: str) -> str:
        """The phone number of a field as E.164; a fault where it is none."""
        found = phone(self.cleaned_data.get(name, ""), self.speaks, country)
        if not found:
            raise forms.ValidationError(self.say("accounts.fault.phone"))
        return found


class About(Worded):
    """Name, language, year of birth, and by which ways somebody hears of their orders."""

    hinted = ("birth_year", "order_news")
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField()
    birth_year = forms.CharField(
        max_length=8, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"})
    )

    order_news = forms.ChoiceField(widget=forms.RadioSelect, required=False)

    def __init__(self, *given: Any, choices: list[tuple[str, str]], **said: Any) -> None:
        super().__init__(*given, **said)
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        ways = [(way, self.say(f"accounts.way.{way}")) for way in Customer.News.values]
        self.fields["order_news"].choices = ways  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """One line, in one direction."""
        return clean(self.cleaned_data["name"])

    def clean_order_news(self) -> str:
        """The ways that were chosen; who chooses none keeps theirs."""
        return str(self.cleaned_data["order_news"] or self.initial["order_news"])

    def clean_birth_year(self) -> int | None:
        """The year by the calendar of the machine; a Persian year is taken for what it is."""
        typed = digits(self.cleaned_data["birth_year"], "en").strip()
        if not typed:
            return None
        year = int(typed) if typed.isascii() and typed.isdigit() else 0
        year = year + JALALI if 1280 <= year < 1500 else year
        if not 1900 <= year <= timezone.now().year:
            raise forms.ValidationError(self.say("accounts.fault.year"))
        return year


def shown_year(customer: Customer, language: str) -> str:
    """A year of birth as its owner wrote it."""
    if customer.birth_year is None:
        return ""
    return digits(str(customer.birth_year - JALALI if language == "fa" else customer.birth_year), language)


class Place(Worded):
    """One entry of the address book."""

    hinted: tuple[str, ...] = ("label",)
    recipient = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}))
    country = forms.ChoiceField()
    province = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level1"}))
    district = forms.CharField(max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "address-level2"}))
    street = forms.CharField(max_length=400, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}))
    postcode = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric", "dir": "ltr"})
    )
    label = forms.CharField(max_length=40, required=False)
    usual = forms.BooleanField(required=False)

    def __init__(self, *given: Any, **said: Any) -> None:
        super().__init__(*given, **said)
        self.fields["country"].choices = [  # type: ignore[attr-defined]
            (code, self.say(f"accounts.country.{code}")) for code in COUNTRIES
        ]

    def clean(self) -> dict[str, Any]:
        """Text on one line, the number as E.164, the postcode as its country writes it."""
        said = self.cleaned_data
        for part in ("recipient", "province", "district", "street", "label"):
            said[part] = clean(said.get(part, ""))
        country = said.get("country", "")
        if said.get("phone"):
            try:
                said["phone"] = self.reached("phone", country)
            except forms.ValidationError as fault:
                self.add_error("phone", fault)
        self._check_postcode(said, country)
        return said

    def _check_postcode(self, said: dict[str, Any], country: str) -> None:
        written = digits(said.get("postcode", ""), "en")
        compact = "".join(sign for sign in written if sign.isascii() and sign.isalnum())
        wanted = POSTCODES.get(country)
        if written and (not compact or (wanted and not (compact.isdigit() and len(compact) == wanted))):
            self.add_error("postcode", self.say("accounts.fault.postcode", count=wanted or 0))
        said["postcode"] = compact


def as_written(address: Address) -> dict[str, Any]:
    """An address as its form shows it."""
    return {**address.details, "label": address.label, "usual": address.is_default}


class Account(Worded):
    """A card or an IBAN, whose it is, and the consent."""

    hinted = ("number", "holder_name")
    number = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}))
    holder = forms.ChoiceField(widget=forms.RadioSelect)
    holder_name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    no_father = forms.BooleanField(required=False)
    consent = forms.BooleanField(required=False)

    def __init__(self, *given: Any, minor: bool, store: str, **said: Any) -> None:
        super().__init__(*given, **said)
        holders = ("self", "father", "mother") if minor else ("self",)
        self.fields["holder"].choices = [(each, self.say(f"accounts.holder.{each}")) for each in holders]  # type: ignore[attr-defined]
        self.fields["holder"].initial = "self"
        if not minor:
            self.fields["holder"].widget = forms.HiddenInput()  # one answer alone is no question
            del self.fields["no_father"]
        self.agreed = self.say("accounts.bank.consent", store=store)
        self.fields["consent"].label = self.agreed


class Find(Worded):
    """The number of an order, and the phone or e-mail that it was placed with."""

    hinted = ("order_number",)
    order_number = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}))
    login = forms.CharField(max_length=254, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "email"}))

    def __init__(self, *given: Any, country: str, **said: Any) -> None:
        super().__init__(*given, **said)
        self.country = country
        self.channel = ""

    def clean_login(self) -> str:
        """The address or number in its one spelling."""
        self.channel, found = contact(self.cleaned_data["login"], self.speaks, self.country)
        if not self.channel:
            raise forms.ValidationError(self.say("accounts.fault.contact"))
        return found


class Code(Worded):
    """Six digits of any script."""

    code = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"})
    )

    def clean_code(self) -> str:
        """Latin digits without what stands between them."""
        return "".join(sign for sign in digits(self.cleaned_data["code"], "en") if sign.isascii() and sign.isdigit())
