"""Causing the faults one after the other and listening to what WeCom says."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from apps.core import clock
from apps.monitoring.starter_rules import RULES
from config.faults.fault import Fault, Row
from config.faults.ground import Ground
from config.faults.robot import Heard

PATIENCE = 1.5
HEALS_AT_LAST = 720.0
NAMES = {rule["slug"]: rule["name"] for rule in RULES}
Say = Callable[[str], None]


@dataclass
class Matrix:
    """One run over a ground. Rows whose recovery is still awaited stand in ``healing``."""

    made: Ground
    say: Say
    rows: list[Row] = field(default_factory=list)
    healing: dict[str, tuple[Fault, dt.datetime, int]] = field(default_factory=dict)

    def cause(self, fault: Fault) -> Row:
        """Cause one fault, wait until it is said, heal it, wait for "recovered" for a while."""
        self.say(f"{fault.key}: {fault.says}")
        mark = self.made.robot.mark()
        row = Row(fault.key, fault.limit, None)
        began = clock.real_now()
        with fault.hurt(self.made):
            heard = self.made.robot.wait_for(
                lambda one: says(one, fault.slug), after=mark, seconds=fault.limit * PATIENCE
            )
            if heard:
                row.value, row.words = (heard.at - began).total_seconds(), heard.words
        healed = clock.real_now()
        self.healing[fault.key] = (fault, healed, mark)
        self.rows.append(row)
        if heard:
            self._listen(row, fault.heals_in)
        self._note_others(row, mark)
        return row

    def wait_for_the_slow(self) -> None:
        """Wait for the recoveries that take their rules' windows, at most twelve minutes each."""
        for row in self.rows:
            if row.key in self.healing and row.value is not None:
                _, healed, _ = self.healing[row.key]
                waited = (clock.real_now() - healed).total_seconds()
                self._listen(row, max(0.0, HEALS_AT_LAST - waited))

    def _listen(self, row: Row, seconds: float) -> None:
        fault, healed, mark = self.healing[row.key]
        heard = self.made.robot.wait_for(
            lambda one: recovers(one, fault.slug) and one.at > healed, after=mark, seconds=seconds
        )
        if heard:
            row.recovered = (heard.at - healed).total_seconds()
            row.recovered_words = heard.words
            del self.healing[row.key]

    def _note_others(self, row: Row, mark: int) -> None:
        slugs = (row.words, row.recovered_words)
        row.others = [one.words for one in self.made.robot.heard(mark) if one.words not in slugs]


def says(heard: Heard, slug: str) -> bool:
    """Whether a message says that something began, and leads to that page of the runbook."""
    return f"/runbook/{slug}." in heard.text and not heard.is_over


def recovers(heard: Heard, slug: str) -> bool:
    """Whether a message says that the alarm of that rule is over."""
    return NAMES[slug] in heard.text and heard.is_over


def settle(made: Ground, seconds: float) -> None:
    """Let the portal run for a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(0.5)
