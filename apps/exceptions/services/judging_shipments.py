"""Judging a batch of shipments by all rules: facts in, cases out, a handful of statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog
from django.db import DataError, IntegrityError, transaction

from apps.core import bulk, clock
from apps.exceptions.case_plan import LiveCase, Plan, plan_shipment
from apps.exceptions.choices import LIVE_CASE_STATES
from apps.exceptions.facts_rows import subjects_of
from apps.exceptions.findings import Finding
from apps.exceptions.live_rules import RuleBook, current_book
from apps.exceptions.models import ShadowHit
from apps.exceptions.services.case_moving import (
    clear_cases,
    lock_cases,
    move_cases,
    redden_cases,
)
from apps.exceptions.services.case_opening import open_cases
from apps.exceptions.services.watching import keep_looks

log = structlog.get_logger(__name__)
SET_ASIDE = dt.timedelta(hours=1)
UNJUDGEABLE = (DataError, IntegrityError, ArithmeticError, LookupError, TypeError, ValueError)
CASES = """
SELECT shipment_id, id, rule_id, rule_version, state, severity, anchored_at
FROM exceptions_case WHERE shipment_id = ANY(%s) AND state = ANY(%s)
"""
HITS = """
SELECT shipment_id, rule_id FROM exceptions_shadowhit
WHERE rule_id = ANY(%s) AND shipment_id = ANY(%s) AND cleared_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging came to: shipments looked at, cases opened, reddened, cleared."""

    shipments: int = 0
    opened: int = 0
    reddened: int = 0
    cleared: int = 0

    def __add__(self, other: Judged) -> Judged:
        """Return the sum of two."""
        return Judged(
            self.shipments + other.shipments,
            self.opened + other.opened,
            self.reddened + other.reddened,
            self.cleared + other.cleared,
        )


def judge_shipments(*, shipment_ids: Collection[int], now: dt.datetime | None = None) -> Judged:
    """Judge shipments by all live and shadow rules and write what follows.

    Call it in a transaction that holds their watches (`lock_watches`): whoever holds them is the
    only one who judges them. Opens, reddens, moves and clears cases, keeps hits of shadow rules,
    and writes when to look at each shipment next.
    """
    moment, book = now or clock.now(), current_book()
    plan = _plan(list(shipment_ids), book, moment)
    lock_cases(plan.touched)
    judged = Judged(
        shipments=len(plan.looks),
        opened=len(open_cases(findings=plan.opened, now=moment)),
        reddened=redden_cases(cases=plan.reddened, now=moment),
        cleared=clear_cases(reasons=plan.cleared, now=moment),
    )
    move_cases(cases=plan.moved)
    _keep_hits(plan.hits, plan.missed, moment)
    keep_looks(looks=plan.looks, rules_seen=book.fingerprint, now=moment)
    return judged


def judge_each(*, shipment_ids: Collection[int], now: dt.datetime | None = None) -> Judged:
    """Judge shipments; one that cannot be judged does not keep the others from it.

    It is logged and looked at again in an hour. Call it as `judge_shipments`. What a second try
    may put right (a lost connection, a deadlock) goes on to the caller.
    """
    ids = sorted(shipment_ids)
    try:
        with transaction.atomic():
            return judge_shipments(shipment_ids=ids, now=now)
    except UNJUDGEABLE:
        if len(ids) == 1:
            log.exception("a shipment cannot be judged", shipment=ids[0])
            moment = now or clock.now()
            keep_looks(looks={ids[0]: moment + SET_ASIDE}, rules_seen=0, now=moment)
            return Judged(shipments=1)
    half = len(ids) // 2
    return judge_each(shipment_ids=ids[:half], now=now) + judge_each(
        shipment_ids=ids[half:], now=now
    )


def _plan(shipment_ids: Sequence[int], book: RuleBook, now: dt.datetime) -> Plan:
    cases, hits = _cases(shipment_ids), _hits(shipment_ids, book)
    plan = Plan()
    for subject in subjects_of(shipment_ids):
        plan_shipment(
            plan,
            subject,
            cases=cases.get(subject.shipment_id, ()),
            hit_rules=hits.get(subject.shipment_id, ()),
            book=book,
            now=now,
        )
    return plan


def _cases(shipment_ids: Sequence[int]) -> dict[int, list[LiveCase]]:
    found: defaultdict[int, list[LiveCase]] = defaultdict(list)
    for shipment_id, *values in bulk.fetch(CASES, [shipment_ids, list(LIVE_CASE_STATES)]):
        found[shipment_id].append(LiveCase(*values))
    return found


def _hits(shipment_ids: Sequence[int], book: RuleBook) -> dict[int, set[int]]:
    shadows = [rule.rule_id for rule in book.rules if rule.is_shadow]
    found: defaultdict[int, set[int]] = defaultdict(set)
    if shadows:
        for shipment_id, rule_id in bulk.fetch(HITS, [shadows, shipment_ids]):
            found[shipment_id].add(rule_id)
    return found


def _keep_hits(
    hits: Sequence[Finding], missed: Sequence[tuple[int, int]], now: dt.datetime
) -> None:
    ShadowHit.objects.bulk_create(
        [
            ShadowHit(
                rule_id=one.rule.rule_id,
                shipment_id=one.subject.shipment_id,
                merchant_id=one.subject.merchant_id,
                severity=one.severity,
                anchored_at=one.since,
                fired_at=now,
            )
            for one in hits
        ],
        ignore_conflicts=True,
    )
    by_rule: defaultdict[int, list[int]] = defaultdict(list)
    for shipment_id, rule_id in missed:
        by_rule[rule_id].append(shipment_id)
    for rule_id, shipment_ids in by_rule.items():
        ShadowHit.objects.filter(
            rule_id=rule_id, shipment_id__in=shipment_ids, cleared_at=None
        ).update(cleared_at=now)
