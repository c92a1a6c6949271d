"""The tutorial *Connect your shop*, followed to its end: its own commands in processes of their own, its steps in their pages."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.docs.fences import fences
from tests.docs.pages import ROOT, Reader
from tests.web.accounts.people import NEW_PASSWORD, shown_by_app

STUDIO = "/corner/studio"
PAGE = ROOT / "docs/tutorial/connect-your-shop.md"
SECONDS = 60
"""How long to wait for what a quiet machine does in three."""
SEEN = {"ports": ("8000", "8812", "8813", "8825"), "home": "$HOME/my-store", "day": "2026-11-22T"}


def commands() -> list[str]:
    """The page's shell commands, block by block, without the first, which installs packages."""
    return [fence.text for fence in fences(PAGE) if fence.kind == "sh"][1:]


def settled(text: str, ports: dict[str, int], home: Path) -> str:
    """A command of the page at free ports and in a folder of its own."""
    for shown, free in ports.items():
        text = text.replace(f":{shown}", f":{free}")
    return text.replace(SEEN["home"], str(home))


class Running:
    """What the page starts, and the environment that it sets on the way."""

    def __init__(self, folder: Path, ports: dict[str, int]) -> None:
        self.folder, self.ports = folder, ports
        self.environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "AVDET_URL": self.at("8000")}
        self.environ |= {"DATABASE_URL": "", "AVDET_JOBS": ""}
        self.processes: list[subprocess.Popen[str]] = []

    def at(self, shown: str) -> str:
        """Where the service that the page shows at a port is."""
        return f"http://127.0.0.1:{self.ports[shown]}"

    def start(self, command: str, *more: str) -> None:
        """A server, stopped when the test ends."""
        with (self.folder / f"log-{len(self.processes)}").open("w") as log:
            words = [*command.split(), *more]
            self.processes.append(subprocess.Popen(words, env=self.environ, cwd=self.folder, stdout=log, stderr=log, text=True))

    def run(self, lines: str) -> str:
        """Shell lines; what they export holds for whatever comes later."""
        script = settled(lines, self.ports, self.folder / "home") + "\necho ----\nenv\n"
        shell = ["sh", "-ec", script]
        done = subprocess.run(shell, env=self.environ, cwd=self.folder, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        said, _, environ = done.stdout.rpartition("----\n")
        found = [line.partition("=") for line in environ.splitlines()]
        self.environ |= {name: value for name, _, value in found if name.startswith("AVDET_")}
        return said

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait(20)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in SEEN["ports"]]
        ports = {shown: int(probe.getsockname()[1]) for shown, probe in zip(SEEN["ports"], probes, strict=True)}
    started = Running(tmp_path, ports)
    yield started
    started.stop()


class Visitor:
    """Somebody at a browser, without scripts: opens pages and sends their forms."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=30, cookies={"language": "en"})

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def open(self, path: str) -> str:
        answer = self.http.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.text

    def send(self, path: str, *, file: str = "", **fields: str | list[str]) -> httpx.Response:
        """A page's form: the page is opened first, as somebody would."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.open(path))
        assert token, f"{path} has no form"
        return self.post(path, csrfmiddlewaretoken=token[1], file=file, **fields)

    def post(self, path: str, *, file: str = "", **fields: str | list[str]) -> httpx.Response:
        fields.setdefault("csrfmiddlewaretoken", self.http.cookies.get("csrftoken", ""))
        files = {"file": ("policy.yaml", file.encode())} if file else None
        answer = self.http.post(path, data=fields, files=files)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:2000]}"
        return answer


def wait(until: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        try:
            if until():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"{what}: not within {SECONDS} s")


def code(post_office: str, to: str) -> str:
    """The newest code for an address at the post office."""
    found: list[str] = []

    def arrived() -> bool:
        letters = httpx.get(f"{post_office}/_messages", params={"to": to}).json()
        found[:] = [match[0] for each in letters if (match := re.search(r"\b\d{6}\b", each["text"]))]
        return bool(found)

    wait(arrived, f"a code for {to}")
    return found[0]


