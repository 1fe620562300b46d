"""What the changed rules of a draft say of many parcels at once: a few statements a chunk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from django.db import connection

from apps.customs.choices import HOLDING_ACTIONS, RuleStage
from apps.customs.compliance.binding import day_at
from apps.customs.compliance.content import SetContent, set_from_json
from apps.customs.compliance.facts import facts_of
from apps.customs.compliance.judging import Compiled, Fired, judge
from apps.customs.compliance.outcome import digests_of, found_of
from apps.customs.compliance_basis import is_vague
from apps.customs.compliance_live import compile_contents
from apps.customs.models import Consignment, FindingOverride, RuleImpact
from apps.customs.record import Line, Record, from_json
from apps.customs.selectors import load_figures
from apps.shipments.zones import CHINA

STAGES = tuple(RuleStage.values())
RECORDS = """
SELECT c.id, v.record::text FROM customs_consignment c
JOIN customs_recordversion v ON v.consignment_id = c.id AND v.number = c.record_version
WHERE c.id = ANY(%s) AND (%s OR c.destination = ANY(%s))
"""
HELD_BY_OTHERS = """
SELECT DISTINCT f.consignment_id FROM (
    SELECT c.id AS consignment_id, (
        SELECT k.id FROM customs_compliancecheck k WHERE k.consignment_id = c.id
        ORDER BY k.id DESC LIMIT 1
    ) AS check_id FROM customs_consignment c WHERE c.id = ANY(%s)
) f JOIN customs_compliancefinding g ON g.check_run_id = f.check_id
WHERE g.action = ANY(%s) AND NOT g.is_overridden
    AND NOT (g.set_code = %s AND g.rule_key = ANY(%s))
"""


@dataclass
class Difference:
    """What a chunk came to: by consignment the rules that newly hold it, or held it before.

    ``counts`` maps a rule to the parcels it holds [before, after].
    """

    blocked: dict[int, set[str]] = field(default_factory=dict)
    freed: dict[int, set[str]] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))


@dataclass(frozen=True, slots=True)
class Judged:
    """What holds one consignment by the rules before, and by those after."""

    consignment_id: int
    record: Record
    before: list[Fired]
    after: list[Fired]


def span_of(run: RuleImpact) -> tuple[int, int]:
    """Return the id before the first consignment of the run's days, and how many there are."""
    rows = _in_the_days(run)
    first = rows.order_by("created_at").values_list("pk", flat=True).first()
    if first is None:
        return 0, 0
    lowest = rows.order_by("id").values_list("pk", flat=True).first() or first
    return lowest - 1, rows.count()


def next_consignments(run: RuleImpact, *, limit: int) -> list[int]:
    """Return the consignments after the last one looked at, by id."""
    rows = _in_the_days(run).filter(pk__gt=run.cursor).order_by("id")
    return list(rows.values_list("pk", flat=True)[:limit])


def differences_of(run: RuleImpact, ids: Sequence[int]) -> Difference:
    """Return what the changed rules would newly hold of some consignments, or let go.

    A parcel another rule holds anyway (by its latest check) is neither. What a person let go stays
    let go while the rule says the same of the same goods, as with a check.
    """
    before, after = set_from_json(run.before), set_from_json(run.after)
    found = Difference()
    both = {one.consignment_id: one for one in _judged(run, ids, before, after)}
    _let_go(both.values())
    for pk, one in both.items():
        mine, theirs = _keys(one.before), _keys(one.after)
        for key in mine:
            found.counts[key][0] += 1
        for key in theirs:
            found.counts[key][1] += 1
        if theirs and not mine:
            found.blocked[pk] = theirs
        elif mine and not theirs:
            found.freed[pk] = mine
    keys = {rule.key for one in (before, after) for rule in one.rules}
    for pk in _held_by_others([*found.blocked, *found.freed], run.rule_set.code, keys):
        found.blocked.pop(pk, None)
        found.freed.pop(pk, None)
    return found


def _in_the_days(run: RuleImpact) -> Any:
    since = run.created_at - dt.timedelta(days=run.days)
    return Consignment.objects.filter(created_at__gte=since, created_at__lte=run.created_at)


def _judged(
    run: RuleImpact, ids: Sequence[int], before: SetContent, after: SetContent
) -> Iterator[Judged]:
    """Yield what holds each consignment before or after; what only tells is not asked."""
    holding = [_holding(one) for one in (before, after)]
    old, new = (compile_contents([one], at=run.at) for one in holding)
    figures, on = load_figures(), day_at(CHINA, run.at)
    asked = any(c.field == "vague" for s in holding for r in s.rules for c in r.conditions)
    vague = is_vague if asked else _never
    for pk, record in _records(ids, old, new):
        facts = facts_of(record, on=on, figures=figures, is_vague=vague)
        was, now = (list(judge(one, facts, stages=STAGES)) for one in (old, new))
        if was or now:
            yield Judged(pk, record, was, now)


def _holding(content: SetContent) -> SetContent:
    return replace(
        content, rules=tuple(one for one in content.rules if one.action in HOLDING_ACTIONS)
    )


def _never(line: Line) -> bool:
    del line
    return False


def _records(ids: Sequence[int], old: Compiled, new: Compiled) -> Iterator[tuple[int, Record]]:
    everywhere = bool(old.anywhere or new.anywhere)
    places = sorted({*old.by_destination, *new.by_destination})
    with connection.cursor() as cursor:
        cursor.execute(RECORDS, [list(ids), everywhere, places])
        for pk, text in cursor.fetchall():
            yield pk, from_json(orjson.loads(text))


def _let_go(judged: Iterable[Judged]) -> None:
    """Take out what a person let go, where the rule still says that of those goods."""
    by_id = {one.consignment_id: one for one in judged}
    rows = FindingOverride.objects.filter(consignment_id__in=by_id, withdrawn_at__isnull=True)
    for pk, key, digest in rows.values_list("consignment_id", "rule_key", "rule_digest"):
        one = by_id[pk]
        for fired in (one.before, one.after):
            versions = {each.set_code: {"number": 0} for each in fired}
            found = found_of(fired, record=one.record, versions=versions)
            if digests_of(found).get(key) == digest:
                fired[:] = [each for each in fired if each.rule.key != key]


def _keys(fired: Sequence[Fired]) -> set[str]:
    return {one.rule.key for one in fired}


def _held_by_others(ids: Sequence[int], code: str, keys: Collection[str]) -> list[int]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(HELD_BY_OTHERS, [list(ids), list(HOLDING_ACTIONS), code, list(keys)])
        return [pk for (pk,) in cursor.fetchall()]
