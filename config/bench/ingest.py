"""Rows about the way in: callbacks accepted, under the real server, against a bare view."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from statistics import median

from config.bench.big_tables import ensure_full
from config.bench.callbacks import DOOR, PLAIN, STRICT, build_callbacks
from config.bench.database import EMPTY, FULL, connect, empty, ready
from config.bench.load import Gun, Volley
from config.bench.rows import Figure, Row
from config.bench.server import WebServer, web_server
from config.bench.web.yardstick import TABLE

ROUNDS = 9
SECONDS = 2.0
MOST_PER_SECOND = 4_000
WARM_UP = 0.7
TABLES = ("baidiyun_inboxrow", "bench_rawbody")
QUIET_GENERATOR = 0.3


@dataclass(frozen=True, slots=True)
class Shot:
    """One volley at one address: what was accepted and what the workers paid."""

    volley: Volley
    cpu: float

    @property
    def micros(self) -> float:
        """CPU of the web workers for an accepted request, in µs."""
        return self.cpu / self.volley.accepted * 1e6


class Range:
    """Fires numbered callbacks that never repeat, at a server."""

    def __init__(self) -> None:
        self._next = 0

    def shoot(self, server: WebServer, path: str, *, seconds: float = SECONDS) -> Shot:
        """Fire new callbacks at an address. Raises RuntimeError if one was refused."""
        count = int(MOST_PER_SECOND * seconds) + 64
        requests = build_callbacks(path, self._next, count)
        self._next += count
        gun = Gun(server.port)
        before = server.cpu()
        volley = gun.fire(requests, seconds=seconds)
        shot = Shot(volley, server.cpu() - before)
        gun.close()
        if volley.refused:
            raise RuntimeError(f"{volley.refused} callbacks of {path} were refused")
        return shot


Pair = tuple[Shot, Shot]


def alternate(first: Callable[[], Shot], second: Callable[[], Shot], rounds: int) -> list[Pair]:
    """Take both in turns, the other one first every second round; pairs are (first, second)."""
    pairs = []
    for n in range(rounds):
        if n % 2:
            late = second()
            pairs.append((first(), late))
        else:
            early = first()
            pairs.append((early, second()))
    return pairs


def prepare(name: str) -> str:
    """Return the address of a database with the yardstick's table; both tables start empty."""
    url = ready(name)
    with connect(name) as connection:
        if connection.execute("SELECT to_regclass('bench_rawbody')").fetchone() == (None,):
            connection.execute(TABLE)
    empty(name, *TABLES)
    return url


@cache
def door_against_yardstick() -> list[tuple[Shot, Shot, Shot]]:
    """Measure the way in and both yardsticks in turns; (door, plain view, strict view) a round."""
    target = Range()
    paths = (DOOR, PLAIN, STRICT)
    rounds = []
    with web_server(database_url=prepare(EMPTY)) as server:
        for path in paths:
            target.shoot(server, path, seconds=WARM_UP)
        for n in range(ROUNDS):
            order = paths if n % 2 else paths[::-1]
            shots = {path: target.shoot(server, path) for path in order}
            rounds.append((shots[DOOR], shots[PLAIN], shots[STRICT]))
    return rounds


def callback_rate() -> Figure:
    """Callbacks accepted per second, ratio to the bare Django view of the same round."""
    rounds = door_against_yardstick()
    ratios = [door.volley.rate / plain.volley.rate for door, plain, _ in rounds]
    strict = [door.volley.rate / bare.volley.rate for door, _, bare in rounds]
    said = note([(door, plain) for door, plain, _ in rounds])
    return Figure(median(ratios), min(ratios), f"{said}; {against_itself(strict, min)}")


