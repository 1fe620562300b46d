"""Asking a server one question with a hard limit: a server that hangs is one that does not answer.

A stopped server still accepts connections (its kernel does) and keeps them silent, which no socket
option of the driver notices; so every wait here ends at a moment, not after a silence.
"""

from __future__ import annotations

import select
import time
from dataclasses import dataclass
from typing import Any

import psycopg
import redis

LONGEST_TROUBLE = 160
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Probe:
    """How long a server took to answer (seconds), or why it did not; ``late``: within the limit."""

    seconds: float
    trouble: str = ""
    late: bool = False

    @property
    def answered(self) -> bool:
        """Whether it did."""
        return not self.trouble


class TooLong(Exception):
    """The limit was over before the answer came."""


def ask_postgres(params: dict[str, Any], *, limit: float) -> Probe:
    """Connect anew and read one row, both within ``limit`` seconds in all.

    ``params`` are libpq's. A connection of its own each time: a server that takes no new one is
    gone for everybody who starts now.
    """
    began = time.monotonic()
    try:
        _select_one(params, began + limit)
    except TooLong:
        return Probe(limit, f"no answer within {limit:g} s", late=True)
    except (psycopg.Error, OSError) as error:
        return Probe(time.monotonic() - began, _words_of(error))
    return Probe(time.monotonic() - began)


def ask_redis(url: str, *, limit: float) -> Probe:
    """Connect anew and say PING, each step of it within ``limit`` seconds."""
    began = time.monotonic()
    client = redis.Redis.from_url(
        url, socket_timeout=limit, socket_connect_timeout=limit, retry=None, health_check_interval=0
    )
    try:
        client.ping()
    except redis.TimeoutError:
        return Probe(limit, f"no answer within {limit:g} s", late=True)
    except (redis.RedisError, OSError) as error:
        return Probe(time.monotonic() - began, _words_of(error))
    finally:
        client.close()
    return Probe(time.monotonic() - began)


def _select_one(params: dict[str, Any], deadline: float) -> None:
    conninfo = psycopg.conninfo.make_conninfo(**params).encode()
    wire = psycopg.pq.PGconn.connect_start(conninfo)
    try:
        _open(wire, deadline)
        wire.nonblocking = 1
        wire.send_query(b"SELECT 1")
        while wire.flush():
            _wait(wire, deadline, write=True)
        while wire.is_busy():
            _wait(wire, deadline)
            wire.consume_input()
        answer = wire.get_result()
        if answer is None or answer.status != psycopg.pq.ExecStatus.TUPLES_OK:
            said = wire.get_error_message() if answer is None else answer.get_error_message()
            raise psycopg.OperationalError(said)
    finally:
        wire.finish()


def _open(wire: psycopg.pq.abc.PGconn, deadline: float) -> None:
    state: int = psycopg.pq.PollingStatus.WRITING
    while state != psycopg.pq.PollingStatus.OK:
        if state == psycopg.pq.PollingStatus.FAILED:
            raise psycopg.OperationalError(wire.get_error_message())
        _wait(wire, deadline, write=state == psycopg.pq.PollingStatus.WRITING)
        state = wire.connect_poll()


def _wait(wire: psycopg.pq.abc.PGconn, deadline: float, *, write: bool = False) -> None:
    """Wait until the socket is ready. Raises TooLong at the deadline."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TooLong
    ends = ([], [wire.socket]) if write else ([wire.socket], [])
    select.select(*ends, [], min(left, _POLL_SECONDS))


def _words_of(error: Exception) -> str:
    """Return an error in a line; a driver's message holds host and port, never a password."""
    said = " ".join(str(error).split())
    return (said or type(error).__name__)[:LONGEST_TROUBLE]
