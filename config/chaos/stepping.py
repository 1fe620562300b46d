"""Die at a chosen statement: a forked process counts what it says to PostgreSQL.

Points lie before and after every statement, in and between the writes of a COPY, and around a
COMMIT; one more lies where the COMMIT is on its way and nobody waits for the answer. BEGIN goes
out with the first statement, so that it has no point of its own.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

from config.services import children

Work = Callable[[], object]
FAILED = 3
_kept: list[Any] = []


@dataclass(slots=True)
class Counter:
    """Counts points; at point ``target`` the process gets ``number``, once.

    A target is a count from 0 or the beginning of a label.
    """

    target: int | str = -1
    number: int = signal.SIGKILL
    passed: int = 0
    labels: list[str] = field(default_factory=list)

    def at(self, label: str) -> None:
        """Pass one point, or do not."""
        if self.is_next() or self._is_called(label):
            self.target = -1
            os.kill(os.getpid(), self.number)
        self.passed += 1
        self.labels.append(label)

    def is_next(self) -> bool:
        """Whether the next point is the one."""
        return self.passed == self.target

    def _is_called(self, label: str) -> bool:
        return isinstance(self.target, str) and label.startswith(self.target)


def run_apart(work: Work, *, target: int | str = -1, number: int = signal.SIGKILL) -> int:
    """Fork, run ``work`` and get ``number`` at point ``target``; returns the child's id."""
    parent, child = os.getpid(), os.fork()
    if child:
        return child
    code = FAILED
    try:
        children.die_with_parent(parent)
        forsake_connection()
        install(Counter(target, number))
        work()
        code = 0
    finally:
        os._exit(code)


def points_of(work: Work) -> list[str]:
    """Run ``work`` in a fork, to its end, and return what its points are. Raises RuntimeError."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        code = FAILED
        try:
            os.close(reading)
            forsake_connection()
            counter = Counter()
            install(counter)
            work()
            with os.fdopen(writing, "w") as pipe:
                pipe.write("\n".join(counter.labels))
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        labels = pipe.read().splitlines()
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("the work does not even end when nobody disturbs it")
    return labels


def was_killed(child: int) -> bool:
    """Wait for a child; True if a signal ended it, False if it came to its end.

    Raises RuntimeError if it failed by itself.
    """
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return True
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError("the process to be killed failed by itself")
    return False


def forsake_connection() -> None:
    """Leave the parent's connection alone: closing it here would end it there."""
    _kept.append(connection.connection)
    connection.connection = None


def install(counter: Counter) -> None:
    """Make every statement of this process pass the counter. There is no way back."""
    execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit
    rollback = psycopg.Connection.rollback

    def counted_execute(self: Any, query: Any, *given: Any, **named: Any) -> Any:
        label = " ".join(str(query).split())[:60]
        counter.at(f"before {label}")
        answer = execute(self, query, *given, **named)
        counter.at(f"after {label}")
        return answer

    def counted_commit(self: psycopg.Connection[Any]) -> None:
        counter.at("before COMMIT")
        if counter.is_next():
            self.pgconn.send_query(b"COMMIT")
            self.pgconn.flush()
        counter.at("COMMIT on its way")
        commit(self)
        counter.at("after COMMIT")

    def counted_rollback(self: psycopg.Connection[Any]) -> None:
        counter.at("before ROLLBACK")
        rollback(self)
        counter.at("after ROLLBACK")

    patches: Any = psycopg.Cursor
    patches.execute = counted_execute
    patches.copy = _counted_copy(counter)
    links: Any = psycopg.Connection
    links.commit, links.rollback = counted_commit, counted_rollback


def _counted_copy(counter: Counter) -> Callable[..., Any]:
    copy = psycopg.Cursor.copy

    @contextmanager
    def counted(self: Any, statement: Any, *given: Any, **named: Any) -> Iterator[Any]:
        counter.at("before COPY")
        with copy(self, statement, *given, **named) as opened:
            counter.at("in COPY")
            stream: Any = opened
            write = stream.write

            def counted_write(lines: Any) -> None:
                write(lines)
                counter.at("after a write of COPY")

            stream.write = counted_write
            yield stream
        counter.at("after COPY")

    return counted
