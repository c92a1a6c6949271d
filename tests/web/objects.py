"""What the pages' tests open: a world with alice, who has one of everything, bob, charlie of another store, and the staff."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.test import Client

from avdet.records.access.models import SavedView
from avdet.records.access.tokens import make_token
from avdet.records.cases.evidence import Holder, Said
from avdet.records.cases.models import Case, Claim, ClaimDraft
from avdet.records.catalogue.pictures import add_drawing
from avdet.records.connections.actions import begin, connect
from avdet.records.connections.models import Connection
from avdet.records.deliveries.models import Delivery, DeliveryLine
from avdet.records.orders.models import Order
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import Notice, WebhookMessage
from avdet.records.parcels.models import Parcel, ParcelItem
from avdet.records.payments.models import Payment
from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.people.accounts import trust_email
from avdet.records.people.bank_accounts import Registration, register
from avdet.records.people.book import add_address
from avdet.records.people.exports import ask_for_export, keep
from avdet.records.people.models import Customer, User
from avdet.records.refunds.models import Goodwill, ReconcileFinding, Refund, RefundEvent
from avdet.records.remedies.models import CarrierClaim
from avdet.records.shared.actors import Actor
from avdet.records.stores.invitations import invite
from avdet.records.stores.models import PolicyVersion, Store
from avdet.web.shared.evidence import SALT
from avdet.workflows.catalogue.read_catalogue import read_catalogue
from avdet.workflows.claims.add_evidence import add_evidence
from tests.factories import NOW, make_customer, make_order, make_product, make_staff, make_store, make_user
from tests.web.routes import Route

STAFF = ("desk", "expert", "accountant", "owner", "support")
SYSTEM = Actor.system("tests")


@dataclass
class World:
    """Two stores. alice and bob buy at the first, charlie owns the second."""

    store: Store
    other: Store
    alice: User
    bob: User
    charlie: User
    staff: dict[str, User]
    customer: Customer
    order: Order
    cookies: dict[int, str] = field(default_factory=dict)

    def client(self, user: User | None = None, **how: Any) -> Client:
        """Somebody's browser, signed in just now; a stranger's without a user. It fails on a fault of ours."""
        client = Client(**how)
        if user is None:
            return client
        if user.pk not in self.cookies:
            client.force_login(user)
            session = client.session
            session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
            session.save()
            self.cookies[user.pk] = str(session.session_key)
        client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[user.pk]
        return client

    @property
    def owner(self) -> Client:
        """The browser of the store's owner."""
        return self.client(self.staff["owner"])

    def arguments(self, route: Route) -> dict[str, Any]:
        """What stands for the arguments of a route: something of alice's, made now."""
        made = maker(route)
        return {"store": self.store.slug, **(made(self) if made else {})}


def make_world() -> World:
    """Everybody, and an order of alice's."""
    store, other = make_store("fetrashop"), make_store("offykala")
    alice, bob, charlie = make_user("alice"), make_user("bob"), make_staff(other, "owner")
    staff = {role: make_staff(store, role) for role in ("desk", "expert", "accountant", "owner")}
    staff["support"] = make_user("support", is_support=True)
    for user in (alice, bob, charlie, *staff.values()):
        trust_email(user)
    customer = make_customer(store, alice)
    make_customer(store, bob)
    return World(store, other, alice, bob, charlie, staff, customer, make_order(store, customer))


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def release(answer: Any) -> None:
    """Lets go of the files of an answer. Closing it whole would end the database's connection, and the world with it."""
    for close in answer._resource_closers:
        close()


OWN_BOOKS = ("django_session", "usersessions_usersession", "people_mark")
"""Tables that any request may write to."""


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements inside that have changed a row, but for those that keep who is signed in."""
    found: list[str] = []

    def watched(execute: Any, sql: str, given: Any, many: bool, about: dict[str, Any]) -> Any:
        answer = execute(sql, given, many, about)
        writing = sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        if writing and about["cursor"].rowcount and not any(table in sql for table in OWN_BOOKS):
            found.append(sql)
        return answer

    with connection.execute_wrapper(watched):
        yield found


# ---- what can be opened ----------------------------------------------------------------------------------------------

Values = Callable[[World], dict[str, Any]]


def an_order(world: World) -> dict[str, Any]:
    """alice's order."""
    return {"number": world.order.number}


