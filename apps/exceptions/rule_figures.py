"""What live rules were worth: cases, how often they were right, and how long before the customer.

Two ways to be right, because neither tells all: a case is *foreseen* where the customer complained
within 30 days after it was opened (and not before), and *confirmed* where a person closed it for
any reason but a false alarm, a duplicate or a changed rule; what the parcel cleared by itself says
nothing about that. Shipments of the sandbox are counted apart from real ones.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db import connection

from apps.core import clock
from apps.exceptions.choices import Closer, CloseReason
from apps.exceptions.rule_reckoning import HEARD_WITHIN, percent

WEEKS = 8
LEAST_CASES = 10
"""So many cases must have had their chance before a rule is said never to lead."""
PERSONS = [Closer.PERSON.value, Closer.BULK.value]
NO_WORD = [CloseReason.DUPLICATE.value, CloseReason.RULE_CHANGED.value]
MODES = {"real": ["live", "manual"], "sandbox": ["sandbox"]}
CASES = """
SELECT c.rule_id, date_trunc('week', c.opened_at AT TIME ZONE %(zone)s)::date,
       count(*),
       count(*) FILTER (WHERE c.complained_at > c.opened_at
                          AND c.complained_at <= c.opened_at + %(within)s),
       count(*) FILTER (WHERE c.complained_at <= c.opened_at),
       count(*) FILTER (WHERE c.closer = ANY(%(persons)s)
                          AND NOT c.close_reason = ANY(%(no_word)s)),
       count(*) FILTER (WHERE c.closer = ANY(%(persons)s)
                          AND NOT c.close_reason = ANY(%(no_word)s)
                          AND c.close_reason <> %(false)s AND c.state <> 'dismissed'),
       coalesce(array_agg(extract(epoch FROM c.complained_at - c.opened_at)::float8 / 3600)
           FILTER (WHERE c.complained_at > c.opened_at
                     AND c.complained_at <= c.opened_at + %(within)s), '{}')
FROM exceptions_case c JOIN shipments_shipment s ON s.id = c.shipment_id
WHERE c.opened_at >= %(since)s AND s.mode = ANY(%(modes)s)
  AND (%(rule)s::bigint IS NULL OR c.rule_id = %(rule)s)
GROUP BY 1, 2
"""
FORESEEN = """
WITH first AS (
    SELECT t.shipment_id, min(t.at) AS at FROM exceptions_contact t
    JOIN shipments_shipment s ON s.id = t.shipment_id
    WHERE t.is_complaint AND t.withdrawn_at IS NULL AND t.at >= %(since)s
      AND s.mode = ANY(%(modes)s)
      AND NOT EXISTS (SELECT 1 FROM exceptions_contact before
                      WHERE before.shipment_id = t.shipment_id AND before.is_complaint
                        AND before.withdrawn_at IS NULL AND before.at < %(since)s)
    GROUP BY 1
)
SELECT NULL::bigint, count(*) FROM first
UNION ALL
SELECT 0, count(*) FROM first WHERE EXISTS (
    SELECT 1 FROM exceptions_case c WHERE c.shipment_id = first.shipment_id
      AND c.opened_at < first.at AND c.opened_at >= first.at - %(within)s)
UNION ALL
SELECT c.rule_id, count(DISTINCT first.shipment_id) FROM first
JOIN exceptions_case c ON c.shipment_id = first.shipment_id
 AND c.opened_at < first.at AND c.opened_at >= first.at - %(within)s
GROUP BY c.rule_id
"""
OPEN = """
SELECT c.rule_id, count(*) FROM exceptions_case c
JOIN shipments_shipment s ON s.id = c.shipment_id
WHERE c.state IN ('open', 'acknowledged', 'waiting') AND s.mode = ANY(%s) GROUP BY 1
"""
SHADOW = """
SELECT count(*), count(DISTINCT h.shipment_id), count(*) FILTER (WHERE h.cleared_at IS NULL),
       count(first.at) FILTER (WHERE first.at > h.fired_at
                                 AND first.at <= h.fired_at + %(within)s),
       count(*) FILTER (WHERE said.rule_id IS NOT NULL),
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM first.at - h.fired_at)::float8 / 3600)
           FILTER (WHERE first.at > h.fired_at AND first.at <= h.fired_at + %(within)s)
FROM exceptions_shadowhit h JOIN shipments_shipment s ON s.id = h.shipment_id
LEFT JOIN LATERAL (SELECT min(at) AS at FROM exceptions_contact
                   WHERE shipment_id = h.shipment_id AND is_complaint
                     AND withdrawn_at IS NULL) first ON true
LEFT JOIN LATERAL (SELECT c.rule_id FROM exceptions_case c WHERE c.shipment_id = h.shipment_id
                   AND c.opened_at <= coalesce(h.cleared_at, %(now)s)
                   AND coalesce(c.closed_at, %(now)s) >= h.fired_at LIMIT 1) said ON true
WHERE h.rule_id = %(rule)s AND h.fired_at >= %(since)s AND s.mode = ANY(%(modes)s)
"""
BESIDE = """
SELECT r.code, count(DISTINCT h.id),
       count(DISTINCT h.id) FILTER (WHERE c.opened_at < h.fired_at)
FROM exceptions_shadowhit h
JOIN shipments_shipment s ON s.id = h.shipment_id
JOIN exceptions_case c ON c.shipment_id = h.shipment_id
 AND c.opened_at <= coalesce(h.cleared_at, %(now)s)
 AND coalesce(c.closed_at, %(now)s) >= h.fired_at
