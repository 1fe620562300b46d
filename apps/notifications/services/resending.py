"""Sending again what was given up."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.notifications.choices import DeliveryState
from apps.notifications.errors import NothingToSend
from apps.notifications.models import Delivery
from apps.notifications.models.delivery import TOLD_STATES, WAITING


def send_again(*, delivery_id: int, actor: Actor) -> Delivery:
    """Let a delivery that was given up or dropped wait again, from the first attempt.

    Raises NothingToSend where it waits or was told, or its channel is off.
    """
    with transaction.atomic():
        rows = Delivery.objects.select_for_update(of=("self",))
        delivery = rows.select_related("robot", "mail_target").get(pk=delivery_id)
        if delivery.state in {WAITING, *TOLD_STATES}:
            raise NothingToSend(_("This is on its way or was sent already."))
        if not delivery.channel.is_active:
            raise NothingToSend(_("Its channel is switched off."))
        before = DeliveryState(delivery.state)
        delivery.state, delivery.attempts, delivery.refused = WAITING, 0, 0
        delivery.next_at, delivery.why = clock.real_now(), ""
        delivery.save(update_fields=["state", "attempts", "refused", "next_at", "why"])
        record_action(
            action="notifications.delivery.queued_again",
            actor=actor,
            subject=delivery,
            before={"state": before.value},
            after={"state": delivery.state},
        )
    return delivery
