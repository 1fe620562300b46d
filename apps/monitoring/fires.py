"""What is on fire: open alarms, and what only a page shows, the worst first."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from apps.monitoring.alarm_fires import alarm_fires
from apps.monitoring.case_fires import case_fires
from apps.monitoring.fire import Fire
from apps.monitoring.gateway import pinned_ladder
from apps.monitoring.models import Alarm


def fires(request: HttpRequest, *, mode: str = "") -> list[Fire]:
    """Return what needs somebody now; every question is answered by an index or a short look.

    What is wrong with the portal itself is an alarm's business and nothing is judged here. ``mode``
    says which parcels' incidents and cases count: live, sandbox or, "", both.
    """
    found = [
        *case_fires(request, mode=mode),
        *alarm_fires(request),
        *pinned_ladder(request),
    ]
    return sorted(found, key=lambda fire: fire.colour != "danger")


def calm_since() -> dt.datetime | None:
    """Return when the last alarm ended (real time), None if there never was one; by index."""
    ended = Alarm.objects.filter(until__isnull=False).order_by("-until")
    return ended.values_list("until", flat=True).first()
