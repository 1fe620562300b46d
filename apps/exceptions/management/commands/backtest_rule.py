"""Run a rule over stored history from the shell."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.errors import PortalError
from apps.exceptions.choices import BACK_TESTS_AT_WORK, BackTestState
from apps.exceptions.models import Rule, RuleTrial
from apps.exceptions.rule_reckoning import summary_of
from apps.exceptions.services import start_rule_trial, step_trial, try_rule
from apps.exceptions.services.rule_trials import TRIAL_DAYS

MOST_BYTES = 262_144


class Command(BaseCommand):
    """`backtest_rule CODE|--file rule.json [--days 30]`: progress on stderr, JSON on stdout."""

    help = "Run a rule over the shipments of the last days; opens no case."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the rule and the days."""
        parser.add_argument("code", nargs="?", help="code of a stored rule")
        parser.add_argument("--file", type=Path, help="a rule's content as JSON")
        parser.add_argument("--days", type=int, default=TRIAL_DAYS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the trial and work it off here."""
        if bool(options["code"]) == bool(options["file"]):
            raise CommandError("name a rule by its code, or a file with --file")
        try:
            trial = self._start(options)
        except PortalError as error:
            raise CommandError(str(error)) from error
        gc.freeze()
        while trial.state in BACK_TESTS_AT_WORK:
            step_trial(trial_id=trial.pk)
            trial.refresh_from_db()
            self.stderr.write(f"{trial.done}/{trial.total}")
        if trial.state == BackTestState.FAILED.value:
            raise CommandError(trial.error)
        self.stdout.write(json.dumps(_told(trial), ensure_ascii=False))

    @staticmethod
    def _start(options: dict[str, Any]) -> RuleTrial:
        if options["code"]:
            rule = Rule.objects.filter(code=options["code"]).first()
            if rule is None:
                raise CommandError(f"there is no rule {options['code']!r}")
            return try_rule(rule_id=rule.pk, days=options["days"])
        return start_rule_trial(content=_content(options["file"]), days=options["days"])


def _content(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()[: MOST_BYTES + 1]
        content = json.loads(text) if len(text) <= MOST_BYTES else None
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise CommandError(f"{path}: not a rule of at most {MOST_BYTES} bytes")
    return content


def _told(trial: RuleTrial) -> dict[str, Any]:
    return {
        "trial": trial.pk,
        "rule": trial.content.get("code", ""),
        "days": trial.days,
        **{
            world: summary_of(total) | {"examples": [row["shipment"] for row in total["examples"]]}
            for world, total in trial.result.items()
        },
    }