def callback_cpu() -> Figure:
    """CPU of the web workers for a callback, ratio to the bare Django view of the same round."""
    rounds = door_against_yardstick()
    ratios = [door.micros / plain.micros for door, plain, _ in rounds]
    strict = [door.micros / bare.micros for door, _, bare in rounds]
    door, plain = (median(shots[side].micros for shots in rounds) for side in (0, 1))
    said = f"{door:.0f} µs against {plain:.0f} µs, {ROUNDS} rounds of {SECONDS:g} s"
    return Figure(median(ratios), max(ratios), f"{said}; {against_itself(strict, max)}")


def against_itself(ratios: list[float], worst: Callable[[list[float]], float]) -> str:
    """Say how the door stands to its own code without decoding, signature and content check."""
    return f"{median(ratios):.2f}, worst {worst(ratios):.2f}, against itself without decoding"


def callback_full_tables() -> Figure:
    """Callbacks accepted per second beside 10 million events, ratio to empty tables."""
    full_url, empty_url = ensure_full(), prepare(EMPTY)
    pairs = _two_servers(full_url, empty_url, None)
    with connect(FULL) as connection:
        connection.execute("DELETE FROM baidiyun_inboxrow WHERE state = 'pending'")
        sizes = connection.execute(
            "SELECT (SELECT count(*) FROM shipments_event), count(*) FROM baidiyun_inboxrow"
        ).fetchone()
    ratios = [full.volley.rate / bare.volley.rate for full, bare in pairs]
    return Figure(median(ratios), min(ratios), f"{note(pairs)}; events, inbox rows: {sizes}")


def redis_gone_ingest() -> Figure:
    """Callbacks accepted per second while Redis hangs, ratio to Redis there."""
    url = prepare(EMPTY)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        gone = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        pairs = _two_servers(url, url, {"REDIS_URL": gone})
    ratios = [away.volley.rate / there.volley.rate for away, there in pairs]
    return Figure(median(ratios), min(ratios), note(pairs))


def _two_servers(first_url: str, second_url: str, extra: Mapping[str, str] | None) -> list[Pair]:
    """Shoot at two servers in turns; ``extra`` is the environment of the first."""
    target = Range()
    with (
        web_server(database_url=first_url, extra=extra) as first,
        web_server(database_url=second_url) as second,
    ):
        for server in (first, second):
            target.shoot(server, DOOR, seconds=WARM_UP)
        return alternate(
            lambda: target.shoot(first, DOOR), lambda: target.shoot(second, DOOR), ROUNDS
        )


def note(pairs: list[Pair]) -> str:
    """Say what the ratio was made of, and that the generator was no burden."""
    left, right = (median(pair[side].volley.rate for pair in pairs) for side in (0, 1))
    late, slow = (median(pair[side].volley.delay(0.99) for pair in pairs) for side in (0, 1))
    share = max(shot.volley.own_cpu / shot.volley.seconds for pair in pairs for shot in pair)
    noisy = "" if share < QUIET_GENERATOR else "TOO BUSY, "
    return (
        f"{left:.0f}/s against {right:.0f}/s, p99 {late:.0f} against {slow:.0f} ms, generator "
        f"{noisy}{share:.2f} core, {len(pairs)} rounds of {SECONDS:g} s, 32 connections"
    )


ROWS = (
    Row(
        "callback_rate",
        "signed callbacks of 10 events accepted per second ÷ a bare view storing the raw body",
        "×",
        0.90,
        callback_rate,
        at_least=True,
    ),
    Row(
        "callback_cpu",
        "CPU of the web workers for a callback ÷ the same of the bare view",
        "×",
        1.25,
        callback_cpu,
    ),
    Row(
        "callback_full_tables",
        "callbacks per second with 10 million events and 1 million inbox rows ÷ with none",
        "×",
        0.90,
        callback_full_tables,
        at_least=True,
    ),
    Row(
        "redis_gone_ingest",
        "callbacks per second while Redis hangs ÷ while it is there",
        "×",
        0.95,
        redis_gone_ingest,
        at_least=True,
    ),
)
