"""Compare every shipment with a computation from scratch; repair what differs if asked."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.shipments.models import Shipment
from apps.shipments.services import recompute_shipment


class Command(BaseCommand):
    """`recompute_shipments --check` fails on a difference; `--repair` writes what follows."""

    help = "Check that every shipment's state follows from its events."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --check and --repair."""
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--repair", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all shipments in id order."""
        seen = differing = 0
        for number in Shipment.objects.order_by("id").values_list("id", flat=True).iterator():
            result = recompute_shipment(shipment_id=number, repair=options["repair"])
            seen += 1
            if not result.agrees:
                differing += 1
                self.stdout.write(f"shipment {number}: {result.differences}")
        summary = f"{seen} shipments compared, {differing} differ"
        if differing and options["check"]:
            raise CommandError(summary)
        self.stdout.write(summary)
