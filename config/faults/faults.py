"""The matrix: every fault, in an order in which none leaves a trace in the next.

"Callbacks stopped" comes first, because the rule knows a silence by the gaps of the past hour, and
most other faults make gaps. What heals slowly, because its rule looks back minutes, is begun early
and its recovery heard while the next faults run.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import requests

from apps.core.actions import Actor
from apps.orders.models import LiveBrake
from apps.orders.services import release_brake
from config.faults import injuries
from config.faults.fault import HEALS_LATER, Fault
from config.faults.ground import Ground

ACTOR = Actor.system("faults")
STRANGERS = 30


@contextmanager
def _strangers(made: Ground) -> Iterator[None]:
    """Post callbacks to addresses that nobody was given, signed with nobody's salt."""
    body = urlencode({"param": '{"status":"polling","lastResult":{}}', "sign": "0" * 32})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for number in range(STRANGERS):
        address = f"{made.web}/callbacks/baidiyun/tracking/k1/guess-{number:020d}"
        with contextlib.suppress(requests.RequestException):
            requests.post(address, body, headers=headers, timeout=5)
    yield


def _release() -> None:
    """What a person does when the platform is back: let new bookings go on."""
    if LiveBrake.objects.filter(released_at__isnull=True).exists():
        release_brake(note="the platform is back", actor=ACTOR)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "callbacks_stopped", "every push of the platform is lost on its way", "callbacks_stopped",
        lambda made: injuries.switched(made.sandbox, lost=1.0),
    ),
    Fault(
        "callbacks_refused", "every push comes a second time with a forged signature",
        "callbacks_refused",
        lambda made: injuries.switched(made.sandbox, forged=1.0), heals_in=HEALS_LATER,
    ),
    Fault(
        "callbacks_forged", "strangers post to addresses they guess", "callbacks_forged",
        _strangers, heals_in=HEALS_LATER,
    ),
    Fault(
        "platform_slow", "every call waits 0.5 to 6 s for its answer", "platform_slow",
        lambda made: injuries.switched(made.sandbox, call_slow=1.0), heals_in=HEALS_LATER,
    ),
    Fault(
        "worker_dead", "SIGKILL of the worker and its children, held down", "worker_dead",
        lambda made: injuries.held_down(made.crew, "worker"), heals_in=HEALS_LATER,
    ),
    Fault(
        "beat_dead", "SIGKILL of beat, held down", "beat_dead",
        lambda made: injuries.held_down(made.crew, "beat"), heals_in=HEALS_LATER,
    ),
    Fault(
        "drain_dead", "SIGKILL of the drain, held down", "drain_dead",
        lambda made: injuries.held_down(made.crew, "drain"), heals_in=HEALS_LATER,
    ),
    Fault(
        "platform_failing", "every call is answered with an error", "platform_failing",
        lambda made: injuries.switched(made.sandbox, then=_release, call_error=1.0),
        heals_in=HEALS_LATER,
    ),
    Fault(
        "metrics_full", "writes to the metric tables fail with disk full (53100)",
        "metrics_unwritten",
        lambda made: injuries.disk_full(made.database_url), heals_in=HEALS_LATER,
    ),
    Fault(
        "redis_gone", "SIGKILL of the Redis server, held down", "redis_gone",
        lambda made: injuries.server_killed("redis"),
    ),
    Fault(
        "redis_hung", "SIGSTOP of the Redis server", "redis_gone",
        lambda made: injuries.server_stopped("redis"),
    ),
    Fault(
        "postgres_slow", "PostgreSQL stands still for 1.6 s of every 2.1 s", "postgres_slow",
        lambda made: injuries.server_slow("postgres"),
    ),
    Fault(
        "postgres_gone", "SIGKILL of the PostgreSQL server, held down", "postgres_gone",
        lambda made: injuries.server_killed("postgres"),
    ),
    Fault(
        "postgres_hung", "SIGSTOP of PostgreSQL and all its backends", "postgres_gone",
        lambda made: injuries.server_stopped("postgres"),
    ),
    Fault(
        "watch_dead", "SIGKILL of the watch itself, held down", "watch_dead",
        lambda made: injuries.held_down(made.crew, "watch"),
    ),
)  # fmt: skip
