"""Where a shipment goes, while no carrier has it."""

from __future__ import annotations

from django.db import transaction

from apps.shipments.models import Shipment
from apps.shipments.services.estimating import requeue_estimate


def change_destination(
    *, shipment_id: int, destination_code: str, destination_country: str, phone_tail: str
) -> None:
    """Store a corrected destination (12-digit division code, ISO-2 country, phone ending).

    The caller has made sure that no carrier has the parcel; no change row is written, since
    nothing that readers follow has changed.
    """
    with transaction.atomic():
        shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment_id)
        shipment.destination_code = destination_code
        shipment.destination_country = destination_country.upper() or "CN"
        shipment.phone_tail = phone_tail[-4:]
        shipment.save(update_fields=["destination_code", "destination_country", "phone_tail"])
        requeue_estimate(shipment=shipment)
