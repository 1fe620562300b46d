"""Rows about the way in: callbacks accepted, under the real server, against a bare view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from statistics import median

from config.bench.callbacks import DOOR, YARDSTICK, build_callbacks
from config.bench.database import EMPTY, connect, empty, ready
from config.bench.load import Gun, Volley
from config.bench.rows import Figure, Row
from config.bench.server import WebServer, web_server
from config.bench.web.yardstick import TABLE

ROUNDS = 7
SECONDS = 2.5
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


def prepare(name: str, *, keep: bool = False) -> str:
    """Return the address of a database with the yardstick's table; both tables start empty."""
    url = ready(name)
    with connect(name) as connection:
        if connection.execute("SELECT to_regclass('bench_rawbody')").fetchone() == (None,):
            connection.execute(TABLE)
    if not keep:
        empty(name, *TABLES)
    return url


@cache
def door_against_yardstick() -> list[Pair]:
    """Measure the way in and the bare view in turns; (door, yardstick) a round."""
    target = Range()
    with web_server(database_url=prepare(EMPTY)) as server:
        for path in (DOOR, YARDSTICK):
            target.shoot(server, path, seconds=WARM_UP)
        return alternate(
            lambda: target.shoot(server, DOOR), lambda: target.shoot(server, YARDSTICK), ROUNDS
        )


def callback_rate() -> Figure:
    """Callbacks accepted per second, ratio to the bare view of the same round."""
    pairs = door_against_yardstick()
    ratios = [door.volley.rate / bare.volley.rate for door, bare in pairs]
    return Figure(median(ratios), min(ratios), note(pairs))


def callback_cpu() -> Figure:
    """CPU of the web workers for a callback, ratio to the bare view of the same round."""
    pairs = door_against_yardstick()
    ratios = [door.micros / bare.micros for door, bare in pairs]
    door, bare = (median(pair[side].micros for pair in pairs) for side in (0, 1))
    said = f"{door:.0f} µs against {bare:.0f} µs of CPU, {ROUNDS} rounds of {SECONDS:g} s"
    return Figure(median(ratios), max(ratios), said)


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
)