def a_delivery(world: World) -> dict[str, Any]:
    """A parcel of it."""
    made = Delivery.objects.create(order=world.order, number=1, carrier="post", created_at=NOW)
    DeliveryLine.objects.create(delivery=made, order_line=world.order.lines.get(), quantity=1)
    return {"number": world.order.number, "delivery": made.pk}


def a_product(world: World) -> dict[str, Any]:
    """Something on sale at alice's store."""
    return {"sku": make_product(world.store, "A-1").sku}


def a_picture(world: World) -> dict[str, Any]:
    """A picture of such a thing."""
    product = make_product(world.store, "A-1")
    return {"sku": product.sku, "picture": add_drawing(product, "<svg xmlns='http://www.w3.org/2000/svg'/>", {}).pk}


def a_catalogue_file(world: World) -> dict[str, Any]:
    """A file of products that was read at alice's store."""
    return {"number": read_catalogue(world.store, "a.csv", b"sku,name_fa,price\nA,x,5\n", now=NOW, actor=SYSTEM).pk}


def an_address(world: World) -> dict[str, Any]:
    """Where alice lives."""
    details = {"recipient": "Alice", "phone": "+989121111111", "country": "IR", "province": "Tehran", "street": "1", "postcode": "1234567890"}
    return {"pk": add_address(world.customer, details, label="home", usual=True, now=NOW).pk}


def a_bank_account(world: World) -> dict[str, Any]:
    """Where alice's money goes back to."""
    wish = Registration("IR820540102680020817909002", "self", str(world.customer.name), "yes", False)
    return {"pk": register(world.customer, wish, now=NOW).pk}


def an_export(world: World) -> dict[str, Any]:
    """All that the store knows of alice."""
    from django.utils import timezone

    made = ask_for_export(world.customer, now=timezone.now())
    keep(made, b"PK", now=timezone.now())
    return {"pk": made.pk}


def a_draft(world: World) -> dict[str, Any]:
    """A version of the store's policy that nobody has published yet."""
    first = world.store.policy_versions.get(number=1)
    made = PolicyVersion.objects.create(
        store=world.store, number=2, source=first.source, fingerprint=first.fingerprint, state="draft", uploaded_at=NOW
    )
    return {"number": made.number}


def a_token(world: World) -> dict[str, Any]:
    """What a program of the store signs in with."""
    return {"pk": make_token(world.store, "till", ["orders:read"], actor=SYSTEM, now=NOW)[0].pk}


def an_endpoint(world: World) -> dict[str, Any]:
    """Where the store's programs are told."""
    return {"pk": add_endpoint(world.store, "https://shop.example/told", now=NOW).pk}


def a_webhook_message(world: World) -> dict[str, Any]:
    """What one was told."""
    endpoint = add_endpoint(world.store, "https://shop.example/told", now=NOW)
    made = WebhookMessage.objects.create(
        endpoint=endpoint, event_id="evt_1", kind="order.placed", body="{}", state="dead", created_at=NOW
    )
    return {"pk": endpoint.pk, "message": made.pk}


def a_member(world: World) -> dict[str, Any]:
    """Somebody on the staff."""
    return {"pk": world.store.members.get(role="desk").pk}


def an_invitation(world: World) -> dict[str, Any]:
    """A role that waits."""
    return {"pk": invite(world.store, "desk", "dana@example.test", actor=SYSTEM, now=NOW)[0].pk}


def an_invitation_link(world: World) -> dict[str, Any]:
    """The link to it."""
    from django.utils import timezone

    return {"token": invite(world.store, "desk", "dana@example.test", actor=SYSTEM, now=timezone.now())[1]}


def a_shop(world: World) -> Connection:
    """A shop that the store sells with."""
    keys = {"consumer_key": "ck_1", "consumer_secret": "cs_1"}
    return connect(world.store, "woocommerce", url="https://shop.example", credentials=keys, webhook_secret="s", now=NOW)


def an_import(world: World) -> dict[str, Any]:
    """A file of orders that came in."""
    return {"number": begin(connect(world.store, "file", now=NOW), source="file", name="a.csv", actor=SYSTEM, now=NOW).pk}


def a_refund(world: World) -> dict[str, Any]:
    """Money on its way back to alice."""
    paid = Payment.objects.create(
        store=world.store, order=world.order, method="online", gateway="zarinpal", reference="P-1", currency="IRR",
        amount_minor=world.order.total_minor, refunded_minor=1_000, state="paid", paid_at=NOW, created_at=NOW,
    )  # fmt: skip
    made = Refund.objects.create(
        store=world.store, payment=paid, key="cancel", amount_minor=1_000, currency="IRR", reason="cancelled", granted_at=NOW
    )
    return {"pk": made.pk, "number": made.pk, "refund": made.pk}


