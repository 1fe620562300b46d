"""Move real traffic from the shell: what goes live, where it stands, the brake."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.orders import route_selectors as selectors
from apps.orders.services import lower_share, raise_share, release_brake, set_shadow

ACTIONS = ("show", "raise", "lower", "shadow", "release")


class Command(BaseCommand):
    """`live_share raise --percent 1 --note "first parcels"`; every change needs a note."""

    help = "Show, raise or lower the share of real parcels that goes live; release the brake."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the action and the place it is about."""
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("--percent", type=int, help="1, 5, 10, 25, 50 or 100; 0 to stop")
        parser.add_argument("--merchant", default="", help="slug; every merchant without it")
        parser.add_argument("--carrier", default="", help="code; every carrier without it")
        parser.add_argument("--off", action="store_true", help="shadow: stop asking")
        parser.add_argument("--note", default="", help="why; required for every change")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change what was asked for, then show how it stands."""
        try:
            if options["action"] != "show":
                self._change(options)
        except PortalError as error:
            raise CommandError(str(error)) from None
        self._show()

    def _change(self, options: dict[str, Any]) -> None:
        common: dict[str, Any] = {"note": options["note"], "actor": Actor.system("live_share")}
        if options["action"] == "release":
            release_brake(**common)
            return
        common |= {"merchant": _merchant(options["merchant"]), "carrier": options["carrier"]}
        if options["action"] == "shadow":
            set_shadow(shadow=not options["off"], **common)
            return
        if options["percent"] is None:
            raise CommandError("say --percent")
        change = raise_share if options["action"] == "raise" else lower_share
        change(percent=options["percent"], **common)

    def _show(self) -> None:
        shares = selectors.current_shares()
        names = dict(Merchant.objects.values_list("pk", "slug"))
        for share in shares:
            place = names.get(share.merchant_id or 0, "every merchant")
            shadow = ", shadow calls" if share.shadow else ""
            carrier = share.carrier or "every carrier"
            self.stdout.write(f"{place}, {carrier}: {share.percent} % live{shadow}")
        if not shares:
            self.stdout.write("nothing was raised: every real parcel is manual")
        brake = selectors.open_brake()
        if brake is not None:
            self.stdout.write(f"braked since {brake.tripped_at:%Y-%m-%d %H:%M} UTC: "
                              f"{brake.failed} of {brake.calls} live calls failed")  # fmt: skip
        since, calls = clock.now() - dt.timedelta(days=7), clock.real_now() - dt.timedelta(hours=1)
        for row in selectors.route_overview(since=since, calls_since=calls):
            self.stdout.write(
                f"{row.route}: {row.parcels} parcels in 7 days, {row.calls} calls in the last "
                f"hour, {row.error_rate:.1%} failed, median {row.median_ms or 0:.0f} ms"
            )


def _merchant(slug: str) -> Merchant | None:
    if not slug:
        return None
    found = Merchant.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"there is no merchant {slug!r}")
    return found
