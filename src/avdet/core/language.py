"""From a policy document (already of the right shape, see `policies/schema.py`) to a `Policy` that type-checks.

Every error names the file, the line, the clause and the cure.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from avdet.core import conditions as c
from avdet.core import vocabulary as v
from avdet.core.calendar import MAX_COUNT
from avdet.core.errors import PolicyError
from avdet.core.facts import BY_NAME, Value
from avdet.core.policy import NOTHING, CalendarSpec, Case, Clause, Edition, Gap, Period, Policy, Texts, Values
from avdet.core.typecheck import TypeCheckError, check_condition, nearest

Path = tuple[str | int, ...]
Doc = Mapping[str, Any]
T = TypeVar("T")

LANGUAGE_VERSION: Final = 1
MAX_CLAUSES: Final = 1_000
MAX_TEXT: Final = 4_000
MAX_VERSIONS: Final = 100
MAX_CASES: Final = 2_000
MAX_COMPARISONS: Final = 20_000
"""At all decision points together; each case also holds what the earlier ones of its clause turn on."""
LAWS: Final = ("tr", "ir", "eu")
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,15}(-[A-Z0-9]+(\.[0-9]+)?){1,4}")
_TAKEN: Final = frozenset(value for fact in BY_NAME.values() for value in fact.values)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION: Final = re.compile(r"(?=.*\S)[^\n\t]{1,40}")
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass
class _Reader:
    """Reads one document; `lines` maps a path in it to a line of `file`."""

    document: Doc
    file: str
    lines: Mapping[Path, int]
    clause: str = ""
    compared: int = 0
    parameters: Mapping[str, Value] = None  # type: ignore[assignment]  # set first thing in `whole`

    # ---- errors ----

    def line(self, path: Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, what: str, cure: str) -> PolicyError:
        return PolicyError(what, where=f"{self.file}:{self.line(path)}", cure=cure, clause=self.clause)

    def one_of(self, path: Path, value: str, allowed: Iterable[str], kind: str) -> str:
        allowed = tuple(allowed)
        if value not in allowed:
            raise self.fault(path, f"{value!r} is no {kind}", nearest(value, allowed))
        return value

    def each_of(self, path: Path, values: str | Sequence[str], allowed: Iterable[str], kind: str) -> tuple[str, ...]:
        listed = (values,) if isinstance(values, str) else tuple(values)
        found = tuple(self.one_of((*path, i), value, allowed, kind) for i, value in enumerate(listed))
        if len(set(found)) != len(found):
            raise self.fault(path, f"a {kind} is listed twice", "list each once")
        return found

    def date(self, path: Path, value: str | None) -> date | None:
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.fault(path, f"{value!r} is no date", "write it as 2026-03-21") from None

    def texts(self, path: Path, texts: Texts | None, *, wanted: Sequence[str] = ()) -> Texts:
        found = dict(texts or {})
        for language, text in found.items():
            self.one_of((*path, language), language, v.LANGUAGES, "language")
            self.plain((*path, language), text)
        missing = [language for language in wanted if not found.get(language, "").strip()]
        if missing:
            raise self.fault(path, f"no text in {', '.join(missing)}", "write the text in every language of the policy")
        return found

    def plain(self, path: Path, text: str) -> None:
        if len(text) > MAX_TEXT:
            raise self.fault(path, f"the text is longer than {MAX_TEXT} characters", "shorten it")
        for letter in text:
            if letter in _BIDI or (unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t"):
                raise self.fault(path, f"the text contains the control character U+{ord(letter):04X}", "remove it")

    # ---- parts ----

    def whole(self) -> Policy:
        doc = self.document
        if doc["avdet"] != LANGUAGE_VERSION:
            raise self.fault(("avdet",), f"policy language {doc['avdet']} is not known", f"write: avdet: {LANGUAGE_VERSION}")
        if not _NAME.fullmatch(doc["store"]):
            raise self.fault(("store",), "a store's name is lower-case letters, digits and _", "choose a short name")
        languages = self.each_of(("languages",), doc["languages"], v.LANGUAGES, "language")
        if not languages:
            raise self.fault(("languages",), "no language is named", "name at least one of tr, fa, en")
        self.parameters = self.read_parameters(doc.get("parameters") or {})
        clauses = self.listed(("clauses",), doc["clauses"], self.read_clause)
        self.check_size(clauses)
        gaps = self.listed(("gaps",), doc.get("gaps") or [], lambda path, d: self.read_gap(path, d, languages))
        self.clause = ""
        self.check_links(clauses, gaps)
        return self.assemble(languages, clauses, gaps)

    def listed(self, path: Path, docs: Sequence[Doc], read: Callable[[Path, Doc], T]) -> tuple[T, ...]:
        if len(docs) > MAX_CLAUSES:
            raise self.fault(path, f"more than {MAX_CLAUSES} entries", "split the policy")
        return tuple(read((*path, i), doc) for i, doc in enumerate(docs))

    def assemble(self, languages: tuple[str, ...], clauses: tuple[Clause, ...], gaps: tuple[Gap, ...]) -> Policy:
        doc = self.document
        policy = Policy(
            store=doc["store"], names=self.texts(("name",), doc["name"], wanted=languages), languages=languages,
            currency=self.one_of(("currency",), doc["currency"], CURRENCIES, "currency"),
            law=self.one_of(("law",), doc["law"], LAWS, "law here") if doc.get("law") else "",
            law_binds=bool(doc.get("law_binds")), calendar=self.read_calendar(doc["calendar"]),
            parameters=self.parameters, editions=(), gaps=gaps, document=doc, file=self.file,
        )  # fmt: skip
        object.__setattr__(policy, "editions", self.read_editions(policy, clauses))
        return policy

    def read_parameters(self, docs: Doc) -> dict[str, Value]:
        for name, value in docs.items():
            path = ("parameters", name)
            if not _NAME.fullmatch(name) or name in BY_NAME or name in c.WORDS or name in ("true", "false"):
                raise self.fault(path, f"{name!r} cannot name a parameter", "choose a lower-case name that is no fact")
            if name in _TAKEN:
                raise self.fault(path, f"{name!r} is a value of a fact already, and would hide it", "choose another name")
            if isinstance(value, int) and abs(value) > 10**15:
                raise self.fault(path, f"{value} is too large", "keep figures below 10^15")
            self.plain(path, str(value))
        return dict(docs)

    def read_calendar(self, doc: Doc) -> CalendarSpec:
        path: Path = ("calendar",)
        try:
            ZoneInfo(doc["zone"])
        except (KeyError, ValueError, OSError, RecursionError):
            raise self.fault((*path, "zone"), f"{doc['zone']!r} is no time zone", "write one such as Asia/Tehran") from None
        added = [(self.date((*path, "add", i), entry["date"]), entry["name"]) for i, entry in enumerate(doc.get("add") or [])]
        for i, (_, name) in enumerate(added):
            self.plain((*path, "add", i), name)
        removed = [self.date((*path, "remove", i), day) for i, day in enumerate(doc.get("remove") or [])]
        return CalendarSpec(
            country=self.one_of((*path, "country"), doc["country"], ("TR", "IR", "none"), "country with a holiday table"),
            zone=doc["zone"], weekend=self.each_of((*path, "weekend"), doc["weekend"], WEEKDAYS, "weekday"),
            half_days=self.one_of((*path, "half_days"), doc.get("half_days", "working"), ("working", "closed"), "choice"),
            months=self.one_of((*path, "months"), doc.get("months", "gregorian"), ("gregorian", "jalali"), "reckoning"),
            add=tuple((day, name) for day, name in added if day), remove=tuple(day for day in removed if day),
        )  # fmt: skip

    def read_editions(self, policy: Policy, clauses: tuple[Clause, ...]) -> tuple[Edition, ...]:
        editions: list[Edition] = []
        if len(self.document["versions"]) > MAX_VERSIONS:
            raise self.fault(("versions",), f"more than {MAX_VERSIONS} versions", "keep the oldest in a file of their own")
        for i, doc in enumerate(self.document["versions"]):
            path = ("versions", i)
            start = self.date((*path, "in_force_from"), doc["in_force_from"])
            assert start is not None
            if editions and start <= editions[-1].in_force_from:
                raise self.fault(path, "versions are not in the order in which they take force", "sort them by date")
            self.plain((*path, "version"), doc["version"])
            if not _VERSION.fullmatch(doc["version"]) or any(doc["version"] == e.version for e in editions):
                raise self.fault(path, "a version needs a short name of its own", "give each version another name")
            valid = tuple(clause for clause in clauses if clause.in_force(start))
            editions.append(Edition(policy, doc["version"], start, valid, self.fingerprint(doc["version"], valid)))
        if not editions:
            raise self.fault(("versions",), "the policy has no version", "give one, with in_force_from")
        return tuple(editions)

    def fingerprint(self, version: str, clauses: tuple[Clause, ...]) -> str:
        """A hash of all that an edition says: the header, its own clauses and its gaps, whatever the file's layout."""
        ids = {clause.id for clause in clauses}
        content = {key: value for key, value in self.document.items() if key not in ("versions", "clauses")}
        content["version"] = version
        content["clauses"] = [doc for doc in self.document["clauses"] if doc["id"] in ids]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    # ---- clauses ----

    def read_clause(self, path: Path, doc: Doc) -> Clause:
        self.clause = doc["id"]
        if not _ID.fullmatch(doc["id"]):
            raise self.fault(
                (*path, "id"), f"{doc['id']!r} is no clause id", "write it like SHP-WDR-1: capitals, digits, dashes"
            )
        for key in ("source", "note", "carried_by"):
            self.plain((*path, key), doc.get(key) or "")
        when = self.condition((*path, "when"), doc.get("when"))
        cases = self.read_cases(path, doc, when)
        carried_by = doc.get("carried_by") or ""
        if not cases and not carried_by:
            raise self.fault(path, "the clause sets nothing", "give it `then`, or `carried_by` with what keeps it")
        start, end = (self.date((*path, key), doc.get(key)) for key in ("valid_from", "valid_to"))
        if start and end and end <= start:
            raise self.fault((*path, "valid_to"), "the clause ends before it begins", "correct valid_from or valid_to")
        return Clause(
            id=doc["id"], source=doc.get("source") or "", when=when, cases=cases,
            text=self.texts((*path, "text"), doc.get("text")),
            exception_to=tuple(doc.get("exception_to") or ()), carried_by=carried_by,
            states=tuple(doc.get("states") or ()), valid_from=start, valid_to=end,
            line=self.line(path), note=doc.get("note") or "",
        )  # fmt: skip

    def read_once(self, path: Path, doc: Doc, then: Values, exceptions: Sequence[str]) -> str:
        once = doc.get("once") or ""
        if not once:
            return ""
        self.one_of((*path, "once"), once, ("granted", "denied"), "outcome to wait for")
        if then.outcome:
            raise self.fault((*path, "once"), "what waits for the outcome sets one", "let another clause decide")
        if exceptions:
            raise self.fault((*path, "once"), "what waits for the outcome is an exception", "drop exception_to")
        return once

    def read_cases(self, path: Path, doc: Doc, when: c.Condition) -> tuple[Case, ...]:
        at = self.each_of((*path, "at"), doc.get("at") or (), v.POINTS, "decision point")
        single = [key for key in ("provided", "within", "then", "otherwise") if doc.get(key) is not None]
        if doc.get("cases") and single:
            raise self.fault((*path, "cases"), f"`cases` and `{single[0]}` together", "use one of the two forms")
        if (doc.get("cases") or single) and not at:
            raise self.fault(path, "no decision point", f"say `at:` one or more of {', '.join(v.POINTS)}")
        if doc.get("cases"):
            inherited = {key: doc[key] for key in ("once",) if doc.get(key)}
            cases = [self.read_case((*path, "cases", i), inherited | case, at) for i, case in enumerate(doc["cases"])]
        else:
            cases = self.read_plain(path, doc, at)
        for point in at:
            self.typed((*path, "when"), when, point)
        if doc.get("exception_to") and any(case.once for case in cases):
            raise self.fault((*path, "once"), "what waits for the outcome is an exception", "drop exception_to")
        return tuple(cases)

    def read_plain(self, path: Path, doc: Doc, at: tuple[str, ...]) -> list[Case]:
        """`provided` / `within` / `then` / `otherwise`: two cases, the second for what is left of the scope."""
        if doc.get("then") is None:
            if doc.get("otherwise") is not None or doc.get("within") is not None:
                raise self.fault(path, "`within` or `otherwise` without `then`", "say what holds in time")
            return []
        case = self.read_case(path, {**doc, "when": doc.get("provided")}, at, part="provided")
        cases = [case]
        if doc.get("otherwise") is None:
            return cases
        if case.when == c.ALWAYS:
            raise self.fault((*path, "otherwise"), "`otherwise` can never hold", "add `provided` or `within`, or drop it")
        passed = self.values((*path, "otherwise"), doc["otherwise"], at)
        kept = [d for d in case.then.deadlines if doc.get("within") and d[0] == doc["within"].get("sets")]
        self.read_once(path, doc, passed, ())
        return [*cases, Case(at, c.ALWAYS, self.with_deadlines((*path, "otherwise"), kept, passed), once=case.once)]

    def with_deadlines(self, path: Path, ends: Sequence[tuple[str, Period]], then: Values) -> Values:
        """Values with the end of a period among their deadlines; a deadline that is set twice would dispute itself."""
        twice = next((name for name, _ in ends if name in dict(then.deadlines)), None)
        if twice:
            raise self.fault((*path, "deadlines", twice), f"{twice} is what `within` sets already", "set each deadline once")
        return replace(then, deadlines=(*ends, *then.deadlines))

    def read_case(self, path: Path, doc: Doc, at: tuple[str, ...], *, part: str = "when") -> Case:
        points = self.each_of((*path, "at"), doc.get("at") or at, at, "decision point of this clause")
        when = self.condition((*path, part), doc.get("when"))
        then = self.values((*path, "then"), doc["then"], points)
        if doc.get("within") is not None:
            period = self.period((*path, "within"), doc["within"], points)
            when = c.conjoin([when, period.in_time])
            name = doc["within"].get("sets")
            if name:
                self.one_of((*path, "within", "sets"), name, v.DEADLINES, "deadline")
                then = self.with_deadlines((*path, "then"), [(name, period)], then)
        for point in points:
            self.typed((*path, part), when, point)
        exceptions = tuple(doc.get("exception_to") or ()) if part == "when" else ()
        return Case(points, when, then, exceptions, self.read_once(path, doc, then, exceptions))

    def values(self, path: Path, doc: Doc, at: tuple[str, ...]) -> Values:
        outcome = doc.get("outcome")
        if outcome:
            self.one_of((*path, "outcome"), outcome, v.OUTCOMES, "outcome")
        deadlines = []
        for name, period in (doc.get("deadlines") or {}).items():
            self.one_of((*path, "deadlines", name), name, v.DEADLINES, "deadline")
            deadlines.append((name, self.period((*path, "deadlines", name), period, at)))
        payers = {key: doc.get(key) for key in v.CARRIAGES}
        for key, payer in payers.items():
            if payer:
                self.one_of((*path, key), payer, v.PAYERS, "payer")
        found = Values(
            outcome=outcome, remedies=self.each_of((*path, "remedies"), doc.get("remedies") or (), v.REMEDIES, "remedy"),
            requires=self.each_of((*path, "requires"), doc.get("requires") or (), v.REQUIREMENTS, "requirement"),
            deadlines=tuple(deadlines), **payers,
        )  # fmt: skip
        if found == NOTHING and doc.get("nothing") is not True:
            raise self.fault(path, "nothing is set", "set an outcome, remedies, requires, a payer or a deadline")
        return found

    def period(self, path: Path, doc: Doc, at: tuple[str, ...]) -> Period:
        units = [unit for unit in v.UNITS if doc.get(unit) is not None]
        if len(units) != 1:
            raise self.fault(path, "a period has exactly one unit", f"give one of {', '.join(v.UNITS)}")
        after = self.one_of((*path, "after"), doc["after"], v.EVENTS, "event")
        if after == "reported" and all(point in ("checkout", "dispatch") for point in at):
            raise self.fault(path, "the period runs from a report, and there is no claim here", "let it run from another event")
        count = doc[units[0]]
        if isinstance(count, str):
            if count not in self.parameters:
                raise self.fault((*path, units[0]), f"{count!r} is no parameter", nearest(count, tuple(self.parameters)))
            count = c.Parameter(count, self.parameters[count])
            if not isinstance(count.value, int):
                raise self.fault((*path, units[0]), f"the parameter {count.name} is no figure", "give it a whole number")
        period = Period(units[0], count, after)
        if not 0 <= period.length <= MAX_COUNT[units[0]]:
            raise self.fault(
                (*path, units[0]), f"{period.length} {units[0]} is out of range", f"stay within 0 … {MAX_COUNT[units[0]]}"
            )
        return period

    def read_gap(self, path: Path, doc: Doc, languages: Sequence[str]) -> Gap:
        self.clause = doc["about"]
        at = self.each_of((*path, "at"), doc["at"], v.POINTS, "decision point")
        when = self.condition((*path, "when"), doc.get("when"))
        for point in at:
            self.typed((*path, "when"), when, point)
        return Gap(doc["about"], at, when, self.texts((*path, "text"), doc["text"], wanted=languages), self.line(path))

    # ---- conditions ----

    def condition(self, path: Path, doc: str | Doc | None) -> c.Condition:
        try:
            found = self.tree(path, doc, 0)
        except c.ConditionError as fault:
            raise self.fault(path, fault.what, fault.cure) from None
        self.compared += sum(1 for _ in c.atoms(found))
        if self.compared > MAX_COMPARISONS:
            raise self.too_large(path, MAX_COMPARISONS, "comparisons")
        return found

    def tree(self, path: Path, doc: Any, depth: int) -> c.Condition:
        if doc is None:
            return c.ALWAYS
        if depth > c.MAX_DEPTH:
            raise c.ConditionError(f"nested more than {c.MAX_DEPTH} deep", "split it over several clauses")
        if isinstance(doc, str):
            return c.parse(doc, self.parameters)
        if not isinstance(doc, Mapping):
            raise c.ConditionError("a condition is a line of text or one of all / any / not / fact", "rewrite it")
        if set(doc) in ({"all"}, {"any"}) and isinstance(joint := next(iter(doc.values())), list):
            parts = tuple(self.tree((*path, key, i), part, depth + 1) for key in doc for i, part in enumerate(joint))
            return c.All(parts) if "all" in doc else c.Any(parts)
        if set(doc) == {"not"}:
            return c.Not(self.tree((*path, "not"), doc["not"], depth + 1))
        if {"fact", "op"} <= set(doc) <= {"fact", "op", "value"}:
            return self.atom(doc)
        raise c.ConditionError("a condition is one of all / any / not / {fact, op, value}", "rewrite it")

    def atom(self, doc: Doc) -> c.Condition:
        op, value = doc["op"], doc.get("value", True)
        if not isinstance(doc["fact"], str) or op not in (*c.COMPARISONS, "in", "between", "known"):
            raise c.ConditionError(f"{op!r} is no comparison", "use == != < <= > >= in between known")
        if op in ("in", "between"):
            if not isinstance(value, list) or not value or (op == "between" and len(value) != 2):
                raise c.ConditionError(f"'{op}' needs a list of values", "write value: [low, high]")
            return c.Atom(doc["fact"], op, tuple(self.operand(doc["fact"], item) for item in value))
        return c.Atom(doc["fact"], op, True if op == "known" else self.operand(doc["fact"], value))

    def operand(self, fact: str, value: Any) -> c.Operand:
        if isinstance(value, (bool, int)):
            return value
        if not isinstance(value, str):
            raise c.ConditionError(f"{value!r} is no value to compare with", "use a figure, true, false or a name")
        return c.named(fact, value, self.parameters)

    def typed(self, path: Path, condition: c.Condition, point: str) -> None:
        try:
            check_condition(condition, point)
        except TypeCheckError as fault:
            raise self.fault(path, fault.what, fault.cure) from None

    # ---- size ----

    def too_large(self, path: Path, limit: int, what: str) -> PolicyError:
        return self.fault(path, f"the policy has more than {limit:,} {what}", "shorten the clauses, or split the policy")

    def check_size(self, clauses: tuple[Clause, ...]) -> None:
        """Refuse what would take long to decide: a case is also the denial of the earlier ones, at every decision point."""
        compared = cases = 0
        for i, clause in enumerate(clauses):
            self.clause = clause.id
            cases += len(clause.cases)
            if cases > MAX_CASES:
                raise self.too_large(("clauses", i), MAX_CASES, "cases")
            sizes = [(case.at, sum(1 for _ in c.atoms(case.when))) for case in clause.cases]
            for point in v.POINTS:
                so_far = sum(1 for _ in c.atoms(clause.when))
                for at, size in sizes:
                    so_far += size if point in at else 0
                    compared += so_far if point in at else 0
            if compared > MAX_COMPARISONS:
                raise self.too_large(("clauses", i), MAX_COMPARISONS, "comparisons")

    # ---- links between clauses ----

    def check_links(self, clauses: tuple[Clause, ...], gaps: tuple[Gap, ...]) -> None:
        known: dict[str, int] = {}
        for i, clause in enumerate(clauses):
            if clause.id in known:
                raise self.fault(("clauses", i, "id"), f"{clause.id} stands twice", "give each clause an id of its own")
            known[clause.id] = i
        for i, clause in enumerate(clauses):
            for target in (*clause.exception_to, *(t for case in clause.cases for t in case.exception_to)):
                if target not in known or target == clause.id:
                    self.clause = clause.id
                    raise self.fault(("clauses", i, "exception_to"), f"exception to {target!r}, which is no other clause here",
                                     nearest(target, tuple(other for other in known if other != clause.id)))  # fmt: skip
        for i, gap in enumerate(gaps):
            if gap.about not in known:
                raise self.fault(("gaps", i, "about"), f"{gap.about!r} is no clause here", nearest(gap.about, tuple(known)))
        self.check_circles({clause.id: clause.exception_to for clause in clauses}, known)

    def check_circles(self, links: Mapping[str, Iterable[str]], known: Mapping[str, int]) -> None:
        try:
            TopologicalSorter(links).prepare()
        except CycleError as circle:
            one, other = circle.args[1][:2]
            self.clause = one
            what = f"{one} and {other} are exceptions to each other"
            raise self.fault(("clauses", known[one], "exception_to"), what, "decide which is the general rule") from None


CURRENCIES: Final = ("TRY", "IRR", "EUR", "USD", "GBP")


def read_policy(document: Doc, *, file: str, lines: Mapping[Path, int]) -> Policy:
    """Read a document of the shape of `policies/schema.py`; raises `PolicyError` with place and cure."""
    return _Reader(document, file, lines).whole()
