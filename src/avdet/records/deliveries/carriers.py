"""Carriers by name, and the page on which each shows where a parcel is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from avdet.core.folding import fold


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier. `page` holds `{}` where the tracking number goes; without it the page asks for the number itself."""

    key: str
    country: str
    names: dict[str, str]
    page: str
    spellings: tuple[str, ...] = ()

    def name_in(self, language: str) -> str:
        """Its name as its reader knows it."""
        return self.names.get(language, self.names["en"])


CARRIERS: Final = (
    Carrier("yurtici", "TR", {"tr": "Yurtiçi Kargo", "en": "Yurtiçi Kargo"},
            "https://www.yurticikargo.com/tr/online-servisler/gonderi-sorgula?code={}", ("yurtiçi",)),
    Carrier("aras", "TR", {"tr": "Aras Kargo", "en": "Aras Kargo"},
            "https://kargotakip.araskargo.com.tr/mainpage.aspx?code={}", ("aras",)),
    Carrier("hepsijet", "TR", {"tr": "HepsiJET", "en": "HepsiJET"}, "https://hepsijet.com/gonderi-takibi/{}", ("hepsi jet",)),
    Carrier("ptt", "TR", {"tr": "PTT Kargo", "en": "PTT Kargo"}, "https://gonderitakip.ptt.gov.tr/Track/Verify?q={}", ("ptt",)),
    Carrier("surat", "TR", {"tr": "Sürat Kargo", "en": "Sürat Kargo"},
            "https://www.suratkargo.com.tr/KargoTakip/?kargotakipno={}", ("sürat",)),
    Carrier("mng", "TR", {"tr": "MNG Kargo", "en": "MNG Kargo"}, "https://www.mngkargo.com.tr/gonderi-takip/?q={}", ("mng",)),
    Carrier("trendyol", "TR", {"tr": "Trendyol Express", "en": "Trendyol Express"},
            "https://www.trendyolexpress.com/gonderi-takip?code={}"),
    Carrier("ups", "TR", {"tr": "UPS Kargo", "en": "UPS"}, "https://www.ups.com/track?tracknum={}", ("ups",)),
    Carrier("post", "IR", {"fa": "پست", "en": "Iran Post", "tr": "İran Postası"},
            "https://tracking.post.ir/search.aspx?id={}", ("پست پیشتاز", "پیشتاز", "post pishtaz", "pishtaz")),
    Carrier("tipax", "IR", {"fa": "تیپاکس", "en": "Tipax"}, "https://tipaxco.com/tracking?id={}"),
    Carrier("chapar", "IR", {"fa": "چاپار", "en": "Chapar"}, "https://chaparnet.com/track/{}"),
    Carrier("mahex", "IR", {"fa": "ماهکس", "en": "Mahex"}, "https://mahex.com/tracking/?code={}"),
    Carrier("alopeyk", "IR", {"fa": "الوپیک", "en": "AloPeyk"}, "https://alopeyk.com/"),
)  # fmt: skip
_KNOWN: Final = {
    fold(spelling): carrier for carrier in CARRIERS for spelling in (carrier.key, *carrier.names.values(), *carrier.spellings)
}


def carrier_named(name: str) -> Carrier | None:
    """The carrier that somebody means, however they spell it."""
    return _KNOWN.get(fold(name))


def tracking_page(carrier: str, number: str) -> str:
    """The address of a parcel's page at its carrier; nothing for a carrier that we do not know, or without a number.

    >>> tracking_page("Aras", "1 2")
    'https://kargotakip.araskargo.com.tr/mainpage.aspx?code=1%202'
    """
    known = carrier_named(carrier)
    return known.page.replace("{}", quote(number, safe="")) if known and number else ""


def carriers_of(country: str) -> list[Carrier]:
    """The carriers of a country, to choose from."""
    return [carrier for carrier in CARRIERS if carrier.country == country]
