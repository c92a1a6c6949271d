"""The days that figures are shown of: chosen as the last 30, 90 or 365, or from one day to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.stores.models import Store
from avdet.web.desk import reading
from avdet.web.desk.asked import midnight
from avdet.web.desk.pages import to
from avdet.web.shared.access import PageRequest
from avdet.words.dates import month_day, parts
from avdet.words.digits import digits
from avdet.words.phrases import phrase

USUAL: Final = (30, 90, 365)
LONGEST: Final = 366
DAILY: Final = 92
"""So many days are drawn each by itself; more than that by the months of the reader's calendar."""


class Dated(Protocol):
    """Figures of one day."""

    @property
    def day(self) -> date:
        """On the store's clock."""
        ...


Of = TypeVar("Of", bound=Dated)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days on the store's clock, `first` and `last` among them."""

    first: date
    last: date

    @classmethod
    def read(cls, request: PageRequest) -> Period:
        """What the address asks for, `LONGEST` days at most; the last 30 where it asks for nothing that can be meant."""
        said = request.GET.get("days", "")
        count = int(said) if said in map(str, USUAL) else USUAL[0]
        first, last = span(request, count)
        return cls(max(first, last - timedelta(days=LONGEST - 1)), last)

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def query(self) -> str:
        """As lists are asked for it."""
        return f"from={self.first}&to={self.last}"

    def bounds(self, store: Store) -> tuple[datetime, datetime]:
        """From the first midnight to before the last."""
        return bounds(self.first, self.last, store.time_zone)

    def tabs(self, request: PageRequest, name: str) -> list[dict[str, Any]]:
        """The usual lengths, for a page of the desk."""
        current, url = self.length if self.last == timezone.localdate() else 0, to(request, name)
        return [
            {"label": phrase(request.language, "desk.period.last", count=count), "url": f"{url}?days={count}",
             "current": count == current}
            for count in USUAL
        ]  # fmt: skip

    def parts(self, language: str) -> list[tuple[str, Sequence[date]]]:
        """(name, its days) of each day; of each month where there are more than `DAILY` of them."""
        every = [self.first + timedelta(days=ahead) for ahead in range(self.length)]
        if self.length <= DAILY:
            return [(month_day(day, language), (day,)) for day in every]
        months: dict[str, list[date]] = {}
        for day in every:
            year, month, _ = parts(day, language)
            months.setdefault(digits(f"{month} {year}", language), []).append(day)
        return list(months.items())

    def divided(self, found: Sequence[Of], language: str) -> list[tuple[str, list[Of]]]:
        """The figures that are known of each part."""
        known: Mapping[date, Of] = {each.day: each for each in found}
        return [(name, [known[day] for day in span if day in known]) for name, span in self.parts(language)]


def span(request: PageRequest, usual: int) -> tuple[date, date]:
    """The first and the last day that are asked for; the last `usual` days where none are."""
    try:
        first, last = (reading.day(request.GET.get(name, "")) for name in ("from", "to"))
    except AvdetError:
        first, last = None, None
    last = last or timezone.localdate()
    first = first or last - timedelta(days=usual - 1)
    return min(first, last), last


def bounds(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """From the first day's midnight to the midnight after the last, on the store's clock."""
    clock = ZoneInfo(zone)
    return midnight(first, clock), midnight(last + timedelta(days=1), clock)
