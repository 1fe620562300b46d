"""What the pages of incidents read."""

from __future__ import annotations

import datetime as dt
import re
from math import log
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.choices import KeyMode
from apps.core import clock
from apps.core.models import ActionLog
from apps.exceptions.cause_rows import HOUR, counts_at, hour_of, moment_of, usual_of
from apps.exceptions.choices import LIVE_CASE_STATES, Cause, IncidentState, Severity
from apps.exceptions.errors import IncidentRefused
from apps.exceptions.incident_picture import Curve, Hour, Map, draw_curve, draw_map
from apps.exceptions.models import Case, CauseLook, Incident
from apps.exceptions.models.case import IS_LIVE
from apps.exceptions.rulebook.tails import most_likely
from apps.exceptions.services.incident_moves import MOST_AT_ONCE
from apps.exceptions.services.incident_naming import cell_of
from apps.shipments.models import Shipment

SEPARATORS = re.compile(r"[\s,;，；、]+")
BEFORE, MOST_HOURS = 24, 96
EDGE_ODDS = log(0.01)
MOST_SHOWN = 20
MOST_ENTRIES = 60


def unresolved_incidents(*, mode: str = "") -> QuerySet[Incident]:
    """Return the incidents that are not over, the worst first; of one mode or, "", of both."""
    rows = Incident.objects.exclude(state=IncidentState.RESOLVED.value)
    rows = rows.select_related("rule", "owner")
    if mode:
        rows = rows.filter(mode=mode)
    return rows.order_by("-state", "-cases_count", "id")


def alarming_cases(*, mode: str = "") -> QuerySet[Case]:
    """Return live red cases that were escalated: nobody took them up in time."""
    rows = Case.objects.filter(
        state__in=LIVE_CASE_STATES, severity=Severity.RED.value, escalated_at__isnull=False
    )
    if mode == KeyMode.SANDBOX.value:
        return rows.filter(shipment__mode=mode)
    return rows.exclude(shipment__mode=KeyMode.SANDBOX.value) if mode else rows


def children_of(incident: Incident) -> QuerySet[Case]:
    """Return the live cases of an incident, the dearest first."""
    rows = Case.objects.filter(incident=incident, state__in=LIVE_CASE_STATES)
    return rows.select_related("shipment", "rule", "owner", "merchant").order_by("-rank", "id")


def cases_named(text: str) -> list[int]:
    """Return the live cases whose ids or whose parcels' carrier numbers a text names.

    Raises IncidentRefused, naming what nothing was found for.
    """
    names = [name for name in SEPARATORS.split(text.strip()) if name][: MOST_AT_ONCE + 1]
    rows = Case.objects.filter(state__in=LIVE_CASE_STATES).order_by()
    found = dict(rows.filter(uid__in=names).values_list("id", "uid"))
    left = [name for name in names if name not in found.values()]
    shipments = dict(Shipment.objects.filter(number__in=left).values_list("id", "number"))
    by_number = dict(rows.filter(shipment_id__in=shipments).values_list("id", "shipment_id"))
    known = {*found.values(), *(shipments[shipment] for shipment in by_number.values())}
    if missing := [name for name in names if name not in known]:
        raise IncidentRefused(_("No live case was found for %s.") % ", ".join(missing[:5]))
    return sorted({*found, *by_number})


def sums_of(incident: Incident) -> dict[str, Any]:
    """Return how many cases an incident has and had, by state and severity; what resolving it
    would close are those that are live."""
    return Case.objects.filter(incident=incident).aggregate(
        **{state: Count("id", filter=Q(state=state)) for state in LIVE_CASE_STATES},
        live=Count("id", filter=IS_LIVE),
        red=Count("id", filter=IS_LIVE & Q(severity=Severity.RED.value)),
        unowned=Count("id", filter=IS_LIVE & Q(owner=None)),
        closed=Count("id", filter=~IS_LIVE),
    )


def curve_of(incident: Incident) -> Curve:
    """Return the cases of an incident's cause by hour, from a day before it on, and the usual."""
    until = min(incident.closed_at + 6 * HOUR if incident.closed_at else clock.now(), clock.now())
    first = max(hour_of(incident.since) - BEFORE * HOUR, hour_of(until) - MOST_HOURS * HOUR)
    size = int((hour_of(until) - first) / HOUR) + 1
    cell = cell_of(incident)
    counts = counts_at(incident.mode, cell, until, back=size)
    look = CauseLook.objects.filter(mode=incident.mode).first() or CauseLook(
        mode=incident.mode, began_at=until
    )
    usual = usual_of(look, [cell], until)
    moment = moment_of(until)
    factors = usual.factors(cell.rule, hour=moment.hour, day=moment.day, back=size)
    hours = []
    for ago in range(size - 1, -1, -1):
        band = usual.band(cell, float(factors[ago]))
        edge = most_likely(band.mean, band.variance, odds=EDGE_ODDS)
        at = hour_of(until) - ago * HOUR
        hours.append(Hour(at, int(counts[ago]), band.mean, float(edge)))
    return draw_curve(hours)


def map_of(incident: Incident) -> Map | None:
    """Return where an incident is, None for what is nowhere in particular."""
    if incident.cause == Cause.HUB.value:
        return draw_map([incident.key])
    if incident.cause == Cause.LANE.value:
        return draw_map(incident.key.split(">"))
    return None


def log_of(incident: Incident) -> list[ActionLog]:
    """Return what happened to an incident, the newest first."""
    rows = ActionLog.objects.filter(
        subject_kind=Incident._meta.label_lower, subject_id=str(incident.pk)
    )
    return list(rows.order_by("-id")[:MOST_ENTRIES])


def lasted(incident: Incident) -> dt.timedelta:
    """Return for how long an incident has lasted, or lasted."""
    return (incident.closed_at or clock.now()) - incident.opened_at
