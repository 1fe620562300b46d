"""Cause every fault for real and print how long it takes until WeCom says so."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config.faults.fault import Row
from config.faults.faults import FAULTS
from config.faults.ground import Ground, ground
from config.faults.matrix import Matrix, settle
from config.faults.traffic import Traffic
from config.faults.trials import TRIALS, make_robot

WARM_UP_SECONDS, LEAST_WARM_UP = 75.0, 25.0
"""The watch remembers new channels every 20 s; before that it cannot tell them alone."""


class Command(BaseCommand):
    """`faults [--only NAME …]`: a line a fault with the words WeCom heard, JSON at the end."""

    help = "Cause each fault, wait for WeCom, heal it; exits non-zero when one was said too late."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --only and --warm-up."""
        parser.add_argument("--only", nargs="*", default=[], help="faults by their names")
        parser.add_argument("--warm-up", type=float, default=WARM_UP_SECONDS, help="seconds before")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the ground, cause the chosen faults in order, print, judge."""
        chosen = set(options["only"])
        known = {fault.key for fault in FAULTS} | {trial.key for trial in TRIALS}
        if unknown := chosen - known:
            names = ", ".join(sorted(known))
            raise CommandError(f"no fault {', '.join(sorted(unknown))}; there are {names}")
        began = time.monotonic()
        with ground() as made:
            rows = self._run(made, chosen or known, options["warm_up"])
        summary = {row.key: row.summary() for row in rows}
        seconds = round(time.monotonic() - began)
        self.stdout.write(json.dumps({"seconds": seconds, "faults": summary}, ensure_ascii=False))
        if failed := [row.key for row in rows if not row.passed]:
            raise CommandError(f"missed: {', '.join(failed)}")

    def _run(self, made: Ground, chosen: set[str], warm_up: float) -> list[Row]:
        make_robot("on call")
        traffic = Traffic(made)
        traffic.start()
        self._say(f"orders begin; {warm_up:g} s of ordinary traffic")
        settle(made, max(warm_up, LEAST_WARM_UP))
        matrix = Matrix(made, self._say)
        for fault in FAULTS:
            if fault.key in chosen:
                self._print(matrix.cause(fault))
        matrix.wait_for_the_slow()
        for trial in TRIALS:
            if trial.key in chosen:
                self._say(f"{trial.key}: {trial.says}")
                connection.close()  # PostgreSQL was killed since it was last asked
                matrix.rows.append(trial.run(made))
                self._print(matrix.rows[-1])
        traffic.stopping.set()
        self._say(f"{traffic.taken} orders taken, {traffic.refused} not while something was down")
        self._table(matrix.rows)
        return matrix.rows

    def _table(self, rows: list[Row]) -> None:
        self._say("")
        for row in rows:
            self._print(row)

    def _print(self, row: Row) -> None:
        value = "never" if row.value is None else f"{row.value:.1f}"
        back = "" if row.recovered is None else f"  recovered after {row.recovered:.1f} s"
        word = "pass" if row.passed else "MISS" if row.value is None or row.misses else "open"
        word = "MISS" if row.value is not None and row.value > row.limit else word
        self._say(f"{row.key:18} {value:>6} ≤ {row.limit:<4g} {word}{back}  {row.words}")
        for line in row.misses:
            self._say(f"    {line}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
