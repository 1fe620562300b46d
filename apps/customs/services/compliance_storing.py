"""One check of a locked consignment: asked, stored, and told to the floor above.

Runs in the caller's transaction. Where nothing binds and nothing ever did no row is written: that
nobody published a rule is no pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.counters import count
from apps.customs.choices import CheckCause, CheckResult, RuleStage
from apps.customs.compliance.judging import judge
from apps.customs.compliance.outcome import Found, digests_of, found_of, let_go, result_of
from apps.customs.compliance.snapshots import snapshot_of
from apps.customs.compliance_basis import Basis, compliance_facts, read_basis
from apps.customs.compliance_sources import look_at_sources
from apps.customs.models import ComplianceCheck, Consignment, FindingOverride
from apps.customs.record import Record
from apps.customs.services.compliance_rows import insert_findings

STAGES: tuple[str, ...] = tuple(RuleStage.values())
MOST_FINDINGS = 500
MARKS = ("checked_key", "held_by_rules", "changed_at", "unheard")


def check_locked(
    row: Consignment,
    record: Record,
    *,
    stage: RuleStage,
    cause: CheckCause,
    actor: Actor,
    basis: Basis | None = None,
) -> ComplianceCheck:
    """Check a consignment of which nobody else can change a thing; ``record`` counts now.

    Rules of the stage and of all before it are asked; a stage once reached stays reached. Of what
    has left only those of the stage itself are: what was ordered lawfully is on its way. The floor
    above hears of it where holding begins or ends.
    """
    known = basis or read_basis()
    last = None if cause is CheckCause.ORDERED else newest_check(row.pk)
    check = ComplianceCheck(
        consignment=row,
        merchant_id=row.merchant_id,
        record_version=row.record_version,
        stage=stage.value if row.has_left else _later(stage.value, last.stage if last else ""),
        cause=cause.value,
        versions=dict(known.live.versions),
        lists=lists_of(known),
        result=CheckResult.PASSED.value,
        at=known.at,
    )
    if not known.key and last is None:
        return check
    found = _look(row, record, check, known)
    if any(one.holds for one in found) and last is not None:
        found = let_go(found, _overridden(row, digests_of(found)))
    check.result = result_of(found).value
    _store(check, found, last)
    _mark(row, check, known.key, actor)
    return check


def lists_of(basis: Basis) -> dict[str, Any]:
    """Return the lists and sources of a basis as a check records them."""
    return {**basis.live.lists, **{code: {"stamp": one} for code, one in basis.sources.items()}}


def newest_check(consignment_id: int) -> ComplianceCheck | None:
    """Return the latest check of a consignment, None before the first."""
    return ComplianceCheck.objects.filter(consignment_id=consignment_id).order_by("-id").first()


def stages_up_to(stage: str) -> tuple[str, ...]:
    """Return a stage and all before it."""
    return STAGES[: STAGES.index(stage) + 1]


def _later(one: str, other: str) -> str:
    return other if other and STAGES.index(other) > STAGES.index(one) else one


def _look(row: Consignment, record: Record, check: ComplianceCheck, basis: Basis) -> list[Found]:
    facts = compliance_facts(record, basis)
    check.snapshot = snapshot_of(facts)
    check.input_digest = _digest(check)
    stages = (check.stage,) if row.has_left else stages_up_to(check.stage)
    fired = judge(basis.live.compiled, facts, stages=stages)
    found = found_of(fired, record=record, versions=basis.live.versions)
    if basis.sources:
        found += look_at_sources(row, record, basis.at)
    return found


def _digest(check: ComplianceCheck) -> str:
    seen = [check.stage, check.snapshot, check.versions, check.lists]
    return hashlib.sha256(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _overridden(row: Consignment, digests: Mapping[str, str]) -> set[str]:
    """Return the rules a person let go; what was said of another rule or other goods ends."""
    keys = set()
    open_rows = FindingOverride.objects.filter(consignment=row, withdrawn_at__isnull=True)
    for one in open_rows.filter(rule_key__in=digests):
        if one.rule_digest == digests[one.rule_key]:
            keys.add(one.rule_key)
        else:
            one.withdrawn_at = clock.now()
            one.save(update_fields=["withdrawn_at"])
            count("customs.override_ended", one.rule_key)
    return keys


def _store(check: ComplianceCheck, found: Sequence[Found], last: ComplianceCheck | None) -> None:
    if last is not None and last.input_digest == check.input_digest:
        check.snapshot = {"same_as": last.snapshot.get("same_as", last.pk)}
    check.save(force_insert=True)
    worst_first = sorted(found, key=lambda one: (one.is_overridden, not one.holds))
    insert_findings(check, worst_first[:MOST_FINDINGS], digests_of(found))


def _mark(row: Consignment, check: ComplianceCheck, key: str, actor: Actor) -> None:
    held = check.result == CheckResult.HELD.value
    fields = ["checked_key"]
    row.checked_key = key
    if held != row.held_by_rules:
        row.held_by_rules, row.changed_at, row.unheard = held, clock.now(), True
        fields = list(MARKS)
        record_action(
            action="customs.compliance.held" if held else "customs.compliance.freed",
            actor=actor,
            subject=row,
            merchant_id=row.merchant_id,
            after={"check": check.pk, "cause": check.cause, "stage": check.stage},
        )
    row.save(update_fields=fields)
