"""Measure what the project promises about speed."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.bench.alerting import ROWS as ALERTING
from config.bench.apply import ROWS as APPLY
from config.bench.checking import ROWS as CHECKING
from config.bench.clock_ticks import ROWS as CLOCK_TICKS
from config.bench.declaring import ROWS as DECLARING
from config.bench.documents import ROWS as DOCUMENTS
from config.bench.flagging import ROWS as FLAGGING
from config.bench.gateway import ROWS as GATEWAY
from config.bench.home_page import ROWS as HOME_PAGE
from config.bench.hs_suggesting import ROWS as HS_SUGGESTING
from config.bench.impact import ROWS as IMPACT
from config.bench.ingest import ROWS as INGEST
from config.bench.ledger import ROWS as LEDGER
from config.bench.page import PAGE, figures_of, write_page
from config.bench.reading import ROWS as READING
from config.bench.recording import ROWS as RECORDING
from config.bench.reviewing import ROWS as REVIEWING
from config.bench.rows import Figure, Row
from config.bench.rule_trials import ROWS as RULE_TRIALS
from config.bench.sandbox import ROWS as SANDBOX
from config.bench.screening import ROWS as SCREENING
from config.bench.storms import ROWS as STORMS
from config.bench.tracks import ROWS as TRACKS
from config.bench.worklist import ROWS as WORKLIST

ROWS: tuple[Row, ...] = (
    *GATEWAY, *INGEST, *APPLY, *READING, *SANDBOX, *LEDGER, *TRACKS, *FLAGGING, *REVIEWING,
    *RULE_TRIALS, *HS_SUGGESTING, *SCREENING, *DECLARING, *DOCUMENTS,
    *CLOCK_TICKS, *CHECKING, *IMPACT, *WORKLIST, *STORMS, *RECORDING, *HOME_PAGE, *ALERTING,
)  # fmt: skip


class Command(BaseCommand):
    """`bench [--only NAME] [--write]`: a line a row, a JSON summary on the last line.

    ``--take FILE`` measures nothing: it takes the figures from the last line of an earlier run.
    """

    help = "Measure every promised figure; exits non-zero when one is missed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --only, --write and --take."""
        parser.add_argument("--only", default="", help="one row by its name")
        parser.add_argument("--write", action="store_true", help=f"keep the figures in {PAGE}")
        parser.add_argument("--take", type=Path, help="a file with what an earlier run printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure the chosen rows in order."""
        chosen = [row for row in ROWS if options["only"] in {"", row.name}]
        if not chosen:
            names = ", ".join(row.name for row in ROWS)
            raise CommandError(f"no row {options['only']!r}; there are {names}")
        earlier = None
        if options["take"]:
            results = figures_of(chosen, options["take"].read_text(encoding="utf-8"))
            earlier = dt.datetime.fromtimestamp(options["take"].stat().st_mtime, dt.UTC)
        else:
            results = [self._measure(row) for row in chosen]
        if options["write"]:
            write_page(results, order=[row.name for row in ROWS], earlier=earlier)
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
