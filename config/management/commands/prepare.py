"""Everything between `make setup` and the first page, in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """`prepare`: migrate, compile catalogues, fill the schedule, seed if empty, say hello."""

    help = "Migrate, compile translations, sync the schedule, seed if empty, print the log-in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare how many parcels of history an empty portal gets."""
        parser.add_argument("--history", type=int, default=2000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps in order; each is harmless the second time."""
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("translations", "--compile")
        call_command("sync_schedule")
        call_command("seed", if_empty=True, history=options["history"])
        call_command("welcome")
