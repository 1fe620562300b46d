"""An order that crosses a border: what the shop said is kept, customs drafts, bookings wait."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.core.regions import HOME
from apps.customs.models import Consignment
from apps.customs.selectors import consignments_of
from apps.customs.services import (
    Drafted,
    Facts,
    draft_declarations,
    load_facts,
    redraft_consignment,
)
from apps.orders.choices import HoldReason
from apps.orders.declared import contents_of
from apps.orders.drafts import CustomsDraft, PaymentDraft
from apps.orders.intake import CleanOrder
from apps.orders.models import Order, OrderCustoms, OrderLine, Parcel
from apps.orders.parcel_snapshot import snapshot_of
from apps.shipments.choices import ShipmentMode
from apps.shipments.models import Shipment

BY_CUSTOMS = (HoldReason.DECLARATION.value, HoldReason.COMPLIANCE.value)


@dataclasses.dataclass(frozen=True, slots=True)
class Declaring:
    """What drafting the parcels of one order takes, read once an order."""

    order: Order
    merchant: Merchant
    said: OrderCustoms
    lines: Sequence[OrderLine]
    facts: Facts
    actor: Actor


def begin_declaring(
    *, order: Order, merchant: Merchant, clean: CleanOrder, lines: Sequence[OrderLine], actor: Actor
) -> Declaring | None:
    """Keep what the shop said for customs; None for an order that stays in the country.

    A domestic order pays no query for customs.
    """
    if order.country == HOME:
        return None
    contents = contents_of(clean.parcels, clean.lines)
    said = OrderCustoms.objects.create(
        order=order,
        contents={
            box: [dataclasses.asdict(one) for one in inside] for box, inside in contents.items()
        },
        **_fields(clean.customs or CustomsDraft()),
    )
    facts = load_facts(merchant_id=merchant.pk, skus=[line.sku for line in lines])
    return Declaring(order, merchant, said, lines, facts, actor)


def declare_parcel(declaring: Declaring, parcel: Parcel, shipment: Shipment) -> Drafted:
    """Have a parcel's declarations drafted, in the order's transaction."""
    snapshot = snapshot_of(
        order=declaring.order,
        parcel=parcel,
        shipment=shipment,
        merchant=declaring.merchant,
        lines=declaring.lines,
        said=declaring.said,
    )
    return draft_declarations(
        snapshot=snapshot, shipment=shipment, actor=declaring.actor, facts=declaring.facts
    )


def declare_again(order: Order, *, actor: Actor, reason: str) -> dict[int, Consignment]:
    """Have an order's parcels declared as they stand now; returns consignments by parcel.

    Runs in the caller's transaction with the order, its bookings and shipments locked. An order
    that never crossed a border and does not now pays two queries.
    """
    parcels = list(order.parcels.select_related("shipment").order_by("pk"))
    there = consignments_of([parcel.shipment_id for parcel in parcels])
    if order.country == HOME and not there:
        return {}
    merchant, lines = order.merchant, list(order.lines.order_by("position"))
    said = _said(order, parcels, lines)
    found = {}
    for parcel in parcels:
        snapshot = snapshot_of(
            order=order,
            parcel=parcel,
            shipment=parcel.shipment,
            merchant=merchant,
            lines=lines,
            said=said,
        )
        known = there.get(parcel.shipment_id)
        if known is None:
            drafted = draft_declarations(snapshot=snapshot, shipment=parcel.shipment, actor=actor)
        else:
            drafted = redraft_consignment(
                consignment=known, snapshot=snapshot, actor=actor, reason=reason
            )
        found[parcel.pk] = drafted.consignment
    return found


def waits_for(row: Consignment, route: str) -> list[HoldReason]:
    """Return what of customs a booking waits for: its declaration, the rules, or nothing.

    A manual parcel is declared and checked, not held: somebody else books it.
    """
    if route == ShipmentMode.MANUAL.value:
        return []
    may_go = row.is_complete or row.overridden_at is not None
    reasons = [] if may_go else [HoldReason.DECLARATION]
    return [*reasons, HoldReason.COMPLIANCE] if row.held_by_rules else reasons


def parcel_waits_for(parcel: Parcel) -> list[HoldReason]:
    """Return what of customs a stored parcel waits for; one that stays at home pays no query."""
    shipment = parcel.shipment
    if shipment.destination_country == HOME or shipment.mode == ShipmentMode.MANUAL.value:
        return []
    row = consignments_of([shipment.pk]).get(shipment.pk)
    return waits_for(row, shipment.mode) if row is not None else []


def _said(order: Order, parcels: Sequence[Parcel], lines: Sequence[OrderLine]) -> OrderCustoms:
    """Return what the shop said for customs; of an order that begins to leave, nothing yet."""
    said = OrderCustoms.objects.filter(order=order).first()
    if said is not None:
        return said
    every = [{"line": line.position, "quantity": line.quantity} for line in lines]
    alone = len(parcels) == 1
    contents = {str(parcel.position): every if alone else [] for parcel in parcels}
    return OrderCustoms.objects.create(order=order, contents=contents)


def _fields(draft: CustomsDraft) -> dict[str, Any]:
    values = {name: getattr(draft, name) for name in _PLAIN}
    values["tax_ids"] = [dataclasses.asdict(one) for one in draft.tax_ids]
    values["payment"] = _payment(draft.payment) if draft.payment else None
    return values


def _payment(payment: PaymentDraft) -> dict[str, Any]:
    """Return a receipt as JSON keeps it."""
    data = dataclasses.asdict(payment)
    data["amount"] = None if payment.amount is None else str(payment.amount)
    data["paid_at"] = payment.paid_at.isoformat() if payment.paid_at else None
    return data


_PLAIN = tuple(
    item.name
    for item in dataclasses.fields(CustomsDraft)
    if item.name not in {"tax_ids", "payment"}
)
