"""The robot while the sandbox's database is away: it is WeCom, and WeCom has its own.

What comes then is judged and kept in memory, and written into the table with the next message
that finds the database again.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.db import Error as DatabaseTrouble
from django.db import connections, transaction

from apps.core import clock
from apps.core.within import TookTooLong, within
from apps.sandbox.robot import MESSAGES_A_MINUTE, TAKEN, TOO_OFTEN, Verdict
from apps.sandbox.services import robots

T = TypeVar("T")
SECONDS = 3.0
"""How long the table may take; a database that hangs must not make the robot hang."""
MOST_KEPT = 5_000


class Kept(NamedTuple):
    """One message that waits for the table."""

    key: str
    message: dict[str, Any]
    verdict: Verdict
    at: dt.datetime


_kept: deque[Kept] = deque(maxlen=MOST_KEPT)
_lock, _writing = threading.Lock(), threading.Lock()


class _GivenUp(Exception):
    """Nobody waits for this answer any more: it must leave no trace."""


def take_message(*, key: str, body: bytes, verdict: Verdict | None = None) -> Verdict:
    """Judge one message and keep it, in the table or, while that is away, in memory.

    ``verdict`` is what a robot was told to answer to everything.
    """
    over = threading.Event()

    def write() -> Verdict:
        _write_kept()
        with transaction.atomic():
            found = robots.send_to_robot(key=key, body=body, told=verdict)
            if over.is_set():
                raise _GivenUp
        return found

    try:
        return _in_time(write)
    except (TookTooLong, DatabaseTrouble):
        over.set()
        return _remember(key, body, verdict)


def list_messages(*, key: str, after: int, limit: int) -> dict[str, Any]:
    """What a robot got; while the table is away what memory has, under the cursor it was asked
    from: these get one of their own with the table."""

    try:
        found = _in_time(lambda: robots.list_messages(key=key, after=after, limit=limit))
    except (TookTooLong, DatabaseTrouble):
        found = {"key": key, "total": 0, "messages": [], "next": 0}
    with _lock:
        waiting = [kept for kept in _kept if kept.key == key]
    found["total"] += len(waiting)
    if not found["next"]:
        found["messages"] += [_row(kept, after) for kept in waiting]
    return found


def forget_messages() -> None:
    """Drop what waits for the table."""
    with _lock:
        _kept.clear()


def _in_time(work: Callable[[], T]) -> T:
    """Do what asks the table in a thread with its own connection, in time or not at all."""

    def alone() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    return within(SECONDS, "robot table", alone)


def _remember(key: str, body: bytes, verdict: Verdict | None) -> Verdict:
    message, found = robots.look_at(key=key, body=body)
    found, now = verdict or found, clock.real_now()
    with _lock:
        if found == TAKEN:
            since = now - robots.MINUTE
            taken = sum(
                1 for kept in _kept if kept.key == key and kept.verdict == TAKEN and kept.at > since
            )
            found = TOO_OFTEN if taken >= MESSAGES_A_MINUTE else found
        _kept.append(Kept(key[:64], message, found, now))
    return found


def _write_kept() -> None:
    """Write what waits into the table, one thread at a time, each message once."""
    if not _kept or not _writing.acquire(blocking=False):
        return
    try:
        with _lock:
            waiting = list(_kept)
        with transaction.atomic():
            for kept in waiting:
                robots.keep_message(kept.key, kept.message, kept.verdict, at=kept.at)
        with _lock:
            for kept in waiting:
                if kept in _kept:
                    _kept.remove(kept)
    finally:
        _writing.release()


def _row(kept: Kept, cursor: int) -> dict[str, Any]:
    return {
        "cursor": cursor,
        "msgtype": str(kept.message.get("msgtype", "")),
        "errcode": kept.verdict.errcode,
        "received_at": kept.at.isoformat(),
        "body": json.loads(json.dumps(kept.message)),
    }