JOIN exceptions_rule r ON r.id = c.rule_id
WHERE h.rule_id = %(rule)s AND h.fired_at >= %(since)s AND s.mode = ANY(%(modes)s)
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10
"""


@dataclass(slots=True)
class Figures:
    """Cases of one rule in some weeks; ``leads`` are the hours to the complaint that followed.

    ``complaints`` are shipments first complained about in these weeks, whatever the rule;
    ``foreseen`` those of them that had a case of this rule before.
    """

    cases: int = 0
    later: int = 0
    before: int = 0
    judged: int = 0
    confirmed: int = 0
    open_now: int = 0
    last_week: int = 0
    complaints: int = 0
    foreseen: int = 0
    leads: list[float] = field(default_factory=list)
    weeks: list[tuple[dt.date, Figures]] = field(default_factory=list)

    @property
    def foreseen_percent(self) -> float | None:
        """The share of cases the customer complained about later."""
        return percent(self.later, self.cases)

    @property
    def confirmed_percent(self) -> float | None:
        """The share persons took seriously, of the cases they closed."""
        return percent(self.confirmed, self.judged)

    @property
    def recall_percent(self) -> float | None:
        """The share of complaints that had a case of this rule before."""
        return percent(self.foreseen, self.complaints)

    @property
    def lead_hours(self) -> float | None:
        """The median hours between case and complaint."""
        return median(self.leads) if self.leads else None

    @property
    def never_leads(self) -> bool:
        """Whether it had its chance and was never ahead of a customer."""
        return self.cases >= LEAST_CASES and not self.later

    def _add(self, row: tuple[Any, ...]) -> None:
        cases, later, before, judged, confirmed, leads = row
        self.cases += cases
        self.later += later
        self.before += before
        self.judged += judged
        self.confirmed += confirmed
        self.leads += leads


def rule_figures(*, world: str, rule_id: int | None = None) -> dict[int, Figures]:
    """Return the figures of the last eight weeks by rule, 0 for all together; weeks oldest first.

    ``world`` is ``real`` or ``sandbox``. A rule without a case is not there.
    """
    now = clock.now()
    given = _given(world, rule_id)
    found: defaultdict[int, Figures] = defaultdict(Figures)
    weeks: defaultdict[int, dict[dt.date, Figures]] = defaultdict(dict)
    for rule, week, *rest in _rows(CASES, given):
        row = tuple(rest)
        for key in (rule, 0):
            found[key]._add(row)
            weeks[key].setdefault(week, Figures())._add(row)
    counts = dict(_rows(FORESEEN, given))
    complaints = counts.pop(None, 0)
    for rule, figures in found.items():
        figures.complaints, figures.foreseen = complaints, counts.get(rule, 0)
        figures.weeks = sorted(weeks[rule].items())
    for rule, number in _rows(OPEN, [MODES[world]]):
        found[rule].open_now = number
        found[0].open_now += number
    for rule, number in _rows(RECENT, {**given, "since": now - dt.timedelta(days=7)}):
        found[rule].last_week = number
        found[0].last_week += number
    return dict(found)


RECENT = """
SELECT c.rule_id, count(*) FROM exceptions_case c
JOIN shipments_shipment s ON s.id = c.shipment_id
WHERE c.opened_at >= %(since)s AND s.mode = ANY(%(modes)s) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Shadow:
    """What a rule in the shadow would have done: ``hits``, still holding, complained about later.

    ``said`` had a case of another rule at the same time; ``beside`` names these rules with how
    many hits each said too, and how many of them earlier.
    """

    hits: int
    shipments: int
    holding: int
    later: int
    said: int
    lead_hours: float | None
    beside: tuple[tuple[str, int, int], ...]

    @property
    def later_percent(self) -> float | None:
        """The share the customer complained about later."""
        return percent(self.later, self.hits)

    @property
    def alone(self) -> int:
        """Hits no live rule said anything about."""
        return self.hits - self.said


def shadow_figures(*, rule_id: int, world: str) -> Shadow:
    """Return what a rule in the shadow found in the last eight weeks, beside the live ones."""
    given = _given(world, rule_id)
    hits, shipments, holding, later, said, lead = _rows(SHADOW, given)[0]
    beside = tuple(_rows(BESIDE, given))
    return Shadow(hits, shipments, holding, later, said, lead, beside)


def worlds_with_cases() -> str:
    """Return which world's figures to show first: the real one unless only the sandbox has any."""
    real = _rows(ANY, [MODES["real"]])
    return "real" if real[0][0] or not _rows(ANY, [MODES["sandbox"]])[0][0] else "sandbox"


ANY = """
SELECT EXISTS (SELECT 1 FROM (SELECT shipment_id FROM exceptions_case ORDER BY id DESC LIMIT 2000) c
               JOIN shipments_shipment s ON s.id = c.shipment_id WHERE s.mode = ANY(%s))
"""


def _given(world: str, rule_id: int | None) -> dict[str, Any]:
    now = clock.now()
    return {
        "zone": "Asia/Shanghai", "since": now - dt.timedelta(weeks=WEEKS), "rule": rule_id,
        "within": HEARD_WITHIN, "persons": PERSONS, "no_word": NO_WORD, "now": now,
        "false": CloseReason.FALSE_ALARM.value, "modes": MODES[world],
    }  # fmt: skip


def _rows(sql: str, given: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()
