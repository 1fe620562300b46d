"""How each part is hurt and healed again: a block is as long as the fault lasts."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import requests

from config.chaos.crew import Crew, bring_back, descendants, server_pid

Injury = AbstractContextManager[None]
STILL_SECONDS, MOVES_SECONDS = 1.6, 0.5
CONTROL_SECONDS = 10.0
FULL = """
CREATE OR REPLACE FUNCTION faults_disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
END $$;
"""
METRIC_TABLES = ("core_metricbucket", "core_gaugesample")


@contextmanager
def held_down(crew: Crew, name: str) -> Iterator[None]:
    """SIGKILL every process of a line; its keeper stands still and starts none meanwhile."""
    keeper = crew.keepers[name].pid
    os.kill(keeper, signal.SIGSTOP)
    try:
        for pid in descendants(keeper):
            _signal(pid, signal.SIGKILL)
        yield
    finally:
        os.kill(keeper, signal.SIGCONT)


@contextmanager
def standing_still(crew: Crew, name: str) -> Iterator[None]:
    """SIGSTOP every process of a line: alive, and doing nothing."""
    pids = descendants(crew.keepers[name].pid)
    for pid in pids:
        _signal(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):
            _signal(pid, signal.SIGCONT)


@contextmanager
def server_killed(name: str) -> Iterator[None]:
    """SIGKILL PostgreSQL or Redis; started again at the end."""
    os.kill(server_pid(name), signal.SIGKILL)
    try:
        yield
    finally:
        bring_back()


@contextmanager
def server_stopped(name: str) -> Iterator[None]:
    """SIGSTOP PostgreSQL or Redis with all its backends: connections open and stay silent."""
    pids = _whole(name)
    for pid in pids:
        _signal(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):
            _signal(pid, signal.SIGCONT)


@contextmanager
def server_slow(name: str) -> Iterator[None]:
    """Let a server work half a second in two and stand still for the rest, again and again."""
    over = threading.Event()

    def jerk() -> None:
        while not over.is_set():
            with server_stopped(name):
                over.wait(STILL_SECONDS)
            over.wait(MOVES_SECONDS)

    thread = threading.Thread(target=jerk, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def switched(
    sandbox: str, then: Callable[[], None] | None = None, **rates: float
) -> Iterator[None]:
    """Turn faults of the sandbox on; off at the end, ``then`` what a person would do."""
    set_faults(sandbox, **rates)
    try:
        yield
    finally:
        set_faults(sandbox, **dict.fromkeys(rates, 0.0))
        if then:
            then()


@contextmanager
def disk_full(url: str, tables: tuple[str, ...] = METRIC_TABLES) -> Iterator[None]:
    """Let writes to tables fail as PostgreSQL fails them on a full disk (SQLSTATE 53100).

    By a trigger: a small tablespace would need a mount, which only root has.
    """
    with psycopg.connect(url, autocommit=True) as base:
        base.execute(FULL)
        for table in tables:
            base.execute(
                f"CREATE TRIGGER faults_full BEFORE INSERT OR UPDATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION faults_disk_full()"
            )
    try:
        yield
    finally:
        with psycopg.connect(url, autocommit=True) as base:
            for table in tables:
                base.execute(f"DROP TRIGGER IF EXISTS faults_full ON {table}")


def set_faults(sandbox: str, **rates: float) -> None:
    """Set the rates of faults at the sandbox's control endpoint. Raises requests.HTTPError."""
    answer = requests.post(f"{sandbox}/control/faults", json=rates, timeout=CONTROL_SECONDS)
    answer.raise_for_status()


def _whole(name: str) -> list[int]:
    pid = server_pid(name)
    return [pid, *descendants(pid)]


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
