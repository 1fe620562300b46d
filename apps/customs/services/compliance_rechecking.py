"""What has not left is checked again when rules, lists or figures change, and every day."""

from __future__ import annotations

import time

import structlog
from django.db import transaction

from apps.core.actions import Actor
from apps.core.locks import try_lock
from apps.customs.choices import CheckCause, RuleStage
from apps.customs.compliance.binding import day_at
from apps.customs.compliance_basis import Basis, read_basis
from apps.customs.compliance_selectors import due_for_check
from apps.customs.models import ComplianceCheck
from apps.customs.selectors import current_record
from apps.customs.services.compliance_storing import (
    check_locked,
    lists_of,
    newest_check,
)
from apps.customs.services.rewriting import lock_consignment
from apps.shipments.zones import CHINA

log = structlog.get_logger(__name__)
RULES = Actor.system("rules")
ROUND_SECONDS = 5.0


def recheck_due(*, limit: int = 500) -> int:
    """Check what was last checked by something else than what binds now; returns how many.

    Each is a transaction of its own and is chosen by its mark, so a crash repeats none that is
    done and loses none. No check is begun after ``ROUND_SECONDS``; a second caller does nothing.
    One that fails is told in the log and tried again with the next round, it stops no other.
    """
    done = 0
    until = time.monotonic() + ROUND_SECONDS
    with try_lock("customs.recheck_due") as held:
        ids = due_for_check(read_basis().key, limit=limit) if held else []
        for pk in ids:
            if time.monotonic() > until:
                break
            try:
                done += _check_again(pk)
            except Exception:
                log.exception("check failed", consignment=pk)
    return done


def _check_again(consignment_id: int) -> bool:
    with transaction.atomic():
        row = lock_consignment(consignment_id)
        basis = read_basis()
        if row.has_left or row.checked_key == basis.key:
            return False
        cause = _cause(newest_check(row.pk), basis)
        check_locked(
            row,
            current_record(row),
            stage=RuleStage.ORDER,
            cause=cause,
            actor=RULES,
            basis=basis,
        )
    return True


def _cause(last: ComplianceCheck | None, basis: Basis) -> CheckCause:
    """Return why it is due: figures of the law that change within a day count as its rules."""
    if last is None or last.versions != dict(basis.live.versions):
        return CheckCause.RULES
    if last.lists != lists_of(basis):
        return CheckCause.LISTS
    same_day = day_at(CHINA, last.at) == day_at(CHINA, basis.at)
    return CheckCause.RULES if same_day else CheckCause.DAILY
