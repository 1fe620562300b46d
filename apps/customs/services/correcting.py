"""People write into a record: what is missing is supplied, what is wrong corrected.

Each writing is a version; the one before stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.text import clean_line
from apps.customs.amending import InvalidChange, amend
from apps.customs.choices import StepSource
from apps.customs.errors import CannotChange, NotAllowedNow, ReasonNeeded, VersionChanged
from apps.customs.models import Consignment, Declaration
from apps.customs.moves import is_ended
from apps.customs.personal import may_be_logged
from apps.customs.record import from_json
from apps.customs.record_paths import differences
from apps.customs.selectors import current_version
from apps.customs.services.rewriting import drafted_again, lock_consignment, rewrite, with_waybill
from apps.customs.services.storing import Drafted, keep_snapshot, who
from apps.customs.services.working import add_work
from apps.customs.snapshot import ParcelSnapshot


def correct_record(
    *,
    consignment: Consignment,
    changes: Mapping[str, Any],
    actor: Actor,
    reason: str,
    seconds: int = 0,
    expected_version: int | None = None,
) -> Drafted:
    """Write values into a record by path (`record_paths`), as a new version, with the reason.

    ``seconds`` are a person's work on it (at most a quarter of an hour counts). Raises
    ReasonNeeded, CannotChange with every problem, VersionChanged, NotAllowedNow once every
    declaration has ended.
    """
    why = clean_line(reason).value
    if not why:
        raise ReasonNeeded
    return _write(
        consignment, changes, actor, reason=why, seconds=seconds, expected=expected_version
    )


def supply_missing(
    *,
    consignment: Consignment,
    changes: Mapping[str, Any],
    actor: Actor,
    seconds: int = 0,
    expected_version: int | None = None,
) -> Drafted:
    """Write what was missing; raises as `correct_record` does, and needs no reason."""
    return _write(consignment, changes, actor, seconds=seconds, expected=expected_version)


def redraft_consignment(
    *,
    consignment: Consignment,
    actor: Actor,
    snapshot: ParcelSnapshot | None = None,
    reason: str = "",
) -> Drafted:
    """Draft a parcel again: the order changed (``snapshot``), or what is known of its products.

    What people wrote stays. Joins the caller's transaction. Declarations of borders it does not
    cross any more are not needed any more.
    """
    with transaction.atomic():
        row = lock_consignment(consignment.pk)
        if snapshot is not None:
            keep_snapshot(row, snapshot)
        record = drafted_again(row)
        return rewrite(row, record, source=StepSource.PORTAL, actor=actor, reason=reason)


def source_of(actor: Actor) -> StepSource:
    """Return whether somebody writes for a shop, for us, or is a part of the portal."""
    if actor.kind == "api_key":
        return StepSource.STOREFRONT
    if actor.kind != "user":
        return StepSource.PORTAL
    user = get_user_model().objects.filter(pk=actor.id).first()
    is_shop = user is not None and merchant_of(user) is not None
    return StepSource.STOREFRONT if is_shop else StepSource.PERSON


def _write(
    consignment: Consignment,
    changes: Mapping[str, Any],
    actor: Actor,
    *,
    reason: str = "",
    seconds: int = 0,
    expected: int | None = None,
) -> Drafted:
    source = source_of(actor)
    with transaction.atomic():
        row = lock_consignment(consignment.pk)
        if expected is not None and expected != row.record_version:
            raise VersionChanged
        _check_open(row)
        before = from_json(current_version(row).record)
        try:
            record = amend(before, changes, source=source, who=who(actor), at=clock.now())
        except InvalidChange as error:
            raise CannotChange(error.problems) from error
        drafted = rewrite(row, with_waybill(record, row), source=source, actor=actor, reason=reason)
        add_work(drafted.declarations, seconds=seconds, actor=actor, words=reason)
        changed = differences(before, drafted.record)
        if changed:
            record_action(
                action="customs.record.corrected" if reason else "customs.record.supplied",
                actor=actor,
                subject=row,
                merchant_id=row.merchant_id,
                before=may_be_logged({path: old for path, (old, _new) in changed.items()}),
                after=may_be_logged({path: new for path, (_old, new) in changed.items()}),
                note=reason[:300],
            )
    return drafted


def _check_open(row: Consignment) -> None:
    states = Declaration.objects.filter(consignment=row).values_list("state", flat=True)
    if states and all(is_ended(state) for state in states):
        raise NotAllowedNow(_("Every declaration of this parcel has ended."))
