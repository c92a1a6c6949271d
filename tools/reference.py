"""Writes the reference pages that follow from the code: the policy language, the contract, the facts, and their JSON Schemas.

`python tools/reference.py` writes them; with `--check` it only says which of them are not current.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from avdet.contract.question import MAX_BYTES as MAX_QUESTION
from avdet.contract.question import MAX_LINES, Question
from avdet.contract.shape import Answer
from avdet.core import vocabulary as v
from avdet.core.calendar import MAX_COUNT
from avdet.core.conditions import MAX_DEPTH, MAX_TOKENS
from avdet.core.facts import CLAIMLESS, FACTS, KNOWERS, Fact
from avdet.core.language import MAX_CASES, MAX_CLAUSES, MAX_COMPARISONS, MAX_TEXT, MAX_VERSIONS
from avdet.policies.schema import json_schema
from avdet.policies.yaml_reader import MAX_BYTES

TARGET = Path(__file__).resolve().parent.parent / "docs/reference"
MADE = "<!-- Made by tools/reference.py from the code; change the code and run it again. -->\n"


def schema_of(kind: type) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | msgspec.json.schema(kind)


def words(schema: Mapping[str, Any]) -> str:
    """The type of a property, in words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(words(each) for each in schema["anyOf"] if each.get("type") != "null"))
    if "enum" in schema:
        return " · ".join(f"`{value}`" for value in schema["enum"] if value is not None)
    if schema.get("type") == "array":
        return f"list of {words(schema.get('items', {}))}"
    kind = str(schema.get("type", "anything"))
    return {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "mapping"}.get(kind, kind)


def remark(schema: Mapping[str, Any]) -> str:
    if "description" in schema:
        return str(schema["description"])
    inner = [remark(each) for each in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ()))]
    return next((text for text in inner if text), "")


