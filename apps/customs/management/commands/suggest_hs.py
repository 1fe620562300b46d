"""Suggest HS codes for a file of listings, without the portal's rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.customs.hs.listings import (
    UnreadableListings,
    read_confirmed,
    read_listings,
    write_suggestions,
)
from apps.customs.hs.ranking import MAX_TOP, build_suggester


class Command(BaseCommand):
    """`suggest_hs --csv LISTINGS.csv --out SUGGESTIONS.csv --top 5 [--confirmed CONFIRMED.csv]`."""

    help = "Write the likeliest HS 2022 codes of each listing (id,title,category,attributes)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files and how many codes each listing gets."""
        parser.add_argument("--csv", type=Path, required=True)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--top", type=int, default=5)
        parser.add_argument("--confirmed", type=Path, help="title,category,attributes,hs6")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, rank, write; a file that cannot be read is an error in one sentence."""
        if not 1 <= options["top"] <= MAX_TOP:
            raise CommandError(f"--top is from 1 to {MAX_TOP}")
        try:
            known = read_confirmed(options["confirmed"]) if options["confirmed"] else []
            count = write_suggestions(
                options["out"],
                read_listings(options["csv"]),
                build_suggester(confirmed=known),
                options["top"],
            )
        except (OSError, UnicodeDecodeError, UnreadableListings) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} listings, {len(known)} confirmed: {options['out']}")
