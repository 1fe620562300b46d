"""What the floor above has not yet looked at, and its word that it has."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Prefetch

from apps.customs.models import Consignment, Declaration


class Unheard(NamedTuple):
    """A consignment with news: its id and its shipment's."""

    consignment_id: int
    shipment_id: int


def unheard_news(*, limit: int = 500) -> list[Unheard]:
    """Return consignments with news, oldest first; nothing is locked yet."""
    rows = Consignment.objects.filter(unheard=True).order_by("id")
    return [Unheard(*row) for row in rows.values_list("pk", "shipment_id")[:limit]]


def lock_news(consignment_ids: Collection[int]) -> list[Consignment]:
    """Lock consignments that still have news, with their declarations, in the order of ids.

    Orders, bookings and shipments are locked before. What changes after this has to wait.
    """
    rows = Consignment.objects.select_for_update(no_key=True, of=("self",))
    borders = Prefetch("declarations", queryset=Declaration.objects.order_by("pk"))
    rows = rows.filter(pk__in=consignment_ids, unheard=True).select_related("shipment")
    return list(rows.order_by("pk").prefetch_related(borders))


def mark_heard(
    consignments: Iterable[Consignment],
    *,
    told: Iterable[Declaration],
    told_held: Iterable[Consignment] = (),
) -> None:
    """Note in the same transaction that these were looked at and which states were told."""
    Consignment.objects.filter(pk__in=[row.pk for row in consignments]).update(unheard=False)
    rows = list(told)
    for row in rows:
        row.told_state = row.state
    Declaration.objects.bulk_update(rows, ["told_state"])
    Consignment.objects.bulk_update(list(told_held), ["held_told"])