def table(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## {name}\n"
    yield str(schema.get("description", "")).strip() + "\n"
    yield "| key | type | |\n| --- | --- | --- |"
    for key, each in schema["properties"].items():
        needed = " **needed**" if key in schema.get("required", ()) else ""
        yield f"| `{key}`{needed} | {words(each)} | {remark(each).replace('|', '/')} |"


def page(title: str, intro: str, schema: Mapping[str, Any], after: str = "") -> str:
    lines = [MADE, f"# {title}\n", intro.strip()]
    for name, each in schema["$defs"].items():
        if "properties" in each:
            lines.extend(table(name, each))
    return "\n".join(lines) + "\n" + after


LANGUAGE = f"""
A policy is one YAML file. Names may be added to and are never renamed. Editors complete and check a policy file by its JSON
Schema, [`policy.schema.json`](policy.schema.json), which `avdet policy schema` prints; save it beside the policy and put this
on the policy's first line:

```yaml
# yaml-language-server: $schema=policy.schema.json
```

What a file may be: UTF-8, at most {MAX_BYTES:,} bytes, {MAX_CLAUSES:,} clauses, {MAX_CASES:,} cases and {MAX_VERSIONS} versions,
no text longer than {MAX_TEXT:,} characters. There are at most {MAX_COMPARISONS:,} comparisons, counted once for every decision point
at which they are made and once more for every later case of their clause. Tags, anchors, aliases, merge keys, directives
(lines that begin with `%`), repeated keys and control characters are refused. Plain scalars are whole numbers, `true`, `false`,
`null` or text; a date stays text.
"""

CONDITIONS = f"""
## Conditions

A condition is a line of text, or the same as a tree:

| text | tree |
| --- | --- |
| `sealed` | `{{fact: sealed, op: "==", value: true}}` |
| `not sealed` | `{{not: {{fact: sealed, op: "==", value: true}}}}` |
| `days_since_delivery <= 7 and documents` | `{{all: [{{fact: days_since_delivery, op: "<=", value: 7}}, {{fact: documents, op: "==", value: true}}]}}` |
| `used or not sealed` | `{{any: […]}}` |
| `reason in (defect, mismatch)` | `{{fact: reason, op: in, value: [defect, mismatch]}}` |
| `unit_price between 1 and 500` | `{{fact: unit_price, op: between, value: [1, 500]}}` (both ends belong to it) |
| `known finding` | `{{fact: finding, op: known}}`; only for facts that cannot be asked for at that point |
| `always` | an empty `all` |

Operators are `== != < <= > >= in between known`, joined by `and`, `or`, `not` and parentheses; `and` binds more tightly. On the
right stands a figure, `true` or `false`, one of the fact's values, a parameter, or another figure of the same unit. At most
{MAX_TOKENS:,} words, nested at most {MAX_DEPTH} deep. The facts are [listed here](facts.md).

A period is at most {", ".join(f"{count:,} {unit}" for unit, count in MAX_COUNT.items())} long.

## Requirements and what shows them to be done

`missing` in an answer is the part of `requires` that the facts show to be not done. Requirements that no fact shows are never
missing.

| requirement | shown by |
| --- | --- |
""" + "\n".join(
    f"| `{name}` | " + (f"`{v.SHOWN_BY[name][0]}` is {str(v.SHOWN_BY[name][1]).lower()}" if name in v.SHOWN_BY else "–") + " |"
    for name in v.REQUIREMENTS
) + "\n"

CONTRACT = f"""
One question to the engine is one JSON or YAML document; the answer is one JSON document. `avdet decide FILE` speaks it. Schemas:
[`question.schema.json`](question.schema.json), [`answer.schema.json`](answer.schema.json).

A question is at most {MAX_QUESTION:,} bytes and has at most {MAX_LINES:,} order lines. Unknown keys, a key that stands twice in a file, wrong types, an event out of order or after
`now`, and a time without an offset are refused with the path of the value, on standard error, with exit code 2. Nothing is
guessed: an event without a time has not happened, an answer that is absent has not been asked for yet.

Defaults: `now` is the claim's `reported_at`; payment `online`, delivery by `carrier`, recipient the `customer`; at `cancellation`
without a claim the reason is `withdrawal`; `arranged` is true, since a claim that has been filed is the arrangement; a unit
price of 0 makes a line a gift; a registered parent's account is taken to be a minor's.
"""


def facts_page() -> str:
    lines = [MADE, "# Facts\n", "What a policy may turn on. `avdet facts` prints the same list.\n"]
    lines.append("Facts that the record supplies in every question are never unknown; the others may be. Elapsed times are the\n"
                 "smallest *n* for which the moment is still within *n* units of the event, and −1 if it has not happened.\n")  # fmt: skip
    for knower, title in (("customer", "Known by the customer"), ("expert", "Known by the experts"),
                          ("carrier", "Known by the carrier"), ("record", "Known by the record")):  # fmt: skip
        lines.append(f"\n## {title}\n\n| fact | type | tr | fa | en |\n| --- | --- | --- | --- | --- |")
        lines.extend(_fact(fact) for fact in FACTS if fact.known_by == knower and not fact.event)
    lines.append("\n## Elapsed times\n\n| fact | from the event | unit |\n| --- | --- | --- |")
    lines.extend(f"| `{fact.name}` | `{fact.event}` | {fact.unit.replace('_', ' ')} |" for fact in FACTS if fact.event)
    lines.append("\n## Who can be asked, at each decision point\n\n| point | whose facts a clause may turn on |\n| --- | --- |")
    lines.extend(f"| `{point}` | {', '.join(_knowers(point))} |" for point in v.POINTS)
    return "\n".join(lines) + "\n"


def _knowers(point: str) -> list[str]:
    return sorted(who for who in KNOWERS[point] if not (point in CLAIMLESS and who == "customer"))


def _fact(fact: Fact) -> str:
    kinds = {"bool": "yes or no", "enum": " · ".join(f"`{value}`" for value in fact.values),
             "int": f"{fact.low:,} … {fact.high:,} {fact.unit}"}  # fmt: skip
    return f"| `{fact.name}` | {kinds[fact.kind]} | " + " | ".join(fact.question) + " |"


def pages() -> dict[str, str]:
    """File name → content of everything that is made."""
    policy, question, answer = json_schema(), schema_of(Question), schema_of(Answer)
    both = {"$defs": question["$defs"] | answer["$defs"]}
    return {
        "language.md": page("The policy language", LANGUAGE, policy, CONDITIONS),
        "contract.md": page("The decision contract", CONTRACT, both),
        "facts.md": facts_page(),
        "policy.schema.json": json.dumps(policy, indent=1, ensure_ascii=False) + "\n",
        "question.schema.json": json.dumps(question, indent=1, ensure_ascii=False) + "\n",
        "answer.schema.json": json.dumps(answer, indent=1, ensure_ascii=False) + "\n",
    }


def main(arguments: list[str]) -> int:
    stale = [name for name, text in pages().items() if not _same(TARGET / name, text)]
    if "--check" not in arguments:
        TARGET.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (TARGET / name).write_text(pages()[name], encoding="utf-8")
        return 0
    for name in stale:
        print(f"docs/reference/{name} is not current: run python tools/reference.py")
    return 1 if stale else 0


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