def test_the_page_from_nothing_to_what_the_customer_reads(running: Running) -> None:
    messages, shops, settings, serve, send = commands()
    ports = running.ports
    running.start(messages, "--port", str(ports["8813"]), "--smtp-port", str(ports["8825"]))
    running.start(shops, "--port", str(ports["8812"]))
    store = running.run(settings).split()[-1]
    assert "/corner/studio/invitations/" in store
    running.start(serve, "--port", str(ports["8000"]))
    here, post_office = running.at("8000"), running.at("8813")
    wait(lambda: httpx.get(f"{here}/health/ready").status_code == 200, "the server")
    with Visitor(here) as owner:
        take_over(owner, store.removeprefix(here), post_office)
        publish(owner, write_policy(running.folder))
        connect(owner, running.at("8812"))
        map_products(owner)
        buy_today(running.folder)
        running.run(send)
        read_shop(owner, runs=2)
    with Visitor(here) as customer:
        page = open_order(customer, post_office)
    assert "Kareli defter A5" in page
    assert "₺89.90" in page


def take_over(owner: Visitor, invitation: str, post_office: str) -> None:
    sign_up = f"/account/signup/?next={invitation}"
    owner.send(sign_up, name="Olcay", login="owner@example.com", password1=NEW_PASSWORD, next=invitation)
    owner.post("/account/email/confirm/", code=code(post_office, "owner@example.com"))
    owner.send(invitation)
    desk = owner.post("/account/again/", password=NEW_PASSWORD, next="/account/second/app/")
    secret = re.search(r">([A-Z2-7]{32})<", desk.text)
    assert secret, f"no second step is asked for at {desk.url}"
    owner.post("/account/second/app/", code=shown_by_app(secret[1]))
    assert "/corner/studio/" in owner.open("/corner/studio/")


def write_policy(folder: Path) -> Path:
    """As the page says; that it is sound, tests/docs/test_commands.py finds."""
    reader = Reader(folder)
    with contextlib.chdir(folder):
        for fence in fences(PAGE):
            if fence.title.startswith("policy.yaml") or "avdet policy new policy.yaml" in fence.text:
                reader.meet(fence)
    assert reader.amiss == []
    return folder / "policy.yaml"


def publish(owner: Visitor, policy: Path) -> None:
    kept = owner.send(f"{STUDIO}/policy/new/", file=policy.read_text(encoding="utf-8"))
    page = str(kept.url.path)
    wait(lambda: 'http-equiv="refresh"' not in owner.open(page), "the check")
    owner.post(f"{page}publish/", when="day", day="2026-01-01")
    assert "SHP-WDR-1" in owner.open("/corner/terms/")


def connect(owner: Visitor, shop: str) -> None:
    keys = dict(re.findall(r"^\| ([a-z ]+) \| `(\S+)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert keys.pop("address") == "http://127.0.0.1:8812"
    named = {name.replace(" ", "_"): key for name, key in keys.items()}
    owner.send(f"{STUDIO}/connections/woocommerce/", url=shop, **named)
    wait(lambda: "the keys work" in owner.open(f"{STUDIO}/connections/woocommerce/"), "the keys")
    read_shop(owner, runs=1)


def read_shop(owner: Visitor, *, runs: int) -> None:
    owner.post(f"{STUDIO}/connections/woocommerce/act/", do="read")
    wait(lambda: "up to date" in owner.open(f"{STUDIO}/connections/woocommerce/"), "the shop's orders")
    assert owner.http.get(f"{STUDIO}/imports/{runs}/").status_code == 200


def map_products(owner: Visitor) -> None:
    rule = {"field": "name", "operator": "contains", "pattern": "Lambası", "traits": "large"}
    assert "It catches one product" in owner.open(f"{STUDIO}/traits/?{urlencode(rule)}")
    owner.post(f"{STUDIO}/traits/", do="keep", **rule)
    owner.post(f"{STUDIO}/traits/", do="apply")
    wait(lambda: 'value="LMB-21"' not in owner.open(f"{STUDIO}/traits/"), "the rule")


def buy_today(folder: Path) -> None:
    """The page's order, an hour ago."""
    order = next(fence.text for fence in fences(PAGE) if fence.title == "order.json")
    lately = datetime.now(UTC) - timedelta(hours=1)
    order, dates = re.subn(SEEN["day"] + r"[\d:]{8}", f"{lately:%Y-%m-%dT%H:%M:%S}", order)
    assert dates == 2
    (folder / "order.json").write_text(order, encoding="utf-8")


def open_order(customer: Visitor, post_office: str) -> str:
    customer.send("/corner/find/", order_number="5001", login="ayse@example.com")
    customer.post("/corner/find/code/", code=code(post_office, "ayse@example.com"))
    place = "/corner/orders/5001/cancel/"
    asked = customer.open(place)
    assert "SHP-CAN-1" in asked
    return customer.send(place, **dict(re.findall(r'name="(revision|line-\d+)"[^>]*value="(\d+)"', asked))).text
