"""Walk through everything the portal does, against the sandbox, step by step."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from config.drill.live import Subject
from config.drill.live_run import play_live
from config.drill.processes import Processes, free_port, throw_away_database, with_path
from config.drill.profiles import chapters_of
from config.drill.report import Chapter, Report
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
        parser.add_argument("--chapter", default="", help="play one chapter, with what it needs")
        parser.add_argument("--json", action="store_true", help="nothing but the summary")
        parser.add_argument("--language", choices=[code for code, _ in settings.LANGUAGES])
        parser.add_argument("--live", action="store_true", help="ask the real platform, no more")
        parser.add_argument("--number", default="", help="with --live: the number to ask about")
        parser.add_argument("--carrier", default="", help="with --live: its carrier, if known")
        parser.add_argument("--phone", default="", help="with --live: the last digits of a phone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make a portal for the drill around a second process, or play inside of it."""
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            if options["live"]:
                self._live(options)
                return
            self._check_chapter(options)
            if INSIDE in os.environ:
                self._inside(options)
            else:
                self._around(options)

    def _live(self, options: dict[str, Any]) -> None:
        if options["profile"] == "peak":
            raise CommandError("peak places orders; with --live nothing is ever booked.")
        if not options["number"]:
            raise CommandError("--live needs the --number of a parcel to ask about.")
        subject = Subject(options["number"], options["carrier"], options["phone"])
        screen = Screen(sys.stdout, silent=options["json"])
        self._close(screen, play_live(subject=subject, screen=screen), options)

    def _check_chapter(self, options: dict[str, Any]) -> None:
        try:
            chapters_of(options["profile"], only=options["chapter"])
        except LookupError as error:
            raise CommandError(f"{options['profile']} plays: {error}") from error

    def _around(self, options: dict[str, Any]) -> None:
        url = with_path(os.environ["DATABASE_URL"], f"drill_{os.getpid()}")
        with tempfile.TemporaryDirectory(prefix="drill-") as folder, throw_away_database(url):
            seen = environment(Path(folder), url)
            done = subprocess.run([sys.executable, *sys.argv], cwd=BASE_DIR, env=seen, check=False)
        if done.returncode:
            raise CommandError("the drill failed")

    def _inside(self, options: dict[str, Any]) -> None:
        from config.drill.inside import play_inside

        screen = Screen(sys.stdout, silent=options["json"])
        processes = Processes(Path(os.environ[INSIDE]), dict(os.environ))
        report = play_inside(
            profile=options["profile"],
            processes=processes,
            screen=screen,
            only=options["chapter"],
        )
        chapters = chapters_of(options["profile"], only=options["chapter"])
        self._close(screen, report, options, chapters)

    def _close(
        self,
        screen: Screen,
        report: Report,
        options: dict[str, Any],
        chapters: Sequence[Chapter] = (),
    ) -> None:
        screen.close(report, full=options["json"], chapters=chapters)
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
