"""Writes docs/reference/api.md, which follows from the endpoints; with `--check` it only says whether it is current."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs/reference/api.md"
HEAD = """<!-- Made by tools/api_reference.py from the code; change the code and run it again. -->

# The API

Programs of a store read and write its orders, claims, what comes back, products, stock, deliveries and money, and ask its
terms, at `/api/v1/`. The whole document is at `/api/v1/openapi.json` (OpenAPI 3.1); any generator of clients can read it.
`/api/v1/docs` shows what is below, in the reader's language.

## Asking

- **Token**: `Authorization: Bearer avd_…`. Owners make tokens in the studio, under *API tokens*; each is shown once, may do
  what its scopes say, and ends on its day or when it is revoked. Whatever belongs to another store is not there: 404.
- **Language**: `?lang=tr`, `fa` or `en`, else `Accept-Language`, else the store's own.
- **Bodies** are JSON. Unknown fields and parameters are refused. Amounts are `{"amount_minor": 4500000, "currency": "IRR"}`,
  in minor units; times are RFC 3339 with an offset.
- **Once**: a POST with an `Idempotency-Key` is carried out once. Sent again within 24 hours with the same body it is answered
  again, with `Idempotency-Replayed: true`; with another body it is `key_reused`; while it is at work it is `busy`, with
  `Retry-After`. What was refused was not done, and leaves no key behind.
- **In whose name**: a finding is signed, a visit is written down, goodwill is given and a payout batch is drafted in the
  name of whoever made the token, as long as they work for the store and may do it at the desk; else the answer is `person`
  (403). What takes two people is done by them: a batch is approved and released, and goodwill above the store's limit agreed
  to, at the desk alone, where each has shown a second factor. No token can do either.
- **Refunds** are granted by the terms and sent by themselves; a program names the customer's account where one is waited for.
  What a person must have seen stays at the desk: that a payer's documents are in order, that money was transferred by hand and
  under which reference, that a transfer could not be made, that a refund is sent once more or taken back. So does what a bank
  said on paper, which takes two people.
- **Files**: evidence, return slips and the bank's files are fetched with the token itself, and no cache keeps them. A bank's
  answer is handed in as `multipart/form-data`, as evidence is; a file that was read before changes nothing.
- **Against older states**: orders, products, cases, parcels, claims on carriers and batches come with an `ETag`. A change
  with `If-Match` is `changed` (412) where somebody else was faster; a read with `If-None-Match` is 304 where nothing has
  changed.
- **Orders** are somebody's: each names a phone number or an e-mail address of its customer, or your own `customer_ref`. One
  whose number has a slash, as some shops' have, is asked for as `2026~2F001`; `~` itself is `~7E`.
- **Pages**: lists take `limit` (at most 200) and `cursor`; the answer has `next`, and a `Link` header with `next` and `prev`.
  A page begins after the last row of the one before, so that the thousandth costs what the first does.
- **Rates**: a token may ask so often in a minute; `RateLimit` and `RateLimit-Policy` say how much is left, and `too_many`
  (429) comes with `Retry-After`.

`POST /decide` and `POST /ask` take a question of the [decision contract](contract.md), or one about an order of the store:
`{"order_number": "1001", "at": "claim", "line": 1, "reason": "defect"}`. The version of the terms is the one that was in force
when the order was placed.

## Endpoints
"""
EVENTS = """
## Events

What has happened is sent to a store's endpoints as [Standard Webhooks](https://www.standardwebhooks.com): signed, written
down with what it tells of, and sent again until it is taken, with the same `webhook-id`. The body is `type`, `timestamp` and
`data`; `data` has `store` and what stands below, nothing personal, amounts in minor units. What else is needed is read here.

| type | `data` |
| --- | --- |
"""
DATA = {
    "order.*": "`order_number`, `total_minor`, `currency`; cancelled: `amount_minor`, what goes back",
    "delivery.*": "`order_number`, `total_minor`, `currency`, `carrier`, `tracking_number`, `tracking_url`",
    "refund.*": "`order_number`, `refund`, `amount_minor`, `currency`",
    "case.*": "`order_number`, `case`; once it is decided `outcome` and `currency`; where somebody has to act `until_at`",
    "parcel.*": "`order_number`, `case`, `outcome`, `currency`; a return code: `code`",
    "payout.returned": "`batch`, `transfer`, `refund`, `amount_minor`, `currency`, and `code`, the bank's",
    "payout.*": "`batch`, `lines`, `total_minor`, `currency`",
    "carrier_claim.*": "`claim`, `order_number`, `case`, `carrier`, `asked_minor`, `recovered_minor`, `currency`",
    "stock.changed": "`levels` (`sku`, `on_hand`, `reserved`, `free`), `why`, `reference`, `more`",
    "stock.out": "`skus`, `count`, `more`, `why`, `reference`",
    "product.changed": "`skus`, `count`, `more`",
    "catalogue.imported": "`import`, `done`, `counts`",
    "policy.published": "`number`, `fingerprint`, `takes_force_at`",
    "test.sent": "`hello`",
}
"""Kinds of events → what each says; of two that fit the first."""
PROBLEMS = """
## Problems

What goes wrong is a problem document (RFC 9457, `application/problem+json`): `kind`, `title` and `detail` in the caller's
language, `what`, `where` and `cure` for whoever mends it, `code` by which a refusal can be told from others, whatever its
words, `errors` for each field that cannot be used, `because` for the clauses that deny what was asked for, and `request`, the
number under which the server's log knows it.

| kind | status | |
| --- | --- | --- |
"""


def written() -> str:
    """The page as it should stand."""
    from avdet.records.outbox.endpoints import KINDS as TOLD
    from avdet.web.api.problems import KINDS
    from avdet.web.api.reference import groups
    from avdet.words.phrases import phrase

    def parts() -> Iterator[str]:
        yield HEAD
        for noun, rows in groups():
            yield f"\n### {noun.capitalize()}\n\n| | | scope |\n| --- | --- | --- |\n"
            for row in rows:
                scope = f"`{row['scope']}`" if row["scope"] else "any"
                yield f"| `{row['method']} {row['path'].removeprefix('/api/v1')}` | {row['summary']} | {scope} |\n"
        yield EVENTS
        told = [(kind, next(each for each in DATA if fnmatchcase(kind, each))) for kind in TOLD]
        for group, said in DATA.items():
            yield f"| {', '.join(f'`{kind}`' for kind, its in told if its == group)} | {said} |\n"
        yield PROBLEMS
        for kind, status in KINDS.items():
            yield f"| `{kind}` | {status} | {phrase('en', f'api.problem.{kind}.title')} |\n"

    return "".join(parts())


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avdet.config.settings")
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("AVDET_HOME", home)
        import django

        django.setup()
        text = written()
    if "--check" in sys.argv:
        current = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
        print("current" if current else "not current: run python tools/api_reference.py")
        return 0 if current else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
