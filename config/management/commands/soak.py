"""Soak the way in: a steady rate for minutes with faults on."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.bench.soak import soak

MINUTES, PER_SECOND = 10.0, 300


class Command(BaseCommand):
    """`soak [--minutes N] [--per-second N]`: a JSON summary on the last line."""

    help = "Take callbacks for minutes with faults on; exits non-zero unless nothing was lost."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the length and the rate."""
        parser.add_argument("--minutes", type=float, default=MINUTES)
        parser.add_argument("--per-second", type=int, default=PER_SECOND)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it and say what came of it."""
        result = soak(minutes=options["minutes"], per_second=options["per_second"])
        self.stdout.write(json.dumps({"soak": result}))
        if not result["pass"]:
            raise CommandError("the soak did not hold")
