"""kill -9 between sending a booking and reading its answer: one pickup exists, and we know it.

A real process books over real HTTP at the simulated platform; what stands between them kills it.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote

import pytest
import requests
from django.conf import settings as portal
from django.db import connection

from apps.core import clock
from apps.orders.models import Booking
from apps.orders.services import send_ready_bookings
from apps.sandbox.gateway.server import GatewayServer
from apps.sandbox.models import SandboxAccount, SandboxOrder
from tests.orders.builders import booking_of, make_order
from tests.sandbox.conftest import moving  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
BOOK = "import django; django.setup(); from apps.orders import tasks; tasks.book_ready()"


@pytest.fixture
def platform(moving) -> Iterator[str]:  # noqa: F811
    """The simulated platform, committing for real."""
    SandboxAccount.objects.create(key="testKey", customer="testCustomer", secret="testSecret")
    server = GatewayServer(0, threads=2)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Assassin:
    """Passes the booking on (or not), waits for the answer, and kills who asked."""

    def __init__(self, target: str, *, passes_on: bool) -> None:
        self.victim: subprocess.Popen[bytes] | None = None
        self.saw: list[str] = []
        assassin = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kind = {"Content-Type": self.headers["Content-Type"]}
                assassin.saw.append(parse_qs(body.decode())["method"][0])
                booking = assassin.saw[-1] == "bOrder"
                if passes_on or not booking:
                    given = requests.post(target + self.path, data=body, headers=kind, timeout=10)
                if not booking:
                    self.send_response(given.status_code)
                    self.end_headers()
                    self.wfile.write(given.content)
                    return
                assert assassin.victim is not None
                assassin.victim.send_signal(signal.SIGKILL)

            def log_message(self, *args: object) -> None:
                """Leave no trace."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def database_url() -> str:
    """The database of this test, for another process."""
    found = connection.settings_dict
    who = f"{quote(found['USER'])}:{quote(found['PASSWORD'])}"
    return f"postgres://{who}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


def book_and_die(platform_url: str, *, passes_on: bool) -> None:
    """Let a process of its own book what is ready; it does not live to read the answer."""
    assassin = Assassin(platform_url, passes_on=passes_on)
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        "REDIS_URL": portal.REDIS_URL,
        "SANDBOX_BASE_URL": assassin.url,
        "SANDBOX_KEY": "testKey",
        "SANDBOX_CUSTOMER": "testCustomer",
        "SANDBOX_SECRET": "testSecret",
    }
    try:
        assassin.victim = subprocess.Popen(
            [sys.executable, "-c", BOOK], cwd=ROOT, env=surroundings, stderr=subprocess.DEVNULL
        )
        assert assassin.victim.wait(60) == -signal.SIGKILL
        assert assassin.saw == ["price", "bOrder"]
    finally:
        assassin.close()


@pytest.fixture
def here(platform, settings) -> str:
    """This process talks to the platform itself."""
    settings.BAIDIYUN = {
        **settings.BAIDIYUN,
        "sandbox": {
            "base_url": platform,
            "key": "testKey",
            "customer": "testCustomer",
            "secret": "testSecret",
        },
    }
    return platform


@pytest.fixture
def _after_the_lease(monkeypatch) -> None:
    """The dead worker's claim has run out."""
    later = clock.real_now() + dt.timedelta(minutes=2)
    monkeypatch.setattr(clock, "real_now", lambda: later)


@pytest.mark.parametrize("passes_on", [True, False], ids=["arrived", "never arrived"])
def test_sent_again_it_is_one_booking(merchant, here, passes_on, request):
    order = make_order(merchant)
    book_and_die(here, passes_on=passes_on)
    left = Booking.objects.get()
    assert (left.state, left.platform_order_id) == ("sending", "")
    assert SandboxOrder.objects.count() == int(passes_on)
    request.getfixturevalue("_after_the_lease")
    assert send_ready_bookings() == 1
    booking = booking_of(order)
    made = SandboxOrder.objects.get()
    assert (booking.state, booking.platform_order_id) == ("booked", made.order_id)
    assert made.third_order_id == booking.third_order_id
    assert Booking.objects.count() == 1


def test_after_48_hours_it_is_found_by_detail_and_not_sent_again(merchant, here, request):
    order = make_order(merchant)
    book_and_die(here, passes_on=True)
    request.getfixturevalue("_after_the_lease")
    with clock.frozen(clock.now() + dt.timedelta(hours=49)):
        assert send_ready_bookings() == 1
    booking = booking_of(order)
    assert (booking.state, booking.sends) == ("booked", 2)
    assert booking.platform_order_id == SandboxOrder.objects.get().order_id


def test_after_48_hours_what_the_platform_does_not_know_goes_to_a_person(merchant, here, request):
    order = make_order(merchant)
    book_and_die(here, passes_on=False)
    request.getfixturevalue("_after_the_lease")
    with clock.frozen(clock.now() + dt.timedelta(hours=49)):
        send_ready_bookings()
    booking = booking_of(order)
    assert (booking.state, booking.problem) == ("unknown", "unknown")
    assert not SandboxOrder.objects.exists()
