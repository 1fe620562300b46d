"""Measure what the project promises about speed."""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.bench.apply import ROWS as APPLY
from config.bench.gateway import ROWS as GATEWAY
from config.bench.ingest import ROWS as INGEST
from config.bench.ledger import ROWS as LEDGER
from config.bench.rows import Figure, Row
from config.bench.sandbox import ROWS as SANDBOX
from config.bench.tracks import ROWS as TRACKS

ROWS: tuple[Row, ...] = (*GATEWAY, *INGEST, *APPLY, *SANDBOX, *LEDGER, *TRACKS)
PAGE = "docs/benchmarks.md"


class Command(BaseCommand):
    """`bench [--only NAME] [--write]`: a line a row, a JSON summary on the last line."""

    help = "Measure every promised figure; exits non-zero when one is missed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --only and --write."""
        parser.add_argument("--only", default="", help="one row by its name")
        parser.add_argument("--write", action="store_true", help=f"keep the figures in {PAGE}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure the chosen rows in order."""
        chosen = [row for row in ROWS if options["only"] in {"", row.name}]
        if not chosen:
            names = ", ".join(row.name for row in ROWS)
            raise CommandError(f"no row {options['only']!r}; there are {names}")
        results = [self._measure(row) for row in chosen]
        if options["write"]:
            write_page(results)
        summary = {
            row.name: {
                "value": round(figure.value, 3),
                "worst": round(figure.worst, 3),
                "limit": row.limit,
                "pass": row.holds(figure),
            }
            for row, figure in results
        }
        self.stdout.write(json.dumps(summary))
        missed = [row.name for row, figure in results if not row.holds(figure)]
        if missed:
            raise CommandError(f"missed: {', '.join(missed)}")

    def _measure(self, row: Row) -> tuple[Row, Figure]:
        started = time.monotonic()
        figure = row.measure()
        word = "pass" if row.holds(figure) else "MISS"
        sign = "≥" if row.at_least else "≤"
        self.stdout.write(
            f"{row.name:20} {figure.value:9.3f} {row.unit} {sign} {row.limit:g}  {word}"
            f"  worst {figure.worst:.3f}  ({figure.note}; {time.monotonic() - started:.0f} s)"
        )
        return row, figure


def write_page(results: list[tuple[Row, Figure]]) -> None:
    """Write the figures with the machine they were measured on."""
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench WRITE=1`; each row alternates with its yardstick in one run.",
        "",
        f"Machine: {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load {load} (1/5/15 min).",
        "",
        "| row | what | value | worst round | limit | pass |",
        "|---|---|---|---|---|---|",
    ]
    for row, figure in results:
        sign = "≥" if row.at_least else "≤"
        word = "yes" if row.holds(figure) else "**no**"
        lines.append(
            f"| {row.name} | {row.says} | {figure.value:.2f} {row.unit} | {figure.worst:.2f}"
            f" | {sign} {row.limit:g} | {word} |"
        )
    Path(settings.BASE_DIR, PAGE).write_text("\n".join(lines) + "\n")
