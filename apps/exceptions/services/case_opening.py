"""Opening cases: one live case per shipment and rule, whoever finds it first."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from apps.core import bulk, clock
from apps.exceptions.case_clock import FALLBACK, OFFICE, DueTimes, Target, due_times
from apps.exceptions.case_rank import CaseStakes, case_parts, case_rank
from apps.exceptions.choices import CaseState, Closer, CloseReason, DayKind, Severity
from apps.exceptions.findings import Finding, evidence_of
from apps.exceptions.live_rules import calendars_now
from apps.exceptions.models import CaseTarget, Contact
from apps.exceptions.models.case import new_case_uid
from apps.exceptions.services.tallies import TallyKey, count_cases

COLUMNS = (
    ("uid", "text"), ("merchant_id", "bigint"), ("shipment_id", "bigint"), ("rule_id", "bigint"),
    ("rule_version", "integer"), ("state", "text"), ("severity", "text"), ("group_id", "bigint"),
    ("evidence", "jsonb"), ("rank", "integer"), ("carrier", "text"), ("hub", "text"),
    ("lane_from", "text"), ("lane_to", "text"), ("anchored_at", "timestamptz"),
    ("opened_at", "timestamptz"), ("red_at", "timestamptz"), ("acknowledge_by", "timestamptz"),
    ("resolve_by", "timestamptz"), ("escalates_at", "timestamptz"),
    ("complained_at", "timestamptz"), ("waiting_for", "text"), ("waited_seconds", "integer"),
    ("closer", "text"), ("close_reason", "text"), ("version", "integer"),
)  # fmt: skip
NAMES = ", ".join(name for name, _ in COLUMNS)
INSERT = f"""
INSERT INTO exceptions_case ({NAMES})
SELECT {NAMES} FROM {bulk.unnest(COLUMNS, "made")}
ON CONFLICT DO NOTHING
RETURNING id, group_id, rule_id, severity, state, merchant_id
"""  # noqa: S608 - names are the module's own
CLOSED = """
SELECT DISTINCT ON (held.shipment_id, held.rule_id) held.shipment_id, held.rule_id,
       held.anchored_at, held.closed_at, held.close_reason, held.state
FROM exceptions_case held
JOIN unnest(%s::bigint[], %s::bigint[]) AS wanted (shipment_id, rule_id)
  ON held.shipment_id = wanted.shipment_id AND held.rule_id = wanted.rule_id
WHERE held.closed_at IS NOT NULL AND held.closer <> %s
ORDER BY held.shipment_id, held.rule_id, held.id DESC
"""


@dataclass(frozen=True, slots=True)
class Closed:
    """How a person ended the last case of a shipment and rule."""

    anchored_at: dt.datetime
    closed_at: dt.datetime
    is_refuted: bool

    def silences(self, finding: Finding) -> bool:
        """Tell whether the same thing need not be said again: it counts from the same moment,
        and has not turned red since somebody who took it seriously closed it."""
        if self.anchored_at != finding.since:
            return False
        red_at = finding.said.red_at
        is_red = finding.severity == Severity.RED.value
        return self.is_refuted or not (is_red and red_at and self.closed_at < red_at)


def open_cases(*, findings: Sequence[Finding], now: dt.datetime | None = None) -> list[int]:
    """Open a case for each finding that has no live one; returns the ids of those opened.

    What a person closed stays closed while the rule still counts from the same moment, see
    `Closed.silences`. Of two that open the same case at once one succeeds.
    """
    if not findings:
        return []
    moment = now or clock.now()
    with transaction.atomic():
        closed = _closed_by_hand(findings)
        wanted = [
            one for one in findings
            if (ended := closed.get(one.key)) is None or not ended.silences(one)
        ]  # fmt: skip
        if not wanted:
            return []
        complaints = _complaints({one.subject.shipment_id for one in wanted})
        due = due_by_severity(start=moment)
        rows = [_row(one, moment, complaints, due[one.severity]) for one in wanted]
        rows.sort(key=_position)
        with connection.cursor() as cursor:
            cursor.execute(INSERT, bulk.pack(COLUMNS, rows))
            made = cursor.fetchall()
        count_cases((None, TallyKey(*key)) for _, *key in made)
    return [pk for pk, *_ in made]


def case_targets() -> dict[str, Target]:
    """Return the target of each severity that has one."""
    return {
        row.severity: Target(
            float(row.acknowledge_hours),
            float(row.resolve_hours),
            float(row.escalates_after_hours),
            business=row.days == DayKind.BUSINESS.value,
        )
        for row in CaseTarget.objects.all()
    }


def due_by_severity(*, start: dt.datetime) -> dict[str, DueTimes]:
    """Return when a case that begins to count at ``start`` is due, for each severity."""
    targets, office = case_targets(), calendars_now().of(OFFICE)
    return {
        severity: due_times(targets.get(severity, FALLBACK), start=start, office=office)
        for severity in Severity.values()
    }


def _row(
    finding: Finding,
    now: dt.datetime,
    complaints: Mapping[int, dt.datetime],
    due: DueTimes,
) -> tuple[Any, ...]:
    subject, rule, facts = finding.subject, finding.rule, finding.subject.facts
    complained_at = complaints.get(subject.shipment_id)
    stakes = CaseStakes(
        finding.severity,
        facts.promise_to,
        facts.value or 0.0,
        complained=complained_at is not None,
        arrived=facts.delivered_at is not None,
    )
    return (
        new_case_uid(), subject.merchant_id, subject.shipment_id, rule.rule_id, rule.version,
        CaseState.OPEN.value, finding.severity, rule.group_id,
        json.dumps(evidence_of(finding), ensure_ascii=False),
        case_rank(case_parts(stakes, now=now), opened_at=now),
        facts.carrier, facts.scan_area, facts.lane_from, facts.lane_to, finding.since, now,
        now if finding.severity == Severity.RED.value else None, due.acknowledge_by,
        due.resolve_by, due.escalates_at, complained_at, "", 0, "", "", 1,
    )  # fmt: skip


def _position(row: tuple[Any, ...]) -> tuple[int, int]:
    """Order by shipment and rule, so that two who insert the same wait in one order."""
    return row[2], row[3]


def _closed_by_hand(findings: Sequence[Finding]) -> dict[tuple[int, int], Closed]:
    keys = [one.key for one in findings]
    rows = bulk.fetch(
        CLOSED, [[key[0] for key in keys], [key[1] for key in keys], Closer.ITSELF.value]
    )
    return {
        (shipment, rule): Closed(
            anchored_at,
            closed_at,
            state == CaseState.DISMISSED.value or reason == CloseReason.FALSE_ALARM.value,
        )
        for shipment, rule, anchored_at, closed_at, reason, state in rows
    }


def _complaints(shipment_ids: set[int]) -> dict[int, dt.datetime]:
    rows = Contact.objects.filter(
        shipment_id__in=shipment_ids, is_complaint=True, withdrawn_at=None
    )
    found: dict[int, dt.datetime] = dict(
        rows.order_by().values_list("shipment_id").annotate(first=Min("at"))
    )
    return found
