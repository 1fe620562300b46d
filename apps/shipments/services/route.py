"""Which way a shipment goes, while nothing was sent for it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.shipments.choices import ShipmentMode
from apps.shipments.errors import ShipmentClosed
from apps.shipments.models import Shipment


def take_manual_route(*, shipment_id: int) -> Shipment:
    """Make a live shipment a manual one: somebody else booked it, we only track.

    A sandbox shipment stays in the sandbox; a manual one stays as it is. The caller has made sure
    that the platform has no booking of it. Raises ShipmentClosed.
    """
    with transaction.atomic():
        shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment_id)
        if shipment.closed_at is not None:
            raise ShipmentClosed(_("This shipment has ended; it takes no number any more."))
        if shipment.mode == ShipmentMode.LIVE.value:
            shipment.mode = ShipmentMode.MANUAL.value
            shipment.save(update_fields=["mode"])
    return shipment
