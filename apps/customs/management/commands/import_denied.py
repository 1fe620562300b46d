"""Take in a list of denied parties."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import clock
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.customs.screening.reading import UnreadableList
from apps.customs.services.denied_lists import Imported, import_denied

IMPORTER = Actor.system("import_denied")


class Command(BaseCommand):
    """`import_denied FILE [--source NAME] [--as-of DAY] [--even-if-odd]`."""

    help = "Import a list of denied parties (CSV or JSON as the Consolidated Screening List)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file, whose list it is and of which day."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="CSL", help="whose list it is")
        parser.add_argument(
            "--as-of", type=dt.date.fromisoformat, help="the list's own day; today by default"
        )
        parser.add_argument(
            "--even-if-odd",
            action="store_true",
            help="take it although many rows are bad or half of the entries are gone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, say what was stored and which rows were left out."""
        try:
            made = import_denied(
                path=options["file"],
                source=options["source"][:120],
                as_of=options["as_of"] or clock.now().date(),
                actor=IMPORTER,
                even_if_odd=options["even_if_odd"],
            )
        except (OSError, UnreadableList, PortalError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self._tell(made)

    def _tell(self, made: Imported) -> None:
        row = made.row
        if not made.is_new:
            self.stdout.write(f"{row}: this very file is in use already; nothing stored")
            return
        self.stdout.write(
            f"{row}: {row.entries_count:,} entries, {row.names_count:,} names, {made.bad} left out"
        )
        for bad in made.told:
            self.stderr.write(f"row {bad.number}: {bad.why}")
