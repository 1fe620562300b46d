"""Inflict faults and check that nothing was lost, doubled or wrong."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.chaos.kills import SCENARIOS as KILLS
from config.chaos.living import SCENARIOS as LIVING
from config.chaos.meetings import SCENARIOS as MEETINGS
from config.chaos.outcome import Outcome, Plan, Scenario
from config.chaos.shuffles import SCENARIOS as SHUFFLES

SCENARIOS: tuple[Scenario, ...] = (*KILLS, *SHUFFLES, *MEETINGS, *LIVING)
MISSES_SHOWN = 10


class Command(BaseCommand):
    """`chaos [--seed N] [--only NAME] [--stop SECONDS]`: a line a scenario, JSON at the end."""

    watched = False
    help = "Kill, stop, cut off and shuffle; exits non-zero when anything was lost or wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --seed, --only and --stop."""
        parser.add_argument("--seed", type=int, default=1, help="where chance begins")
        parser.add_argument("--only", default="", help="one scenario by its name")
        parser.add_argument("--stop", type=float, default=30.0, help="seconds of a SIGSTOP")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the chosen scenarios in order."""
        chosen = [each for each in SCENARIOS if options["only"] in {"", each.name}]
        if not chosen:
            names = ", ".join(each.name for each in SCENARIOS)
            raise CommandError(f"no scenario {options['only']!r}; there are {names}")
        self.watched = options["verbosity"] > 1
        plan = Plan(options["seed"], options["stop"], self._say)
        results = [(each, self._run(each, plan)) for each in chosen]
        summary = {
            each.name: {
                "value": outcome.value,
                "floor": each.floor,
                "missed": len(outcome.misses),
                "counts": outcome.counts,
                "pass": each.holds(outcome),
            }
            for each, outcome in results
        }
        self.stdout.write(json.dumps({"seed": plan.seed, "scenarios": summary}))
        failed = [each.name for each, outcome in results if not each.holds(outcome)]
        if failed:
            raise CommandError(f"missed: {', '.join(failed)}")

    def _say(self, line: str) -> None:
        """Show how far a scenario has come, with ``-v 2``."""
        if self.watched:
            self.stdout.write(f"  {line}")
            self.stdout.flush()

    def _run(self, scenario: Scenario, plan: Plan) -> Outcome:
        started = time.monotonic()
        outcome = scenario.run(plan)
        word = "pass" if scenario.holds(outcome) else "MISS"
        counts = ", ".join(f"{name} {count}" for name, count in outcome.counts.items())
        self.stdout.write(
            f"{scenario.name:14} {outcome.value:6} ≥ {scenario.floor:6}  {word}"
            f"  missed {len(outcome.misses)}  ({counts}; {time.monotonic() - started:.0f} s)"
        )
        for miss in outcome.misses[:MISSES_SHOWN]:
            self.stdout.write(f"  {miss}")
        self.stdout.flush()
        return outcome
