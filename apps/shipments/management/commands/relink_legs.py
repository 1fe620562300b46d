"""``manage.py relink_legs``: give tracks abroad that are kept in the inbox legs of their own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.shipments.services import relink_abroad


class Command(BaseCommand):
    """Hear every kept report with a track abroad once more; running it twice does no harm."""

    help = "Give tracks abroad that were stored before legs had them legs of their own."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the inbox to its end and say what was found."""
        after, reports, legs = 0, 0, 0
        while True:
            done = relink_abroad(after_id=after)
            reports, legs, after = reports + done["reports"], legs + done["legs"], done["after"]
            if not after:
                break
        self.stdout.write(f"{reports} reports, {legs} legs")
