"""The rules of hand-overs that operators keep; the action log keeps their history."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core.actions import Actor, record_action
from apps.shipments.errors import LegRefused
from apps.shipments.models import CarrierHandover

SAID = (
    "carrier", "country", "number_pattern", "partner", "kind", "trigger", "keeps_number",
    "priority", "is_active",
)  # fmt: skip


def save_hand_over(*, rule: CarrierHandover, actor: Actor) -> CarrierHandover:
    """Store a rule, new or changed; it holds for reports that come from now on.

    Raises LegRefused for a rule that is not whole or that another active one contradicts.
    """
    rule.carrier, rule.partner = rule.carrier.strip().lower(), rule.partner.strip().lower()
    rule.country, rule.number_pattern = rule.country.strip().upper(), rule.number_pattern.upper()
    there = CarrierHandover.objects.filter(pk=rule.pk).first() if rule.pk else None
    try:
        rule.full_clean()
        with transaction.atomic():
            rule.save()
            record_action(
                action="shipments.hand_over.saved",
                actor=actor,
                subject=rule,
                before=_said(there) if there else None,
                after=_said(rule),
                note=rule.note,
            )
    except (ValidationError, IntegrityError) as error:
        raise LegRefused(_("This rule cannot stand: %(why)s") % {"why": _why(error)}) from error
    return rule


def _said(rule: CarrierHandover) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in SAID}


def _why(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else _("it is there")
