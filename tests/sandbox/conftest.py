"""A world with a clock that stands still, its HTTP face on loopback, and a receiver."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from django.db import connections

from apps.sandbox import ride_plan, selectors, services, world
from apps.sandbox.engine import outbound_send
from apps.sandbox.gateway.server import GatewayServer
from apps.sandbox.models import SandboxAccount, SandboxParcel, SandboxSubscription
from apps.sandbox.services import robot_memory
from apps.sandbox.services.faults import forget_rates
from apps.sandbox.services.robot_faults import forget_tellings
from tests.sandbox.clients import booking

START = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
SEED = 7
TAKEN = '{"result":true,"returnCode":"200","message":"成功"}'


@pytest.fixture(autouse=True)
def faults_of_before_are_forgotten() -> None:
    """A gateway remembers the rates for half a second; the next test starts without them."""
    forget_rates()


@pytest.fixture(autouse=True)
def robots_answer_as_usual() -> None:
    """What a robot was told, or kept in memory, belongs to the test before."""
    forget_tellings()
    robot_memory.forget_messages()


class StandingClock:
    """World time that moves only when a test says so."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def now(self) -> dt.datetime:
        return self.at

    def forward(self, **parts: float) -> dt.datetime:
        self.at += dt.timedelta(**parts)
        return self.at


@pytest.fixture
def moving() -> Iterator[StandingClock]:
    """The world's clock, standing at a Friday morning in China."""
    standing = StandingClock(START)
    with world.configured(now=standing.now, seed=SEED):
        yield standing


@pytest.fixture
def plain_rides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ride goes as rides go: somebody takes it, keeps it and arrives.

    What becomes of a ride is drawn from its order, in which stand a port and an id that no two
    runs share; without this one run in fifty finds no rider.
    """
    for share in ("NO_RIDER_SHARE", "REASSIGNED_SHARE", "ABNORMAL_SHARE"):
        monkeypatch.setattr(ride_plan, share, 0.0)


@pytest.fixture
def account(db: None) -> SandboxAccount:
    return SandboxAccount.objects.create(
        key="testKey", customer="testCustomer", secret="testSecret"
    )


@pytest.fixture
def gateway(
    db: None, moving: StandingClock, account: SandboxAccount, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of a running gateway with one account.

    Its threads share this test's connection, so that everything is rolled back at the end.
    """
    shared = connections["default"]
    shared.inc_thread_sharing()
    monkeypatch.setattr(shared, "close_if_unusable_or_obsolete", lambda: None)
    monkeypatch.setattr(robot_memory, "_in_time", lambda work: work())

    def share() -> None:
        connections["default"] = shared

    server = GatewayServer(0, threads=1)
    server._pool = ThreadPoolExecutor(max_workers=2, initializer=share)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    shared.dec_thread_sharing()


class Receiver:
    """Takes pushes and answers as told; ``got`` holds what came, in order."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.answers: list[tuple[int, str]] = []
        self.arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if self.headers["Content-Type"] == "application/json":
                    fields = {"param": raw}
                else:
                    fields = {k: v[0] for k, v in parse_qs(raw, keep_blank_values=True).items()}
                with receiver.arrived:
                    receiver.got.append({"path": self.path, **fields})
                    status, text = receiver.answers.pop(0) if receiver.answers else (200, TAKEN)
                    receiver.arrived.notify_all()
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/callback?orderId=123"

    def wait_for(self, count: int, seconds: float = 10) -> bool:
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.got) >= count, seconds)

    def params(self) -> list[dict]:
        return [json.loads(push["param"]) for push in self.got]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    taking = Receiver()
    yield taking
    taking.close()


def run_until(moving: StandingClock, end: dt.datetime) -> None:
    """Let the world run to a moment, from one due thing to the next."""
    send = outbound_send()
    while moving.at < end:
        due = selectors.next_due_at()
        moving.at = min(max(due, moving.at), end) if due is not None else end
        services.push_due(now=moving.now(), send=send)


@pytest.fixture
def book(moving, account, receiver):
    """Book a parcel, by default with callbacks to the receiver."""

    def make(**changes: str) -> SandboxParcel:
        param = booking(callBackUrl=receiver.url, **changes)
        services.book_order(account=account, param=param)
        return SandboxParcel.objects.order_by("-id")[0]

    return make


@pytest.fixture
def subscribe(moving, account, receiver):
    """Subscribe a number to the receiver."""

    def make(carrier: str, number: str, **changes: str) -> SandboxSubscription:
        fields = {"callback_url": receiver.url, "salt": "salt123", "resultv2": "4", "phone": ""}
        return services.register_subscription(
            account=account, carrier=carrier, number=number, now=moving.now(), **fields | changes
        )

    return make
