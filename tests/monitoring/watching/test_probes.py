"""A server that stands still is one that does not answer, however open its connections are."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.conf import settings
from django.db import connections

from apps.monitoring.watching.probes import Probe, ask_postgres, ask_redis
from apps.monitoring.watching.pulse import Pulse

LIMIT = 0.4


@contextmanager
def silent_server() -> Iterator[int]:
    """Accept and never say a word, as a stopped process does."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def closed_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


def postgres(**other: object) -> dict[str, object]:
    given = connections["default"].settings_dict
    own = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    return {**own, "password": given["PASSWORD"], "dbname": "postgres", **other}


def test_a_living_postgres_answers_within_the_limit() -> None:
    assert ask_postgres(postgres(), limit=3).answered


def test_a_postgres_that_accepts_and_is_silent_is_late_at_the_limit() -> None:
    with silent_server() as port:
        began = time.monotonic()
        probe = ask_postgres(postgres(host="127.0.0.1", port=port), limit=LIMIT)
    assert probe.late
    assert LIMIT <= time.monotonic() - began < LIMIT + 1


def test_a_postgres_that_falls_silent_after_the_connection_is_late_too() -> None:
    """It greets, wants no password, and never answers the question."""
    greeting = b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I"
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def greet() -> None:
            peer, _ = server.accept()
            peer.recv(4096)
            peer.sendall(greeting)
            time.sleep(LIMIT * 2)
            peer.close()

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        probe = ask_postgres(
            postgres(host="127.0.0.1", port=server.getsockname()[1], sslmode="disable"), limit=LIMIT
        )
        thread.join(5)
    assert probe.late


def test_a_port_nobody_listens_on_is_told_at_once_and_without_the_password() -> None:
    probe = ask_postgres(postgres(host="127.0.0.1", port=closed_port(), password="s3cret"), limit=5)
    assert not probe.answered
    assert not probe.late
    assert "s3cret" not in probe.trouble


def test_a_wrong_password_is_no_answer() -> None:
    assert not ask_postgres(postgres(password="wrong"), limit=5).answered


def test_a_living_redis_answers() -> None:
    assert ask_redis(settings.REDIS_URL, limit=2).answered


def test_a_silent_redis_is_late_and_a_closed_one_is_not() -> None:
    with silent_server() as port:
        assert ask_redis(f"redis://127.0.0.1:{port}/0", limit=LIMIT).late
    gone = ask_redis(f"redis://127.0.0.1:{closed_port()}/0", limit=LIMIT)
    assert not gone.answered
    assert not gone.late


@pytest.mark.parametrize(("probes", "typical"), [
    ([], None),
    ([Probe(0.01), Probe(0.02), Probe(9.0), Probe(0.03)], 0.03),
    ([Probe(0.01), Probe(0.9), Probe(0.01), Probe(0.8), Probe(0.01)], 0.8),
    ([Probe(0.0, "refused")], None),
    ([Probe(3.0, "no answer", late=True)] * 3, 3.0),
])  # fmt: skip
def test_one_slow_answer_or_quick_refusal_decides_nothing_and_two_slow_ones_do(
    probes: list[Probe], typical: float | None
) -> None:
    pulse = Pulse()
    for probe in probes:
        pulse.note(probe)
    assert pulse.typical == typical


def test_silence_counts_from_the_last_answer_and_is_nothing_while_it_answers() -> None:
    now = [100.0]
    pulse = Pulse(clock=lambda: now[0])
    now[0] = 107.0
    assert pulse.silence == 7.0, "never answered: since the looking began"
    pulse.note(Probe(0.01))
    now[0] = 120.0
    assert pulse.silence == 0.0
    pulse.note(Probe(0.0, "refused"))
    now[0] = 125.0
    assert pulse.silence == 18.0
