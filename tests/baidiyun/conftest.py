"""What the carrier cloud's tests share: tokens, pushes, a recording applier, a stub platform."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from apps.baidiyun import hints, topics
from apps.baidiyun.models import InboxRow, Subscription
from apps.baidiyun.salts import derive_salt
from apps.core import clock
from tests.baidiyun import payloads

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
KEYS = {"k2": "second-test-salt-key", "k1": "first-test-salt-key"}


@pytest.fixture(autouse=True)
def _no_hints(monkeypatch) -> None:
    """Hints are tested on their own; elsewhere nobody talks to Redis."""
    monkeypatch.setattr(hints.Publisher, "publish", lambda self, channel, message="1": False)


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    """Every test starts without appliers and leaves the portal's own in place."""
    kept = dict(topics._appliers)
    topics._appliers.clear()
    yield
    topics._appliers.clear()
    topics._appliers.update(kept)


@pytest.fixture
def token_of(db) -> Callable[..., Subscription]:
    """Make a subscription with a known token."""
    made = iter(range(1, 10_000))

    def make(topic: str = "tracking", number: str = "YT6186594166532", **given) -> Subscription:
        n = next(made)
        values = {
            "token": f"tokentokentoken{n:05d}",
            "topic": topic,
            "subject": 1000 + n,
            "carrier": "yuantong",
            "number": number,
            "kid": "k1",
            "mode": "sandbox",
            "state": "active",
            "next_at": clock.now(),
            "retry_at": clock.real_now(),
            "created_at": clock.now(),
        }
        return Subscription.objects.create(**{**values, **given})

    return make


def address(subscription: Subscription, kid: str = "") -> str:
    """The callback path of a subscription."""
    return (
        f"/callbacks/baidiyun/{subscription.topic}/{kid or subscription.kid}/{subscription.token}"
    )


def salt(subscription: Subscription) -> str:
    """Its salt."""
    return derive_salt(KEYS[subscription.kid], subscription.token)


@pytest.fixture
def push(client: Client):
    """Post a push as the platform does; returns the response."""

    def post(subscription: Subscription, param: str = payloads.POLLING, **given):
        body = given.pop("body", None)
        if body is None:
            body = payloads.push_body(param, salt(subscription))
        return client.generic(
            "POST",
            given.pop("path", address(subscription)),
            body,
            content_type=given.pop("content_type", "application/x-www-form-urlencoded"),
            **given,
        )

    return post


@dataclass
class Recorder:
    """An applier that remembers what it was given and fails where it is told to."""

    seen: list[list[int]] = field(default_factory=list)
    rows: list[InboxRow] = field(default_factory=list)
    poison: set[int] = field(default_factory=set)
    error: Exception = field(default_factory=lambda: ValueError("poison"))
    state: str = "applied"

    def __call__(self, rows: Sequence[InboxRow]) -> list[topics.Applied]:
        self.seen.append([row.id for row in rows])
        if any(row.id in self.poison for row in rows):
            raise self.error
        self.rows.extend(rows)
        return [topics.Applied(row.id, self.state, row.subject) for row in rows]


@pytest.fixture
def recorder() -> Recorder:
    """Owner of both topics for one test."""
    applier = Recorder()
    topics.register("tracking", applier)
    topics.register("booking", applier)
    return applier


@dataclass
class Platform:
    """A stub of Baidiyun on loopback: answers what it is told, remembers what it was asked."""

    url: str = ""
    answers: list[tuple[int, str]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    silent: threading.Event | None = None

    def will_answer(self, text: str, status: int = 200) -> None:
        """Queue an answer; the last one stays."""
        self.answers.append((status, text))


@pytest.fixture
def platform(settings) -> Iterator[Platform]:
    """The sandbox's address points at a stub."""
    stub = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            stub.asked.append((self.path, dict(parse_qsl(body, keep_blank_values=True))))
            status, text = stub.answers.pop(0) if len(stub.answers) > 1 else stub.answers[0]
            if stub.silent is not None:
                stub.silent.wait(5)
                return
            raw = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_port}"
    settings.BAIDIYUN = {
        **settings.BAIDIYUN,
        "sandbox": {
            "base_url": stub.url, "key": "sandKEYkey", "customer": "sandCUScus",
            "secret": "sandSECsec",
        },
    }  # fmt: skip
    yield stub
    server.shutdown()
    server.server_close()
    thread.join()