def a_refund_without_account(world: World) -> dict[str, Any]:
    """The same, and alice was asked for an account."""
    RefundEvent.objects.create(refund_id=a_refund(world)["pk"], kind="account_asked", at=NOW, actor="system", source="tests")
    return an_order(world)


def a_refund_without_documents(world: World) -> dict[str, Any]:
    """The same, and she was asked to show who has paid."""
    RefundEvent.objects.create(refund_id=a_refund(world)["pk"], kind="documents_asked", at=NOW, actor="system", source="tests")
    return an_order(world)


def a_goodwill(world: World) -> dict[str, Any]:
    """Money without a return that a colleague wishes to give alice."""
    made = Goodwill.objects.create(
        store=world.store, order=world.order, amount_minor=1_000, currency="IRR", reason="late", author=world.staff["accountant"], made_at=NOW
    )
    return {"pk": made.pk, "name": "refuse"}


def a_batch(world: World) -> dict[str, Any]:
    """A batch that pays alice."""
    batch = PayoutBatch.objects.create(
        store=world.store, number=1, message_id="AVDET-1", currency="IRR", pay_on=NOW.date(), made_by=world.staff["accountant"], made_at=NOW
    )
    PayoutLine.objects.create(
        batch=batch, refund_id=a_refund(world)["pk"], end_to_end="AVDET-1-1", iban="IR820540102680020817909002", last_digits="9002",
        holder_name="Alice", amount_minor=1_000, currency="IRR",
    )  # fmt: skip
    return {"number": batch.number}


def a_finding(world: World) -> dict[str, Any]:
    """What the books and a gateway do not agree on."""
    made = ReconcileFinding.objects.create(store=world.store, kind="missing", subject="refund:1", found_at=NOW)
    return {"pk": made.pk, "number": made.pk, "finding": made.pk}


