"""What the parcel itself does to its cases: they turn red, count anew, and are over."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping

from django.db import connection, transaction

from apps.core import bulk, clock
from apps.exceptions.case_rank import rank_change
from apps.exceptions.choices import LIVE_CASE_STATES, CaseState, Closer, CloseReason, Severity
from apps.exceptions.findings import Finding, evidence_of
from apps.exceptions.services.case_opening import due_by_severity
from apps.exceptions.services.tallies import TallyKey, count_cases

LOCK = """
SELECT id FROM exceptions_case WHERE id = ANY(%s) AND state = ANY(%s)
ORDER BY id FOR NO KEY UPDATE
"""
CLEARED = (("id", "bigint"), ("reason", "text"))
CLEAR = f"""
UPDATE exceptions_case held
SET state = %s, closed_at = %s, closer = %s, close_reason = over.reason, waiting_for = '',
    waited_seconds = held.waited_seconds + greatest(0, coalesce(
        extract(epoch FROM %s::timestamptz - held.waiting_since), 0))::integer,
    waiting_since = NULL, wakes_at = NULL, claimed_by_id = NULL, claimed_until = NULL,
    version = held.version + 1
FROM {bulk.unnest(CLEARED, "over")},
     exceptions_case was
WHERE held.id = over.id AND was.id = held.id
RETURNING held.group_id, held.rule_id, held.severity, was.state, held.merchant_id
"""  # noqa: S608 - names are the module's own
REDDENED = (("id", "bigint"), ("red_at", "timestamptz"), ("evidence", "jsonb"))
REDDEN = f"""
UPDATE exceptions_case held
SET severity = 'red', red_at = over.red_at, rank = held.rank + CASE was.severity
        WHEN 'amber' THEN %s WHEN 'notice' THEN %s ELSE 0 END,
    evidence = over.evidence,
    acknowledge_by = least(held.acknowledge_by, %s), resolve_by = least(held.resolve_by, %s),
    escalates_at = least(held.escalates_at, %s)
FROM {bulk.unnest(REDDENED, "over")},
     exceptions_case was
WHERE held.id = over.id AND was.id = held.id
RETURNING held.group_id, held.rule_id, was.severity, held.state, held.merchant_id
"""  # noqa: S608
MOVED = (("id", "bigint"), ("anchored_at", "timestamptz"), ("hub", "text"), ("evidence", "jsonb"))
MOVE = f"""
UPDATE exceptions_case held
SET anchored_at = over.anchored_at, hub = over.hub, evidence = over.evidence
FROM {bulk.unnest(MOVED, "over")}
WHERE held.id = over.id
"""  # noqa: S608


def clear_cases(
    *,
    reasons: Mapping[int, CloseReason],
    now: dt.datetime | None = None,
    closer: Closer = Closer.ITSELF,
) -> int:
    """Resolve live cases (id → reason) because the parcel itself, or the incident they belong to,
    put them right; returns how many.

    Cases somebody has closed meanwhile are left alone. A wait ends, a claim is let go.
    """
    if not reasons:
        return 0
    moment = now or clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        ids = lock_cases(reasons)
        if not ids:
            return 0
        rows = bulk.pack(CLEARED, [(pk, reasons[pk].value) for pk in ids])
        cursor.execute(CLEAR, [CaseState.RESOLVED.value, moment, closer.value, moment, *rows])
        count_cases((TallyKey(*key), None) for key in cursor.fetchall())
    return len(ids)


def redden_cases(*, cases: Mapping[int, Finding], now: dt.datetime | None = None) -> int:
    """Turn live cases (id → what was found now) red and due by red's target; returns how many."""
    if not cases:
        return 0
    moment = now or clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        ids = lock_cases(cases)
        if not ids:
            return 0
        due = due_by_severity(start=moment)[Severity.RED.value]
        rows = bulk.pack(REDDENED, [(pk, moment, _evidence(cases[pk])) for pk in ids])
        red = Severity.RED.value
        points = [rank_change(one.value, red) for one in (Severity.AMBER, Severity.NOTICE)]
        waits = [due.acknowledge_by, due.resolve_by, due.escalates_at]
        cursor.execute(REDDEN, [*points, *waits, *rows])
        before = [TallyKey(*key) for key in cursor.fetchall()]
        count_cases((key, key._replace(severity=red)) for key in before)
    return len(ids)


def move_cases(*, cases: Mapping[int, Finding]) -> int:
    """Let live cases (id → what was found now) count from another moment; returns how many."""
    if not cases:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        ids = lock_cases(cases)
        if ids:
            rows = [
                (pk, cases[pk].since, cases[pk].subject.facts.scan_area, _evidence(cases[pk]))
                for pk in ids
            ]
            cursor.execute(MOVE, bulk.pack(MOVED, rows))
    return len(ids)


def lock_cases(ids: Collection[int]) -> list[int]:
    """Lock those of the cases that are live, in the order of their ids; returns them."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(ids), list(LIVE_CASE_STATES)])
        return [row[0] for row in cursor.fetchall()]


def _evidence(finding: Finding) -> str:
    return json.dumps(evidence_of(finding), ensure_ascii=False)
