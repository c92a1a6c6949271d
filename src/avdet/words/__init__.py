"""How Avdet speaks: figures, dates and labels in Turkish, Persian and English. Stands on `core` only."""

from avdet.words.dates import day, instant, month_day, plain_day, span, weekday
from avdet.words.digits import decimal, digits, money, number
from avdet.words.holidays import holiday

__all__ = [
    "day", "decimal", "digits", "holiday", "instant", "money", "month_day", "number", "plain_day", "span", "weekday",
]  # fmt: skip
