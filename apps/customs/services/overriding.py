"""A manager lets an incomplete consignment go: with a name and a reason that stay."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.text import clean_line
from apps.customs.errors import NotAllowedNow, ReasonNeeded
from apps.customs.models import Consignment
from apps.customs.services.moving import note_news
from apps.customs.services.rewriting import lock_consignment
from apps.customs.services.storing import who


def override_incomplete(*, consignment: Consignment, reason: str, actor: Actor) -> Consignment:
    """Let an incomplete consignment be booked. Raises ReasonNeeded, NotAllowedNow.

    Who may do so is the caller's to check (permission ``customs.override_incomplete``).
    """
    why = clean_line(reason).value[:300]
    if not why:
        raise ReasonNeeded
    with transaction.atomic():
        row = lock_consignment(consignment.pk)
        if row.is_complete or row.overridden_at is not None:
            raise NotAllowedNow(_("Nothing holds this parcel back."))
        row.overridden_at, row.overridden_by = clock.now(), who(actor)
        row.override_reason = why
        row.save(update_fields=["overridden_at", "overridden_by", "override_reason"])
        _tell(row, actor, "customs.consignment.let_go", why)
    return row


def withdraw_override(*, consignment: Consignment, reason: str, actor: Actor) -> Consignment:
    """Take back that an incomplete consignment may go; what is booked stays booked."""
    why = clean_line(reason).value[:300]
    if not why:
        raise ReasonNeeded
    with transaction.atomic():
        row = lock_consignment(consignment.pk)
        if row.overridden_at is None:
            raise NotAllowedNow(_("Nobody let this parcel go."))
        row.overridden_at, row.overridden_by, row.override_reason = None, "", ""
        row.save(update_fields=["overridden_at", "overridden_by", "override_reason"])
        _tell(row, actor, "customs.consignment.let_go_withdrawn", why)
    return row


def _tell(row: Consignment, actor: Actor, action: str, why: str) -> None:
    note_news(row)
    record_action(
        action=action, actor=actor, subject=row, merchant_id=row.merchant_id,
        after={"missing": sum(one.missing for one in row.declarations.all())}, note=why,
    )  # fmt: skip
