"""Check the percentiles of histograms against the raw values of a recorded run."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import clock
from apps.core.metrics.checking import compare
from config.percentiles import Recorded, recorded_run, stored_runs

MOST_BUCKETS = 1
FEWEST = 20


class Command(BaseCommand):
    """`check_percentiles [--minutes 60] [--values 20000]`: a line a percentile, a JSON summary."""

    help = (
        "Compare percentiles of the stored histograms with the raw values: of a run made for it by "
        "four processes, and of the calls and callbacks of the last minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --minutes and --values."""
        parser.add_argument("--minutes", type=int, default=60, help="how far back to look")
        parser.add_argument("--values", type=int, default=20_000, help="of the run made; 0: none")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare everything there is; exit non-zero where one is more than a bucket off."""
        runs = recorded_run(options["values"]) if options["values"] else []
        since = clock.real_now() - dt.timedelta(minutes=options["minutes"])
        worst = {run.name: self._check(run) for run in (*runs, *stored_runs(since))}
        checked = {name: off for name, off in worst.items() if off is not None}
        passed = bool(checked) and max(checked.values()) <= MOST_BUCKETS
        self.stdout.write(
            json.dumps({"buckets_off": checked, "limit": MOST_BUCKETS, "pass": passed})
        )
        if not passed:
            raise CommandError("a percentile is more than one bucket off, or there was nothing")

    def _check(self, run: Recorded) -> int | None:
        """Print a run's percentiles; return the most buckets off, None for too few values."""
        if len(run.raw) < FEWEST:
            return None
        found = compare(run.raw, run.histogram, rounded_to=run.rounded_to)
        if not found:
            self.stdout.write(f"{run.name:36} {len(run.raw)} raw values, none in the histogram")
            return MOST_BUCKETS + 1
        self.stdout.write(f"{run.name:36} {len(run.raw):,} raw, {run.histogram.total:,} counted")
        for each in found:
            word = "pass" if each.off <= MOST_BUCKETS else "MISS"
            self.stdout.write(
                f"  p{each.share * 100:<6g} raw {each.exact:10.6f} s  histogram {each.said:10.6f} s"
                f"  {each.off} ≤ {MOST_BUCKETS} buckets  {word}"
            )
        return max(each.off for each in found)
