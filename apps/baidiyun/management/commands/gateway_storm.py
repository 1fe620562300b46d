"""`gateway_storm`: five minutes of errors in a few seconds, and what came of it."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.baidiyun.storm.script import Storm


class Command(BaseCommand):
    """Prints a timeline; the last line is a JSON summary. Ends with 1 when a promise broke."""

    help = "Play a storm of errors against the gateway on loopback; nothing of it stays."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the share of failing calls and the seed."""
        parser.add_argument("--share", type=float, default=0.30)
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it; refused in production, where the ladder's row must not be held."""
        if not settings.WORLD_CLOCK_ALLOWED:
            raise CommandError("A scripted storm is refused here: this is not a demo.")
        logging.disable(logging.CRITICAL)
        try:
            storm = Storm(say=self._say, share=options["share"], seed=options["seed"])
            summary = storm.run()
        finally:
            logging.disable(logging.NOTSET)
        for sentence in summary["violations"]:
            self._say(f"BROKEN: {sentence}")
        self._say(json.dumps(summary, ensure_ascii=False))
        if not summary["ok"]:
            raise SystemExit(1)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
