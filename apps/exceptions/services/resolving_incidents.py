"""The end of an incident: by itself, or by a person, whose word its cases follow; and back again.

Taking it back opens the same cases again: those that were closed with the incident, in the state
they were in, except where a newer case says the same or the parcel has moved on since.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.exceptions.choices import (
    LIVE_CASE_STATES,
    CaseState,
    Closer,
    CloseReason,
    IncidentState,
)
from apps.exceptions.errors import IncidentStands
from apps.exceptions.models import Case, Incident
from apps.exceptions.services.case_changes import plain
from apps.exceptions.services.case_moving import clear_cases
from apps.exceptions.services.incident_cases import refresh_figures
from apps.exceptions.services.incident_changes import PORTAL, incident_to_change, log_incident
from apps.exceptions.services.incident_notices import OVER, tell_of
from apps.exceptions.services.tallies import TallyKey, count_cases
from apps.exceptions.services.watching import wake_watches

UNDO_WITHIN = dt.timedelta(hours=24)
REOPEN = """
WITH chosen AS (
    SELECT c.id, w.waiting_for, w.waiting_since, w.wakes_at FROM exceptions_case c
    LEFT JOIN jsonb_to_recordset(%s::jsonb)
        AS w (id bigint, waiting_for text, waiting_since timestamptz, wakes_at timestamptz)
        ON w.id = c.id
    WHERE c.incident_id = %s AND c.closer = %s AND c.closed_at = %s
      AND NOT EXISTS (SELECT 1 FROM exceptions_case twin
                      WHERE twin.shipment_id = c.shipment_id AND twin.rule_id = c.rule_id
                        AND twin.state = ANY(%s))
    ORDER BY c.id FOR NO KEY UPDATE OF c
)
UPDATE exceptions_case c
SET state = CASE WHEN chosen.waiting_since IS NOT NULL THEN 'waiting'
                 WHEN c.acknowledged_at IS NOT NULL THEN 'acknowledged' ELSE 'open' END,
    waiting_for = coalesce(chosen.waiting_for, ''), waiting_since = chosen.waiting_since,
    wakes_at = chosen.wakes_at,
    waited_seconds = greatest(0, c.waited_seconds - coalesce(
        extract(epoch FROM c.closed_at - chosen.waiting_since), 0)::integer),
    closed_at = NULL, closer = '', close_reason = '', version = c.version + 1
FROM chosen WHERE c.id = chosen.id
RETURNING c.group_id, c.rule_id, c.severity, c.state, c.merchant_id, c.shipment_id
"""


def end_by_itself(incident: Incident, *, now: dt.datetime) -> None:
    """Resolve a locked incident nothing is left of; in the caller's transaction, does not save."""
    left = incident.cases_count
    incident.state, incident.closed_at = IncidentState.RESOLVED.value, now
    tell_of(incident, OVER)
    log_incident(incident, "resolved", PORTAL, after={"left": left, "peak": incident.peak})


def resolve_incident(*, incident_id: int, user: User, note: str = "") -> Incident:
    """Resolve an incident, and with it all its live cases.

    Raises IncidentUnknown, IncidentForbidden, IncidentStands where it is resolved already.
    """
    with transaction.atomic():
        incident = incident_to_change(incident_id=incident_id, user=user)
        if incident.state == IncidentState.RESOLVED.value:
            raise IncidentStands(_("This incident is resolved already."))
        now = clock.now()
        cases = Case.objects.filter(incident=incident, state__in=LIVE_CASE_STATES)
        waiting = _waits(incident)
        reasons = dict.fromkeys(cases.values_list("id", flat=True), CloseReason.INCIDENT_OVER)
        closed = clear_cases(reasons=reasons, now=now, closer=Closer.INCIDENT)
        before = {"state": incident.state, "waiting": waiting}
        refresh_figures(incident)
        incident.state, incident.closed_at = IncidentState.RESOLVED.value, now
        tell_of(incident, OVER)
        incident.save()
        log_incident(
            incident, "resolved", Actor.user(user), before=before,
            after={"cases": closed, "closed_at": now.isoformat()}, note=note,
        )  # fmt: skip
    return incident


def reopen_resolved(incident: Incident, row: ActionLog, user: User) -> int:
    """Open an incident and its cases again as they were before a person resolved it.

    ``incident`` is locked, ``row`` the log's row of that. Returns how many cases are live again.
    Raises IncidentStands where another incident stands for the same meanwhile, or a day has gone.
    """
    now = clock.now()
    if incident.closed_at is None or incident.closed_at < now - UNDO_WITHIN:
        raise IncidentStands(_("An incident can be taken back within a day of its end."))
    twins = Incident.objects.exclude(state=IncidentState.RESOLVED.value).filter(
        mode=incident.mode, cause=incident.cause, key=incident.key
    )
    if twins.exists():
        raise IncidentStands(_("Another incident stands for the same place meanwhile."))
    closed = _open_again(incident, row.before.get("waiting", []))
    incident.state, incident.closed_at = IncidentState.OPEN.value, None
    incident.quiet_since = None
    refresh_figures(incident)
    incident.save()
    return closed


def _open_again(incident: Incident, waiting: list[dict[str, Any]]) -> int:

    with connection.cursor() as cursor:
        cursor.execute(
            REOPEN,
            [
                json.dumps(waiting), incident.pk, Closer.INCIDENT.value, incident.closed_at,
                list(LIVE_CASE_STATES),
            ],
        )  # fmt: skip
        rows = cursor.fetchall()
    count_cases((None, TallyKey(*row[:5])) for row in rows)
    wake_watches(shipment_ids=[row[5] for row in rows])
    return len(rows)


def _waits(incident: Incident) -> list[dict[str, Any]]:
    """Return whom the waiting cases wait for, since when and until when, as the log keeps it."""
    rows = Case.objects.filter(incident=incident, state=CaseState.WAITING.value)
    return [
        {name: plain(value) for name, value in row.items()}
        for row in rows.values("id", "waiting_for", "waiting_since", "wakes_at")
    ]
