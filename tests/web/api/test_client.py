"""A Python client that somebody else's generator makes of our document drives the API over HTTP; webhooks reach a receiver."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from avdet.adapters.webhooks.courier import HttpCourier
from avdet.ports import webhooks
from avdet.records.outbox.models import WebhookMessage
from avdet.web.api.openapi import document
from avdet.workflows.notices.send_webhooks import send_webhook
from tests.factories import make_product, make_store
from tests.web.api.callers import Caller
from tests.web.api.claiming import arrived, line

CONFIG = """post_hooks: []
package_name_override: avdet_client
content_type_overrides: {application/pdf: application/octet-stream, image/jpeg: application/octet-stream}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The generated package, imported."""
    place = tmp_path_factory.mktemp("client")
    (place / "openapi.json").write_text(json.dumps(document()), encoding="utf-8")
    (place / "config.yaml").write_text(CONFIG, encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--config", "config.yaml",
         "--meta", "none", "--output-path", "avdet_client", "--fail-on-warning"],
        cwd=place, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(place))
    yield importlib.import_module("avdet_client")
    sys.path.remove(str(place))


def of(client: Any, name: str) -> Any:
    return importlib.import_module(f"{client.__name__}.{name}")


def test_the_generated_client_has_a_function_for_every_operation(client):
    place = Path(client.__file__).parent
    made = {path.stem for path in place.glob("api/*/*.py")}
    wanted = {each["operationId"] for operations in document()["paths"].values() for each in operations.values()}
    assert wanted <= made


@pytest.mark.django_db(transaction=True)
def test_the_generated_client_places_reads_and_cancels_an_order(client, live_server):
    store = make_store()
    make_product(store, "KETTLE-1")
    caller, models = Caller(store), of(client, "models")
    ours = client.AuthenticatedClient(base_url=live_server.url, token=caller.text, raise_on_unexpected_status=True)
    with ours:
        said = models.OrderSaid.from_dict({"lines": [{"sku": "KETTLE-1", "quantity": 2}], "customer_ref": "7"})
        placed = of(client, "api.orders.create_order").sync(client=ours, body=said, idempotency_key="client-1")
        again = of(client, "api.orders.create_order").sync(client=ours, body=said, idempotency_key="client-1")
        assert placed.number == again.number
        read = of(client, "api.orders.read_order").sync(placed.number, client=ours)
        assert (read.state, read.amounts.total.amount_minor, read.lines[0].sku) == ("placed", 90_000_000, "KETTLE-1")
        listed = of(client, "api.orders.list_orders").sync(client=ours, limit=10)
        assert [each.number for each in listed.data] == [placed.number]
        ending = models.CancelSaid.from_dict({"reason": "mistake"})
        assert of(client, "api.orders.cancel").sync(placed.number, client=ours, body=ending).state == "cancelled"
        missing = of(client, "api.orders.read_order").sync("NONE", client=ours)
        assert (type(missing).__name__, missing.kind) == ("ProblemDocument", "not_found")


@pytest.mark.django_db(transaction=True)
def test_the_generated_client_sends_a_parcel_back_and_keeps_its_slip(client, live_server):
    order = arrived(make_store())
    caller, models = Caller(order.store), of(client, "models")
    case = caller.post(f"/orders/{order.number}/claims", {"lines": [line()]})["data"][0]["number"]
    with client.AuthenticatedClient(base_url=live_server.url, token=caller.text, raise_on_unexpected_status=True) as ours:
        said = models.ParcelSaid.from_dict({"cases": [case], "way": "post"})
        made = of(client, "api.parcels.create_parcel").sync(order.number, client=ours, body=said)
        assert (made.state, made.items[0].case, made.items[0].arrived) == ("announced", case, None)
        slip = of(client, "api.parcels.read_slip").sync(made.code, client=ours)
        assert slip.payload.read(5) == b"%PDF-"
        offered = of(client, "api.remedies.list_remedies").sync(case, client=ours)
        assert (offered.offered, offered.data) == ([], [])


@pytest.fixture
def receiver() -> Iterator[Any]:
    """Somebody's program that is told: it keeps what it was sent, and answers 204."""
    taken: list[tuple[dict[str, str], bytes]] = []

    class Told(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append((dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    server.taken = taken  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def courier() -> Iterator[None]:
    """One that may go to this machine."""
    before = list(webhooks._connected)
    webhooks.connect(HttpCourier(allow_private=True))
    yield
    webhooks._connected[:] = before


@pytest.mark.django_db
def test_a_webhook_that_the_api_made_is_verified_by_the_standards_own_library(call, product, receiver, courier):
    url = f"http://127.0.0.1:{receiver.server_port}/hook"
    endpoint = call.post("/webhooks", {"url": url, "kinds": ["order.*"]})
    assert call.status == 201, endpoint
    order = call.post("/orders", {"lines": [{"sku": "KETTLE-1"}], "customer_ref": "7"})
    message = WebhookMessage.objects.get()
    send_webhook({"endpoint": message.endpoint_id, "event": message.event_id}, timezone.now())
    (headers, body), = receiver.taken
    told = Webhook(endpoint["secret"]).verify(body, {name.lower(): value for name, value in headers.items()})
    assert (told["type"], told["data"]["order_number"]) == ("order.placed", order["number"])
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint["secret"]).verify(body.replace(b"placed", b"closed"), {name.lower(): value for name, value in headers.items()})
    log = call.get(f"/webhooks/{endpoint['id']}/messages")["data"]
    assert [(each["state"], each["last_status"]) for each in log] == [("sent", 204)]
    shown = call.get(f"/webhooks/{endpoint['id']}/messages/{log[0]['id']}")
    assert shown["tries"][0]["status"] == 204
    assert "secret" not in call.get(f"/webhooks/{endpoint['id']}")
