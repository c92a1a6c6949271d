"""The report of a replay as one HTML page: nothing to load, no script, light and dark, in Turkish, Persian or English."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from avdet.analysis.publish.marks import accent
from avdet.analysis.publish.page import environment
from avdet.analysis.publish.words import TEMPLATES
from avdet.analysis.report import Change, Money, Report, Stake, Stand, Terms
from avdet.analysis.report.charts import Bar, Stack, bars, stacks
from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import CARRIAGES, LANGUAGES
from avdet.words.catalogue import code, say
from avdet.words.digits import digits, money, number

OUTCOMES: Final = ("approve", "evidence", "review", "ask", "deny")
STAKES: Final = ("refund_gained", "refund_lost", "carriage_to_store", "carriage_to_customer")
_LOOKS: Final = dict(zip(STAKES, ("better", "worse", "better", "worse"), strict=True))


@cache
def phrases(language: str) -> dict[str, str]:
    """Every phrase of the page."""
    found: dict[str, str] = json.loads((TEMPLATES / f"replay.{language}.json").read_text(encoding="utf-8"))
    return found


def report_html(report: Report, language: str = "en") -> str:
    """The page, whole. `AvdetError` for a language other than tr, fa and en."""
    if language not in LANGUAGES:
        raise AvdetError(f"{language!r:.20} is no language of the report", where="language", cure=f"use {', '.join(LANGUAGES)}")
    return environment().get_template("replay.html.j2").render(_Page(report, language).context())


class _Page:
    """What the template needs, in one language."""

    def __init__(self, report: Report, language: str) -> None:
        self.report, self.language, self.rtl = report, language, language == "fa"
        self.old, self.new = (self._name(terms) for terms in (report.old, report.new))

    def _name(self, terms: Terms) -> str:
        return f"{terms.names.get(self.language, terms.store)} {code(terms.version, self.language)}"

    def t(self, key: str, **values: str) -> str:
        text = phrases(self.language)[key]
        return text.format(**values) if values else text

    def n(self, count: int) -> str:
        return number(count, self.language)

    def outcome(self, name: str) -> str:
        return say(self.language, "result", name)

    def context(self) -> dict[str, Any]:
        report = self.report
        other = report.changed("outcome")
        return {
            "language": self.language, "direction": "rtl" if self.rtl else "ltr", "accent": accent(report.new.store),
            "t": self.t, "n": self.n,
            "report": report, "old": self.old, "new": self.new,
            "lead": self.t("lead" if report.changes else "lead.same", other=self.n(other), judged=self.n(report.judged),
                           better=self.n(report.changed(direction="better")), worse=self.n(report.changed(direction="worse"))),
            "outcome_chart": self._safe(self._outcome_chart()), "outcome_rows": list(self._outcome_rows()),
            "money_chart": self._safe(self._money_chart()), "money_rows": list(self._money_rows()),
            "reason_chart": self._safe(self._reason_chart()), "reason_rows": list(self._reason_rows()),
            "changes": [self._change(change) for change in report.changes], "refused": report.refused,
        }  # fmt: skip

    def _safe(self, svg: str) -> Any:
        from markupsafe import Markup

        return Markup(svg)  # its words were escaped where it was drawn

    # ---- charts and their tables ----

    def _outcome_chart(self) -> str:
        rows = [Stack(name, self._parts(side)) for side, name in ((0, self.old), (1, self.new))]
        told = "; ".join(f"{row.label}: " + ", ".join(f"{part.label} {part.shown}" for part in row.parts) for row in rows)
        return stacks("outcomes-chart", self.t("outcomes.title"), told, rows, rtl=self.rtl)

    def _parts(self, side: int) -> tuple[Bar, ...]:
        counts = {name: sum(claims for both, claims in self.report.outcomes.items() if both[side] == name) for name in OUTCOMES}
        return tuple(Bar(self.outcome(name), count, self.n(count), name) for name, count in counts.items() if count)

    def _outcome_rows(self) -> Iterator[tuple[str, ...]]:
        for (old, new), claims in self.report.outcomes.items():
            yield self.outcome(old), self.outcome(new), self.n(claims)

    def _money_chart(self) -> str:
        rows = [Bar(self.t(name), self._most(stake), self._amounts(stake.value), _LOOKS[name])
                for name, stake in self._stakes()]  # fmt: skip
        told = "; ".join(f"{row.label}: {row.shown}" for row in rows)
        return bars("money-chart", self.t("money.title"), told, rows, rtl=self.rtl)

    def _stakes(self) -> Iterator[tuple[str, Stake]]:
        yield from ((name, getattr(self.report.stakes, name)) for name in STAKES)

    def _most(self, stake: Stake) -> int:
        """What a bar is long by: the one currency, or the claims where there are several that cannot be added."""
        currencies = {currency for _, each in self._stakes() for currency in each.value}
        return sum(stake.value.values()) if len(currencies) == 1 else stake.claims

    def _money_rows(self) -> Iterator[tuple[str, ...]]:
        for name, stake in self._stakes():
            value = self._amounts(stake.value)
            if stake.cost:
                value = self.t("carriage.cost", value=value, cost=self._amounts(stake.cost))
            yield self.t(name), self.n(stake.claims), value

    def _reason_chart(self) -> str:
        rows = [Bar(self._reason(name), other, self.t("of", some=self.n(other), all=self.n(claims)))
                for name, (claims, other) in self.report.reasons.items()]  # fmt: skip
        told = "; ".join(f"{row.label}: {row.shown}" for row in rows)
        most = max((claims for claims, _ in self.report.reasons.values()), default=0)
        return bars("reasons-chart", self.t("reasons.title"), told, rows, rtl=self.rtl, longest=most)

    def _reason_rows(self) -> Iterator[tuple[str, ...]]:
        for name, (claims, other) in self.report.reasons.items():
            yield self._reason(name), self.n(claims), self.n(other)

    # ---- changes ----

    def _change(self, change: Change) -> dict[str, Any]:
        clauses = dict.fromkeys((*change.old.clauses, *change.new.clauses))
        texts = ((clause, self.report.texts.get(clause, {}).get(self.language, "")) for clause in clauses)
        return {
            "claims": change.claims, "direction": change.direction, "sample": change.sample,
            "point": "" if change.point == "claim" else say(self.language, "point", change.point),
            "value": self._amounts(change.value),
            "reasons": self._listed([f"{self._reason(name)} {self.n(count)}" for name, count in change.reasons.items()]),
            "sides": [{"name": name, "lines": list(self._lines(stand, change)), "clauses": stand.clauses}
                      for name, stand in ((self.old, change.old), (self.new, change.new))],
            "texts": [(clause, text) for clause, text in texts if text],
        }  # fmt: skip

    def _lines(self, stand: Stand, change: Change) -> Iterator[str]:
        yield self.outcome(stand.outcome)
        yield from (self.t("asks", question=BY_NAME[name].asked(self.language)) for name in stand.ask[:3])
        if change.kind == "duties":
            yield from (say(self.language, "requirement", name) for name in stand.requires)
            yield from (digits(due, self.language) for due in stand.deadlines)
            return
        yield from (say(self.language, "remedy", name) for name in stand.remedies)
        for way in CARRIAGES:
            if payer := getattr(stand, way):
                yield self.t(way.removesuffix("_shipping"), payer=self.t(f"payer.{payer}"))

    def _reason(self, name: str) -> str:
        return self.t(f"reason.{name}")

    def _listed(self, items: list[str]) -> str:
        return ("، " if self.rtl else ", ").join(items)

    def _amounts(self, amounts: Money) -> str:
        written: Callable[[int, str], str] = lambda minor, currency: money(minor, currency, self.language)  # noqa: E731
        return self._listed([written(minor, currency) for currency, minor in amounts.items()]) or self.n(0)
