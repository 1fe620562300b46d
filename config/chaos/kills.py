"""SIGKILL at every statement, exhaustively: the apply transaction, the reader, the sender."""

from __future__ import annotations

import gc
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count

from django.db import connection

from apps.baidiyun.models import InboxRow
from apps.baidiyun.services import drain_once
from apps.baidiyun.topics import Applied, applier_for, param_of, register
from apps.webhooks.services import send_due
from config.chaos.batches import EXPLODES, KINDS
from config.chaos.checker import check
from config.chaos.ground import READER, ground, plant
from config.chaos.ledger import Ledger, last_inbox_id
from config.chaos.outcome import Outcome, Plan, Scenario
from config.chaos.receiver import Receiver
from config.chaos.stepping import points_of, run_apart, was_killed
from config.chaos.working import drain_all, finish, take_in

DATABASE = "lastmile_chaos_kills"
PARCELS = 3
SMALL, LARGE = 1, 200
MOST_MISSES = 20


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of batch and the work that is killed over it; ``limit`` rows at once."""

    kind: str
    limit: int = LARGE
    then: str = "apply"

    @property
    def name(self) -> str:
        """How it is called in a report."""
        return f"{self.then} {self.kind}/{self.limit}"


CASES = (
    *(Case(kind) for kind in KINDS),
    *(Case(kind, limit=SMALL) for kind in ("growing", "mixed")),
    Case("fresh", then="read"),
    Case("fresh", then="send"),
)


class Kills:
    """Runs every case at every point, each on parcels of its own."""

    def __init__(self, plan: Plan, receiver: Receiver) -> None:
        self.plan, self.receiver = plan, receiver
        self.numbers = count(1, PARCELS)
        self.counts: Counter[str] = Counter()
        self.misses: list[str] = []

    def run(self) -> Outcome:
        """Kill everywhere, check everything; stops early when much is wrong."""
        gc.freeze()
        for case in CASES:
            ledger = self._prepare(case)
            points = points_of(partial(_work, case, ledger))
            self._finish(case, "undisturbed", ledger)
            self.plan.say(f"{case.name}: {len(points)} points")
            for target, label in enumerate(points):
                self._kill(case, target, label)
                if len(self.misses) >= MOST_MISSES:
                    return self._outcome()
        return self._outcome()

    def _kill(self, case: Case, target: int, label: str) -> None:
        ledger = self._prepare(case)
        child = run_apart(partial(_work, case, ledger), target=target)
        if was_killed(child):
            self.counts["kills"] += 1
        else:
            self.counts["came to the end"] += 1
        self._finish(case, label, ledger)

    def _prepare(self, case: Case) -> Ledger:
        first = next(self.numbers)
        parcels = range(first, first + PARCELS)
        plant(first, PARCELS)
        batch = KINDS[case.kind](random.Random(f"{self.plan.seed} {first}"), parcels)  # noqa: S311
        ledger = Ledger(first, parcels[-1], after=last_inbox_id())
        self._mark = self.receiver.mark()
        take_in(batch.before, ledger)
        drain_all()
        take_in(batch.killed, ledger)
        if case.then != "apply":
            drain_all()
        return ledger

    def _finish(self, case: Case, label: str, ledger: Ledger) -> None:
        finish(ledger)
        ledger.told = self.receiver.told(after=self._mark)
        self.counts["messages"] += len(ledger.acked)
        self.counts["told"] += len(ledger.told)
        self.counts["changes"] += len(ledger.seen)
        found = [f"{case.name}, killed {label}: {miss}" for miss in check(ledger)]
        self.misses += found
        for miss in found:
            self.plan.say(miss)

    def _outcome(self) -> Outcome:
        return Outcome(self.counts["kills"], dict(self.counts), tuple(self.misses))


def _work(case: Case, ledger: Ledger) -> None:
    """What the process does that dies."""
    if case.then == "apply":
        while drain_once(limit=case.limit).claimed:
            pass
    elif case.then == "read":
        ledger.read(READER)
    else:
        while send_due().claimed:
            pass


@contextmanager
def explosive() -> Iterator[None]:
    """Have the applier fail over rows that say so, after all its work."""
    applier = applier_for("tracking")

    def explode(rows: Sequence[InboxRow]) -> list[Applied]:
        answers = list(applier(rows)) if applier else []
        if any(EXPLODES in param_of(row) for row in rows):
            raise ArithmeticError("as it was told to")
        return answers

    register("tracking", explode)
    try:
        yield
    finally:
        if applier:
            register("tracking", applier)


def kill_everywhere(plan: Plan) -> Outcome:
    """Kill a process at every point of every case."""
    with ground(DATABASE) as receiver, explosive():
        try:
            return Kills(plan, receiver).run()
        finally:
            connection.close()


SCENARIOS = (
    Scenario(
        "statements",
        "SIGKILL before and after every statement of applying, reading and sending",
        1_000,
        kill_everywhere,
    ),
)
