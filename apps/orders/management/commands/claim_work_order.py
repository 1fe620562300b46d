"""Tell the platform about claims from the shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.orders.models import Claim
from apps.orders.services import open_claim_work_order


class Command(BaseCommand):
    """`claim_work_order 17 18` opens a work order for each claim, with its evidence."""

    help = "Open a work order at the platform for each of these claims."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the claims and the word that a lost one is not open."""
        parser.add_argument("claims", nargs="+", type=int, help="ids of claims")
        parser.add_argument(
            "--not-opened", action="store_true", help="the platform has none, somebody looked"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Open one after the other; ends with an error if any could not be opened."""
        failed = 0
        for claim_id in options["claims"]:
            try:
                claim = open_claim_work_order(
                    claim_id=claim_id,
                    actor=Actor.system("claim_work_order"),
                    not_opened=options["not_opened"],
                )
            except (PortalError, Claim.DoesNotExist) as error:
                failed += 1
                self.stderr.write(f"{claim_id}: {error}")
                continue
            said = claim.consult_id or claim.work_order_error
            self.stdout.write(f"{claim_id}: {claim.work_order_state} {said}".rstrip())
            failed += not claim.consult_id
        if failed:
            raise CommandError(f"{failed} not opened")