def a_notice(world: World) -> dict[str, Any]:
    """What alice was told."""
    made = Notice.objects.create(
        store=world.store, key="n-1", channel="email", kind="placed", to="alice@example.test", language="fa",
        order_number=world.order.number, state="dead", created_at=NOW, next_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    return {"pk": made.pk, "number": made.pk, "notice": made.pk}


def a_view(world: World) -> dict[str, Any]:
    """A list that the owner keeps for herself."""
    made = SavedView.objects.create(store=world.store, user=world.staff["owner"], page="orders", name="mine", query="q=1")
    return {"pk": made.pk, "number": made.pk, "view": made.pk}


def a_claim_draft(world: World) -> Holder:
    """A claim that alice is writing about her order."""
    owner, now = f"customer:{world.order.pk}", {"created_at": NOW, "updated_at": NOW}
    made, _ = ClaimDraft.objects.get_or_create(order=world.order, owner=owner, defaults={"store": world.store, "token": "t-1", **now})
    return Holder(world.order, draft=made)


def a_case(world: World) -> dict[str, Any]:
    """What alice has filed: the store waits for her evidence."""
    claim = Claim.objects.create(
        store=world.store, order=world.order, key="k-1", channel="portal", language="fa", filed_by="customer",
        filed_by_id=world.alice.pk, filed_at=NOW,
    )  # fmt: skip
    made = Case.objects.create(
        store=world.store, claim=claim, order=world.order, order_line=world.order.lines.get(), number=f"{world.order.number}-R1",
        quantity=1, reason="defect", state="evidence", outcome="evidence", waits_for="customer",
        policy_version=world.order.policy_version, policy_fingerprint="x", filed_at=NOW, decision=DECISION,
    )  # fmt: skip
    return {"number": made.number}


DECISION = {
    "outcome": "evidence", "remedies": [], "requires": ["documents"], "missing": [], "deadlines": {}, "ask": [],
    "because": [{"clause": "FET-TEST-1", "effect": "requires", "value": "documents"}],
    "policy": {"store": "fetrashop", "version": "2025-01-01", "fingerprint": "x", "calendar": "ir 2026"},
}  # fmt: skip
"""An answer of the engine, as a case keeps it."""


def a_choice(world: World) -> dict[str, Any]:
    """A case of hers in which she is to choose."""
    number, line = a_case(world)["number"], world.order.lines.get()
    asked = {
        "store": "fetrashop", "at": "claim", "claim": {"sku": line.sku, "quantity": 1, "reported_at": NOW.isoformat()},
        "order": {"placed_at": NOW.isoformat(),
                  "lines": [{"sku": line.sku, "quantity": 1, "unit_price": line.unit_price_minor, "currency": "IRR"}]},
    }  # fmt: skip
    granted = {**DECISION, "outcome": "approve", "remedies": ["refund", "other_product"]}
    Case.objects.filter(number=number).update(state="choosing", outcome="approve", question=asked, decision=granted)
    return {"number": number}


def a_claim_on_a_carrier(world: World) -> dict[str, Any]:
    """What the store asks the carrier for, of a case of hers; it was refused."""
    case = Case.objects.get(number=a_choice(world)["number"])
    made = CarrierClaim.objects.create(
        store=world.store, case=case, carrier="Tipax", state="refused", currency="IRR", asked_minor=1_000, opened_at=NOW
    )
    return {"pk": made.pk}


def a_piece_of_evidence(world: World) -> dict[str, Any]:
    """A paper that alice has handed in."""
    said = Said(b"%PDF-1.4\ntrailer<<>>\n%%EOF", "receipt")
    return {"pk": add_evidence(a_claim_draft(world), said, actor=Actor("customer", world.alice.pk), now=NOW).pk, "move": "remove"}


def an_evidence_link(world: World) -> dict[str, Any]:
    """The address of it that was made for her."""
    number = a_piece_of_evidence(world)["pk"]
    return {"ticket": signing.dumps([number, 0, f"user:{world.alice.pk}"], salt=SALT)}


def a_draft_of_hers(world: World) -> dict[str, Any]:
    """The order that she writes a claim about."""
    a_claim_draft(world)
    return an_order(world)


def a_return(world: World) -> dict[str, Any]:
    """What alice is sending back."""
    case = Case.objects.get(store=world.store, number=a_case(world)["number"])
    made = Parcel.objects.create(store=world.store, order=world.order, code="ABCDEFGHJ", way="post", paid_by="customer", announced_at=NOW)
    ParcelItem.objects.create(parcel=made, case=case, announced=1)
    return {"number": world.order.number, "code": made.code}


OBJECTS: dict[str, Values] = {
    "<slug:store>/desk/bench/parcels/<slug:code>/": a_return,
    "<slug:store>/desk/bench/parcels/<slug:code>/<slug:move>/": lambda world: {**a_return(world), "move": "receive"},
    "<slug:store>/desk/bench/cases/<number:number>/": a_case,
    "<slug:store>/desk/cases/<number:number>/": a_case,
    "<slug:store>/desk/cases/<number:number>/do/<slug:name>/": lambda world: {**a_case(world), "name": "note"},
    "<slug:store>/orders/<number:number>/parcels/<slug:code>/": a_return,
    "<slug:store>/orders/<number:number>/parcels/<slug:code>/<slug:move>/": lambda world: {**a_return(world), "move": "send"},
    "<slug:store>/orders/<str:number>/": an_order,
    "<slug:store>/orders/<str:number>/choices/<slug:kind>/": lambda world: {**an_order(world), "kind": "cancel"},
    "<slug:store>/orders/<str:number>/evidence/": a_draft_of_hers,
    "<slug:store>/orders/<str:number>/documents/": a_refund_without_documents,
    "<slug:store>/orders/<str:number>/claim/<int:line>/": lambda world: {**a_draft_of_hers(world), "line": 1},
    "<slug:store>/orders/<str:number>/claim/<int:line>/<slug:fact>/": lambda world: {
        **a_draft_of_hers(world), "line": 1, "fact": "sealed"
    },
    "<slug:store>/cases/<str:number>/": a_case,
    "<slug:store>/cases/<str:number>/remedy/": a_choice,
    "<slug:store>/desk/cases/<str:number>/remedy/": a_choice,
    "<slug:store>/desk/cases/<str:number>/remedy/do/<slug:name>/": lambda world: {**a_choice(world), "name": "carriage"},
    "<slug:store>/desk/carriers/<int:pk>/": a_claim_on_a_carrier,
    "<slug:store>/desk/carriers/<int:pk>/letter/": a_claim_on_a_carrier,
    "<slug:store>/desk/carriers/<int:pk>/do/<slug:name>/": lambda world: {**a_claim_on_a_carrier(world), "name": "close"},
    "<slug:store>/cases/<str:number>/remedy/<slug:kind>/": lambda world: {**a_choice(world), "kind": "refund"},
    "<slug:store>/evidence/<str:ticket>/": an_evidence_link,
    "<slug:store>/evidence/<int:pk>/<slug:move>/": a_piece_of_evidence,
    "<slug:store>/account/addresses/<int:pk>/": an_address,
    "<slug:store>/account/addresses/<int:pk>/<slug:move>/": lambda world: {**an_address(world), "move": "remove"},
    "<slug:store>/account/accounts/<int:pk>/": a_bank_account,
    "<slug:store>/account/data/<int:pk>/": an_export,
    "<slug:store>/studio/policy/<int:number>/": a_draft,
    "<slug:store>/studio/tokens/<int:pk>/": a_token,
    "<slug:store>/studio/webhooks/<int:pk>/": an_endpoint,
    "<slug:store>/studio/webhooks/<int:pk>/messages/<int:message>/": a_webhook_message,
    "<slug:store>/studio/staff/<int:pk>/": a_member,
    "<slug:store>/studio/staff/invitations/<int:pk>/": an_invitation,
    "<slug:store>/studio/imports/<int:number>/": an_import,
    "<slug:store>/studio/products/<path:sku>/": a_product,
    "<slug:store>/studio/catalogue/<int:number>/": a_catalogue_file,
    "<slug:store>/desk/orders/<str:number>/": an_order,
    "<slug:store>/desk/orders/<str:number>/money/": a_refund_without_account,
    "<slug:store>/desk/orders/<str:number>/do/<slug:name>/": lambda world: {**an_order(world), "name": "note"},
    "<slug:store>/desk/orders/<str:number>/notices/<int:notice>/": lambda world: {**a_notice(world), **an_order(world)},
    "<slug:store>/desk/refunds/<int:pk>/": a_refund,
    "<slug:store>/desk/refunds/<int:pk>/do/<slug:name>/": lambda world: {**a_refund(world), "name": "void"},
    "<slug:store>/desk/findings/<int:pk>/": a_finding,
    "<slug:store>/desk/goodwill/<int:pk>/<slug:name>/": a_goodwill,
    "<slug:store>/desk/payouts/batches/<int:number>/": a_batch,
    "<slug:store>/desk/payouts/batches/<int:number>/do/<slug:name>/": lambda world: {**a_batch(world), "name": "void"},
    "<slug:store>/desk/notices/<int:pk>/": a_notice,
    "<slug:store>/desk/views/<int:pk>/": a_view,
}
"""Where addresses begin → the arguments that name something of alice's, or of her store's."""

COMMON: dict[str, Values] = {
    "<slug:store>/products/<path:sku>/": a_product,
    "<slug:store>/products/<path:sku>/pictures/<int:picture>/": a_picture,
    "<slug:store>/terms/<int:number>/": lambda world: {"number": 1},
    "<slug:store>/studio/calendar/days/<str:day>/": lambda world: {"day": "2026-12-01"},
    "<slug:store>/studio/connections/<slug:kind>/": lambda world: {"kind": a_shop(world).kind},
    "<slug:store>/studio/invitations/<str:token>/": an_invitation_link,
    "hooks/<slug:store>/payments/<slug:gateway>": lambda world: {"gateway": "iyzico"},
    "hooks/<slug:store>/<slug:kind>/<int:connection>/": lambda world: {"kind": "woocommerce", "connection": a_shop(world).pk},
    "operator/jobs/<slug:state>/": lambda world: {"state": "dead"},
}
"""Where addresses begin → arguments that name nothing of anybody's: what everybody may see, a kind of thing, a link's own secret."""


SENT: dict[str, dict[str, str]] = {
    "<slug:store>/studio/connections/<slug:kind>/act/": {"do": "try"},
}
"""What is posted where an empty form names nothing that is there."""


def maker(route: Route) -> Values | None:
    """What makes the arguments of a route: the entry with the same arguments with which its address begins."""
    for begins, made in sorted((OBJECTS | COMMON).items(), key=lambda entry: -len(entry[0])):
        if _named(route.pattern).startswith(_named(begins)) and begins.count("<") == len(route.arguments):
            return made
    return None


def _named(pattern: str) -> str:
    """A pattern without the kinds of its arguments."""
    return re.sub(r"<\w+:", "<", pattern)


def is_alices(route: Route) -> bool:
    """Whether the route names something of somebody's."""
    return maker(route) in OBJECTS.values() and maker(route) not in COMMON.values()
