"""Which parcel a customer means, and what is copied from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from apps.accounts.choices import KeyMode
from apps.orders.models import Parcel
from apps.shipments.choices import ShipmentMode
from apps.shipments.models import Shipment
from apps.shipments.track_selectors import shipments_by_reference

HOME = "CN"
ORDER_PREFIX = "ord_"
MODES: dict[str, tuple[str, ...]] = {
    KeyMode.LIVE.value: (ShipmentMode.LIVE.value, ShipmentMode.MANUAL.value),
    KeyMode.SANDBOX.value: (ShipmentMode.SANDBOX.value,),
}
"""Which shipments a caller in a mode may mean."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a contact or an answer keeps of the parcel it is about; lanes as rules see them."""

    merchant_id: int
    shipment_id: int | None
    carrier: str
    lane_from: str
    lane_to: str
    mode: str
    uid: str = ""


def link_references(
    *, merchant_id: int, references: Collection[str], mode: str
) -> dict[str, Linked]:
    """Return the newest shipment each reference of a merchant means, those without left out.

    A reference is our id of a shipment or an order, an order number, or a carrier's number of
    any leg. What is another merchant's, or of another mode, is not found.
    """
    wanted = {reference for reference in references if reference and "\x00" not in reference}
    found = shipments_by_reference(
        merchant_id=merchant_id, references=wanted, modes=MODES.get(mode)
    )
    ids = {reference: pk for reference, (pk, _created) in found.items()}
    ids |= _by_order(merchant_id, wanted - ids.keys(), mode)
    links = link_shipments(ids.values())
    return {reference: links[pk] for reference, pk in ids.items()}


def link_shipments(shipment_ids: Iterable[int]) -> dict[int, Linked]:
    """Return what is copied of each shipment, in one query."""
    rows = Shipment.objects.filter(pk__in=set(shipment_ids))
    return {row.pk: linked_to(row) for row in rows}


def linked_to(shipment: Shipment) -> Linked:
    """Return what is copied of a shipment."""
    country = shipment.destination_country or HOME
    home = country == HOME
    is_sandbox = shipment.mode == ShipmentMode.SANDBOX.value
    return Linked(
        merchant_id=shipment.merchant_id,
        shipment_id=shipment.pk,
        carrier=shipment.carrier,
        lane_from=shipment.origin_code[:2],
        lane_to=shipment.destination_code[:2] if home else country,
        mode=(KeyMode.SANDBOX if is_sandbox else KeyMode.LIVE).value,
        uid=shipment.uid,
    )


def unlinked(merchant_id: int, mode: str) -> Linked:
    """Return what is kept where no parcel was found."""
    return Linked(merchant_id, None, "", "", "", mode)


def _by_order(merchant_id: int, references: Collection[str], mode: str) -> dict[str, int]:
    uids = [reference for reference in references if reference.startswith(ORDER_PREFIX)]
    if not uids:
        return {}
    rows = Parcel.objects.filter(order__merchant_id=merchant_id, order__uid__in=uids)
    rows = rows.filter(shipment__mode__in=MODES[mode]).order_by("shipment_id")
    return dict(rows.values_list("order__uid", "shipment_id"))
