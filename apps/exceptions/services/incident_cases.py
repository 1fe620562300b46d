"""Which cases belong to an incident: attached and let go in one statement each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from apps.exceptions.cause_rows import DUE, HUB, MODE
from apps.exceptions.choices import LIVE_CASE_STATES, Cause, Severity
from apps.exceptions.models import Case, Incident

MATCHES = {
    Cause.HUB.value: f"{HUB} = %s",
    Cause.LANE.value: "c.lane_from = split_part(%s, '>', 1) AND c.lane_to = split_part(%s, '>', 2)",
    Cause.CARRIER.value: "c.carrier = %s",
    Cause.RULE.value: "c.rule_id = (SELECT id FROM exceptions_rule WHERE code = %s)",
}
ATTACH = """
WITH chosen AS (
    SELECT c.id FROM exceptions_case c JOIN shipments_shipment s ON s.id = c.shipment_id
    WHERE c.opened_at >= %s AND c.state = ANY(%s) AND {mode} = %s AND {matches}
      AND (c.incident_id IS NULL OR c.incident_id = ANY(%s))
      AND NOT EXISTS (
          SELECT 1 FROM exceptions_incidenthold h
          WHERE h.case_id = c.id AND h.belongs <> (h.incident_id = %s))
    ORDER BY c.id FOR NO KEY UPDATE OF c
), moved AS (
    UPDATE exceptions_case c SET incident_id = %s FROM chosen WHERE c.id = chosen.id
    RETURNING {due} AS due
)
SELECT count(*), min(due) FROM moved
"""
LET_GO = """
WITH chosen AS (
    SELECT c.id FROM exceptions_case c
    WHERE c.incident_id = %s AND c.state = ANY(%s) AND NOT ({matches})
      AND NOT EXISTS (SELECT 1 FROM exceptions_incidenthold h
                      WHERE h.case_id = c.id AND h.belongs)
    ORDER BY c.id FOR NO KEY UPDATE
), moved AS (
    UPDATE exceptions_case c SET incident_id = NULL FROM chosen WHERE c.id = chosen.id
    RETURNING {due} AS due
)
SELECT count(*), min(due) FROM moved
"""
MOVE_ALL = "UPDATE exceptions_case SET incident_id = %s WHERE incident_id = %s"
NEARLY_ALL = 0.8
RED_SHARE = 0.1
Moved = tuple[int, dt.datetime | None]
"""How many cases were moved, and when the first of them came due."""


def attach_matching(incident: Incident, *, taken_from: Collection[int] = ()) -> Moved:
    """Attach the live cases that match and belong to no incident, or to one of ``taken_from``.

    What a person detached stays out. In the caller's transaction.
    """
    matches, params = _matches(incident)
    sql = ATTACH.format(mode=MODE, matches=matches, due=DUE)
    return _moved(
        sql,
        [
            incident.since, list(LIVE_CASE_STATES), incident.mode, *params,
            list(taken_from), incident.pk, incident.pk,
        ],
    )  # fmt: skip


def let_strays_go(incident: Incident) -> Moved:
    """Detach live cases that no longer match, for the parcel was scanned elsewhere or the incident
    was named anew. What a person attached stays."""
    matches, params = _matches(incident)
    sql = LET_GO.format(matches=matches, due=DUE)
    return _moved(sql, [incident.pk, list(LIVE_CASE_STATES), *params])


def move_all(*, source: Incident, target: Incident) -> None:
    """Give all cases of one incident to another, closed ones too."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE_ALL, [target.pk, source.pk])


def refresh_figures(incident: Incident) -> None:
    """Count the live cases and find whose parcels they are and how bad it is; does not save.

    Red: a tenth of the cases is red.
    """
    live = Q(state__in=LIVE_CASE_STATES)
    rows = Case.objects.filter(incident=incident).order_by()
    found = rows.aggregate(
        live=Count("id", filter=live), red=Count("id", filter=live & Q(severity=Severity.RED.value))
    )
    incident.cases_count = found["live"]
    incident.peak = max(incident.peak, incident.cases_count)
    if not incident.cases_count:
        return
    red = found["red"] >= RED_SHARE * incident.cases_count
    incident.severity = (Severity.RED if red else Severity.AMBER).value
    most = rows.filter(live).values_list("carrier").annotate(n=Count("id")).order_by("-n").first()
    carrier, count = most or ("", 0)
    incident.carrier = carrier if count >= NEARLY_ALL * incident.cases_count else ""


def _matches(incident: Incident) -> tuple[str, list[Any]]:
    sql = MATCHES[incident.cause]
    params: list[Any] = [incident.key] * sql.count("%s")
    if incident.rule_id and incident.cause != Cause.RULE.value:
        return f"{sql} AND c.rule_id = %s", [*params, incident.rule_id]
    return sql, params


def _moved(sql: str, params: Sequence[Any]) -> Moved:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        count, first = cursor.fetchone()
    return count, first
