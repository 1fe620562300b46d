"""Walk through everything the portal does, against the sandbox, step by step."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from config.drill.inside import play_inside
from config.drill.processes import Processes, free_port, throw_away_database, with_path
from config.drill.report import Report
from config.drill.screen import Screen
from config.env import BASE_DIR

PROFILES = ("smoke", "full", "peak")
INSIDE = "LASTMILE_DRILL"
KEPT = ("PATH", "HOME", "LANG", "TERM")


class Command(BaseCommand):
    """`drill --profile smoke|full|peak [--json] [--live]`; a JSON summary is the last line."""

    help = "Rehearse the whole life of parcels; exits non-zero when a step fails."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the profile and how it is shown."""
        parser.add_argument("--profile", choices=PROFILES, default="full")
        parser.add_argument("--json", action="store_true", help="nothing but the summary")
        parser.add_argument("--language", choices=[code for code, _ in settings.LANGUAGES])

    def handle(self, *args: Any, **options: Any) -> None:
        """Make a portal for the drill around a second process, or play inside of it."""
        if INSIDE not in os.environ:
            self._around(options)
            return
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            self._inside(options)

    def _around(self, options: dict[str, Any]) -> None:
        url = with_path(os.environ["DATABASE_URL"], f"drill_{os.getpid()}")
        with tempfile.TemporaryDirectory(prefix="drill-") as folder, throw_away_database(url):
            seen = environment(Path(folder), url)
            done = subprocess.run([sys.executable, *sys.argv], cwd=BASE_DIR, env=seen, check=False)
        if done.returncode:
            raise CommandError("the drill failed")

    def _inside(self, options: dict[str, Any]) -> None:
        screen = Screen(sys.stdout, silent=options["json"])
        processes = Processes(Path(os.environ[INSIDE]), dict(os.environ))
        report = play_inside(profile=options["profile"], processes=processes, screen=screen)
        self._close(screen, report, options)

    def _close(self, screen: Screen, report: Report, options: dict[str, Any]) -> None:
        screen.close(report, full=options["json"])
        if not report.passed:
            sys.exit(1)


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """Return what the drill's own processes see: nothing of the desk's data or accounts."""
    keep = {name: os.environ[name] for name in KEPT if name in os.environ}
    port, sandbox_port = str(free_port()), str(free_port())
    return keep | {
        INSIDE: str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "LASTMILE_LOCAL": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": with_path(settings.REDIS_URL, str(10 + os.getpid() % 5)),
        "PORT": port,
        "LASTMILE_PORT": port,
        "SANDBOX_PORT": sandbox_port,
        "SANDBOX_ORDERS_PER_MINUTE": "0",
        "WEB_WORKERS": "1",
    }
