"""A person lets a consignment go in spite of a rule: with role and reason, counted, reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.counters import count
from apps.core.text import clean_line
from apps.customs.choices import HOLDING_ACTIONS, CheckCause, RuleAction, RuleStage
from apps.customs.errors import NotAllowedNow, ReasonNeeded, VersionChanged
from apps.customs.models import ComplianceCheck, ComplianceFinding, Consignment, FindingOverride
from apps.customs.selectors import current_record
from apps.customs.services.compliance_storing import check_locked, newest_check
from apps.customs.services.rewriting import lock_consignment
from apps.customs.services.storing import who

MAY_LET_GO: dict[str, frozenset[str]] = {
    RuleAction.BLOCK.value: frozenset({Role.MANAGER.value}),
    **{
        action: frozenset({Role.MANAGER.value, Role.OPERATOR.value})
        for action in HOLDING_ACTIONS - {RuleAction.BLOCK.value}
    },
}
"""Who may let go of what a rule does: what it stops only a manager, the rest staff as well."""


def acting_role(user: Any) -> str:
    """Return the strongest role of a person that lets anything go, "" without one."""
    roles = {role.value for role in user.roles}
    strongest = (Role.MANAGER.value, Role.OPERATOR.value)
    return next((role for role in strongest if role in roles), "")


def override_finding(
    *,
    consignment: Consignment,
    rule_key: str,
    reason: str,
    actor: Actor,
    role: str,
    expected_check: int | None = None,
) -> ComplianceCheck:
    """Let a consignment go in spite of a rule; returns the check made with that.

    It holds for what the rule says now and the goods it fired on: either changes, it ends. Whether
    somebody has the role is the caller's to check (permission ``customs.override_finding``).
    Raises ReasonNeeded; NotAllowedNow where that rule holds nothing, is decided elsewhere, or the
    role does not suffice; VersionChanged where ``expected_check`` is not the latest, or the rule
    says something else by now.
    """
    why = _reason(reason)
    with transaction.atomic():
        row = lock_consignment(consignment.pk)
        last = newest_check(row.pk)
        if last is None or expected_check not in (None, last.pk):
            raise VersionChanged
        found = list(last.findings.filter(rule_key=rule_key, is_overridden=False))
        _check_may([one for one in found if one.action in HOLDING_ACTIONS], role)
        override = FindingOverride.objects.create(
            consignment=row,
            rule_key=rule_key,
            rule_digest=found[0].evidence["digest"],
            reason=why,
            by=who(actor),
            role=role,
            at=clock.now(),
        )
        check = _check_again(row, last, actor)
        if FindingOverride.objects.filter(pk=override.pk, withdrawn_at__isnull=False).exists():
            raise VersionChanged
        count("customs.override", rule_key)
        _log("customs.compliance.overridden", override, actor, why)
    return check


def withdraw_finding_override(
    *, override: FindingOverride, reason: str, actor: Actor
) -> FindingOverride:
    """Take an override back: the rule holds again what has not left. Raises ReasonNeeded,
    NotAllowedNow where it ended before."""
    why = _reason(reason)
    with transaction.atomic():
        row, locked = _lock(override)
        _end(row, locked, actor)
        _log("customs.compliance.override_withdrawn", locked, actor, why)
    return locked


def review_override(
    *, override: FindingOverride, agrees: bool, actor: Actor, note: str = ""
) -> FindingOverride:
    """Note that somebody else looked at an override; who does not agree ends it and says why.

    Permission ``customs.review_override`` is the caller's to check. Raises ReasonNeeded,
    NotAllowedNow for the same person and for what was reviewed before.
    """
    said = clean_line(note).value[:300] if agrees else _reason(note)
    with transaction.atomic():
        row, locked = _lock(override)
        if locked.reviewed_at is not None:
            raise NotAllowedNow(_("This was reviewed before."))
        if locked.by == who(actor):
            raise NotAllowedNow(_("Somebody else reviews what you let go."), code="same_person")
        locked.reviewed_at, locked.reviewed_by = clock.now(), who(actor)
        locked.review_note = said
        locked.save(update_fields=["reviewed_at", "reviewed_by", "review_note"])
        if not agrees and locked.withdrawn_at is None:
            _end(row, locked, actor)
        action = "confirmed" if agrees else "refused"
        _log(f"customs.compliance.override_{action}", locked, actor, said)
    return locked


def _reason(text: str) -> str:
    why = clean_line(text).value[:300]
    if not why:
        raise ReasonNeeded
    return why


def _check_may(found: Iterable[ComplianceFinding], role: str) -> None:
    holding = list(found)
    if not holding:
        raise NotAllowedNow(_("No rule of this name holds the parcel."), code="holds_nothing")
    if any(one.evidence.get("final") for one in holding):
        raise NotAllowedNow(_("This is decided where it was found."), code="decided_elsewhere")
    if any(role not in MAY_LET_GO[one.evidence["said"]["action"]] for one in holding):
        raise NotAllowedNow(_("Only a manager lets go what a rule stops."), code="role_too_low")


def _lock(override: FindingOverride) -> tuple[Consignment, FindingOverride]:
    row = lock_consignment(override.consignment_id)
    return row, FindingOverride.objects.select_for_update(no_key=True).get(pk=override.pk)


def _end(row: Consignment, override: FindingOverride, actor: Actor) -> None:
    if override.withdrawn_at is not None:
        raise NotAllowedNow(_("This override has ended."))
    override.withdrawn_at = clock.now()
    override.save(update_fields=["withdrawn_at"])
    last = newest_check(row.pk)
    if last is not None and not row.has_left:
        _check_again(row, last, actor)


def _check_again(row: Consignment, last: ComplianceCheck, actor: Actor) -> ComplianceCheck:
    return check_locked(
        row,
        current_record(row),
        stage=RuleStage(last.stage),
        cause=CheckCause.OVERRIDE,
        actor=actor,
    )


def _log(action: str, override: FindingOverride, actor: Actor, note: str) -> None:
    record_action(
        action=action,
        actor=actor,
        subject=override,
        merchant_id=override.consignment.merchant_id,
        after={"rule": override.rule_key, "role": override.role},
        note=note,
    )
