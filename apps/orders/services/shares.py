"""Raising and lowering the share of real parcels that goes live. Every step is a new row."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Merchant, User
from apps.core.actions import Actor, record_action
from apps.core.locks import lock_keys
from apps.core.text import clean_line
from apps.orders.errors import NotAllowedNow
from apps.orders.models import LiveShare
from apps.orders.route_selectors import current_shares
from apps.orders.routing import STEPS, Share, next_step, share_for
from apps.shipments.carriers import find_carrier


def raise_share(
    *,
    percent: int,
    note: str,
    actor: Actor,
    merchant: Merchant | None = None,
    carrier: str = "",
    raised_by: User | None = None,
) -> LiveShare:
    """Raise the live share of a place (merchant and carrier, or all) to the next step.

    Steps are 1, 5, 10, 25, 50 and 100 percent; what counts for the place now is where it starts
    from. Orders that came in before stay on the route they were given. Raises NotAllowedNow
    without a note, for another step than the next, for a test merchant or an unknown carrier.
    """
    with transaction.atomic():
        before = _locked(merchant, carrier)
        if percent != next_step(before.percent):
            raise NotAllowedNow(
                _("The share stands at %(now)d %%; the next step is %(next)s %%.")
                % {"now": before.percent, "next": next_step(before.percent) or "–"},
                code="not_the_next_step",
            )
        after = replace(before, percent=percent)
        return _write("raised", (before, after), note=note, actor=actor, raised_by=raised_by)


def lower_share(
    *,
    percent: int,
    note: str,
    actor: Actor,
    merchant: Merchant | None = None,
    carrier: str = "",
    raised_by: User | None = None,
) -> LiveShare:
    """Lower the live share of a place to any smaller step, 0 included.

    Parcels that are live already stay live. Raises NotAllowedNow like `raise_share`.
    """
    with transaction.atomic():
        before = _locked(merchant, carrier)
        if percent not in STEPS or percent >= before.percent:
            raise NotAllowedNow(
                _("The share stands at %(now)d %%; choose a smaller step.")
                % {"now": before.percent},
                code="not_a_lower_step",
            )
        after = replace(before, percent=percent)
        return _write("lowered", (before, after), note=note, actor=actor, raised_by=raised_by)


def set_shadow(
    *,
    shadow: bool,
    note: str,
    actor: Actor,
    merchant: Merchant | None = None,
    carrier: str = "",
    raised_by: User | None = None,
) -> LiveShare:
    """Ask the platform for prices of a place's manual parcels, or stop; the share stays.

    Raises NotAllowedNow like `raise_share`.
    """
    with transaction.atomic():
        before = _locked(merchant, carrier)
        after = replace(before, shadow=shadow)
        return _write("shadow", (before, after), note=note, actor=actor, raised_by=raised_by)


def _locked(merchant: Merchant | None, carrier: str) -> Share:
    """What counts for a place now, under a lock no second change gets past."""
    if merchant is not None and merchant.is_test:
        raise NotAllowedNow(_("A test merchant never goes live."), code="test_merchant")
    if carrier and find_carrier(carrier) is None:
        raise NotAllowedNow(_("There is no carrier of this code."), code="unknown_carrier")
    lock_keys("orders.live_share", ["all"])
    merchant_id = merchant.pk if merchant else None
    found = share_for(current_shares(), merchant_id=merchant_id, carrier=carrier)
    return replace(found, merchant_id=merchant_id, carrier=carrier)


def _write(
    step: str, change: tuple[Share, Share], *, note: str, actor: Actor, raised_by: User | None
) -> LiveShare:
    before, after = change
    why = clean_line(note).value[:300]
    if not why:
        raise NotAllowedNow(_("Say why in a note."), code="note_required")
    row = LiveShare.objects.create(
        merchant_id=after.merchant_id,
        carrier=after.carrier,
        percent=after.percent,
        shadow=after.shadow,
        note=why,
        raised_by=raised_by,
    )
    record_action(
        action=f"orders.live_share.{step}",
        actor=actor,
        subject=row,
        merchant_id=after.merchant_id,
        before={"percent": before.percent, "shadow": before.shadow},
        after={"percent": after.percent, "shadow": after.shadow, "carrier": after.carrier},
        note=why,
    )
    return row
