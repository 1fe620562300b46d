"""Processes that meet: a drain that wakes with an old claim, two drains at once, odd clocks."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial

from django.db import connection

from apps.baidiyun.drainer import Drainer
from apps.baidiyun.services import drain_once
from apps.core import clock
from config.bench.parcels import number_of
from config.chaos import bodies
from config.chaos.batches import KINDS, Message
from config.chaos.checker import check
from config.chaos.ground import ground, plant
from config.chaos.ledger import Ledger, last_inbox_id
from config.chaos.outcome import Outcome, Plan, Scenario
from config.chaos.receiver import Receiver
from config.chaos.stepping import run_apart, was_killed
from config.chaos.working import finish, take_in

DATABASE = "lastmile_chaos_meetings"
STOPS = ("after SELECT r.id", "after UPDATE shipments_shipment", "before COMMIT")
PARCELS = 4
PAIRS, JUMPS = 25, 40
LONGEST_JUMP = 86_400
WATCH_SECONDS = 0.2
PATIENCE = 20.0


@dataclass
class Round:
    """Parcels of one's own, a ledger about them, and what was found."""

    plan: Plan
    receiver: Receiver
    counts: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    first: int = 1

    @contextmanager
    def parcels(self, name: str, *, count: int = PARCELS) -> Iterator[tuple[Ledger, range]]:
        """Give the block new parcels; behind it everything is finished and checked."""
        parcels = range(self.first, self.first + count)
        self.first += count
        plant(parcels[0], count)
        ledger = Ledger(parcels[0], parcels[-1], after=last_inbox_id())
        mark = self.receiver.mark()
        yield ledger, parcels
        finish(ledger, patience=PATIENCE)
        ledger.told = self.receiver.told(after=mark)
        self.counts["messages"] += len(ledger.acked)
        self.misses += [f"{name}: {miss}" for miss in check(ledger)]

    def chance(self) -> random.Random:
        """Return the chance of the present parcels."""
        return random.Random(f"{self.plan.seed} {self.first}")  # noqa: S311


def wake_zombies(plan: Plan) -> Outcome:
    """Stop drains inside their transactions, let another take over, wake them up again."""
    with ground(DATABASE) as receiver:
        rounds = Round(plan, receiver)
        with rounds.parcels("zombies", count=PARCELS * len(STOPS)) as (ledger, parcels):
            stopped = []
            for index, stop in enumerate(STOPS):
                mine = parcels[index * PARCELS : (index + 1) * PARCELS]
                batch = KINDS["mixed"](rounds.chance(), mine)
                take_in([*batch.before, *batch.killed], ledger)
                stopped.append(_stop_one(stop))
            rounds.counts["stopped"] = len(stopped)
            until = time.monotonic() + plan.stop_seconds
            while time.monotonic() < until:
                rounds.counts["rows taken over"] += drain_once().claimed
                time.sleep(WATCH_SECONDS)
            left = len(ledger.acked) - rounds.counts["rows taken over"]
            for child in stopped:
                os.kill(child, signal.SIGCONT)
                was_killed(child)
            if left:
                rounds.misses.append(f"{left} rows had to wait for a drain that stood still")
        connection.close()
        return Outcome(rounds.counts["stopped"], dict(rounds.counts), tuple(rounds.misses))


def _stop_one(stop: str) -> int:
    """Start a drain that stops itself at a point; returns its id. Raises RuntimeError."""
    child = run_apart(_drain_like_the_process, target=stop, number=signal.SIGSTOP)
    if not os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1]):
        raise RuntimeError(f"the drain never came to {stop!r}")
    return child


def _drain_like_the_process() -> None:
    """The loop of the drain process; after a second (or on waking up) it is asked to end."""
    drainer = Drainer()
    timer = threading.Timer(1.0, drainer.stop)
    timer.daemon = True
    timer.start()
    drainer.run()


def meet_in_pairs(plan: Plan) -> Outcome:
    """Let two drains work at once on rows about the same parcels."""
    with ground(DATABASE) as receiver:
        rounds = Round(plan, receiver)
        for turn in range(PAIRS):
            with rounds.parcels(f"pair {turn}") as (ledger, parcels):
                rng = rounds.chance()
                for _ in range(3):
                    take_in(_growing_all(rng, parcels), ledger)
                drains = [run_apart(partial(_drain, 1 + turn % 4)) for _ in range(2)]
                for child in drains:
                    was_killed(child)
                rounds.counts["pairs"] += 1
        connection.close()
        return Outcome(rounds.counts["pairs"], dict(rounds.counts), tuple(rounds.misses))


def _growing_all(rng: random.Random, parcels: range) -> Iterator[Message]:
    lives = {parcel: bodies.life(rng) for parcel in parcels}
    for size in range(1, len(bodies.LIFE) + 1):
        for parcel, nodes in lives.items():
            yield Message(parcel, bodies.push(number_of(parcel), nodes[:size]))


def _drain(limit: int) -> None:
    while drain_once(limit=limit).claimed:
        pass


def turn_clocks(plan: Plan) -> Outcome:
    """Let the clock jump to and fro, up to a day, between taking in and draining."""
    with ground(DATABASE) as receiver:
        rounds = Round(plan, receiver)
        kinds = [kind for name, kind in KINDS.items() if name != "exploding"]
        for turn in range(JUMPS):
            rng = rounds.chance()
            with rounds.parcels(f"jump {turn}") as (ledger, parcels):
                batch = kinds[turn % len(kinds)](rng, parcels)
                for messages in (batch.before, batch.killed):
                    with _jump(rng):
                        take_in(messages, ledger)
                    with _jump(rng):
                        _drain(3)
                    rounds.counts["jumps"] += 2
        connection.close()
        return Outcome(rounds.counts["jumps"], dict(rounds.counts), tuple(rounds.misses))


def _jump(rng: random.Random) -> AbstractContextManager[dt.datetime]:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(
        seconds=rng.randrange(-LONGEST_JUMP, LONGEST_JUMP)
    )
    return clock.scripted(moment)


SCENARIOS = (
    Scenario(
        "zombies",
        "a drain stopped inside its transaction wakes up after another has taken over",
        len(STOPS),
        wake_zombies,
    ),
    Scenario("pairs", "two drains at once on the same parcels", PAIRS, meet_in_pairs),
    Scenario("clocks", "the clock jumps up to a day to and fro", JUMPS, turn_clocks),
)
