"""``contract_table --check|--write``: the page of the contract's fields."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.baidiyun.contract.page import PAGE, render


class Command(BaseCommand):
    """Compare docs/baidiyun-fields.md with the tables, or write it anew."""

    help = "Compare docs/baidiyun-fields.md with the contract's tables (--check) or write it."

    def add_arguments(self, parser: CommandParser) -> None:
        """One of the two must be given."""
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument("--check", action="store_true")
        group.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError if the page is not what the tables say."""
        wanted = render()
        if options["write"]:
            PAGE.write_text(wanted)
            self.stdout.write(f"wrote {PAGE.name}")
        elif not PAGE.exists() or PAGE.read_text() != wanted:
            raise CommandError(f"{PAGE.name} is out of date: contract_table --write")
