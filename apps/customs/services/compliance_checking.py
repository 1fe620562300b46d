"""Checks of consignments against the rules that bind: on order, on change, at each stage."""

from __future__ import annotations

from django.db import transaction

from apps.core.actions import Actor
from apps.customs.choices import CheckCause, RuleStage
from apps.customs.compliance_basis import Basis, read_basis
from apps.customs.errors import VersionChanged
from apps.customs.models import ComplianceCheck, Consignment
from apps.customs.record import Record
from apps.customs.selectors import current_record
from apps.customs.services.compliance_storing import STAGES, check_locked, newest_check
from apps.customs.services.rewriting import lock_consignment


def check_consignment(
    *,
    consignment: Consignment,
    record: Record,
    record_version: int,
    stage: RuleStage,
    cause: CheckCause,
    actor: Actor,
) -> ComplianceCheck:
    """Check a consignment and keep what came of it; joins the caller's transaction.

    The consignment is locked, rules are read after that: no version comes between. Raises
    VersionChanged where ``record_version`` does not count any more. Without any rule that ever
    bound the check is not stored (``pk`` None).
    """
    with transaction.atomic():
        row = lock_consignment(consignment.pk)
        if row.record_version != record_version:
            raise VersionChanged
        return check_locked(row, record, stage=stage, cause=cause, actor=actor)


def enter_stage(*, shipment_id: int, stage: RuleStage, actor: Actor) -> Consignment | None:
    """Have a parcel checked for its next stage; returns its consignment, locked, None if none.

    A check that stands, made by what binds now for this stage and this version, is not repeated;
    what has left is asked only when it is declared. Joins the caller's transaction;
    ``held_by_rules`` of what is returned says whether it may go on.
    """
    with transaction.atomic():
        found = Consignment.objects.filter(shipment_id=shipment_id).values_list("pk", flat=True)
        if (pk := found.first()) is None:
            return None
        row = lock_consignment(pk)
        basis = read_basis()
        if stage is RuleStage.DECLARE if row.has_left else not _stands(row, stage, basis):
            record = current_record(row)
            check_locked(row, record, stage=stage, cause=CheckCause.STAGE, actor=actor, basis=basis)
        return row


def _stands(row: Consignment, stage: RuleStage, basis: Basis) -> bool:
    if row.checked_key != basis.key:
        return False
    last = newest_check(row.pk)
    if last is None:
        return not basis.key
    reached = STAGES.index(last.stage) >= STAGES.index(stage.value)
    return reached and last.record_version == row.record_version
