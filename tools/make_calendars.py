"""Turns the `holidays` library's tables for Iran and Turkey into Avdet's own versioned data.

Run it when the library is updated: `python tools/make_calendars.py`. Weekends are left out: they are the store's.
Iran's days that hang on the moon are estimates until they are announced; a store edits its calendar when they are.
"""

import json
from importlib.metadata import version
from pathlib import Path

import holidays

FIRST, LAST = 2005, 2035
TARGET = Path(__file__).parent.parent / "src/avdet/policies/calendars"


def table(country: str, *categories: str) -> dict[str, str]:
    days = holidays.country_holidays(country, years=range(FIRST, LAST + 1), categories=categories, language="en_US")
    return {day.isoformat(): name for day, name in sorted(days.items())}


def write(country: str, half_days: dict[str, str]) -> None:
    whole = table(country, "public")
    if country == "IR":
        whole = {day: name for day, name in whole.items() if name != "Friday"}
    data = {
        "source": f"python-holidays {version('holidays')} (MIT)",
        "version": f"{country}-{version('holidays')}",
        "first": f"{FIRST}-01-01",
        "last": f"{LAST}-12-31",
        "holidays": whole,
        "half_days": {day: name for day, name in half_days.items() if day not in whole},
    }
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (TARGET / f"{country.lower()}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("IR", {})
    write("TR", table("TR", "half_day"))
