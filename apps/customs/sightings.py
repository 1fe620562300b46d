"""What tracking says about a parcel at customs, read from its events. Pure.

The platform's states 10–13 are the substatuses of "customs" (pending, processing, cleared, held);
8 is customs without one. Which border an event is about follows from its leg, else from its words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from apps.customs.choices import DeclarationState, Direction
from apps.shipments.choices import LegKind, ShipmentStatus, Substatus

EXPORT_LEGS = frozenset(
    {LegKind.DOMESTIC.value, LegKind.ORIGIN_HUB.value, LegKind.EXPORT_CUSTOMS.value}
)
IMPORT_LEGS = frozenset(
    {LegKind.IMPORT_CUSTOMS.value, LegKind.DESTINATION_HUB.value, LegKind.LAST_MILE.value}
)
ARRIVED = frozenset(
    {
        ShipmentStatus.OUT_FOR_DELIVERY.value,
        ShipmentStatus.READY_FOR_PICKUP.value,
        ShipmentStatus.DELIVERED.value,
        ShipmentStatus.ATTEMPT_FAILED.value,
    }
)
TURNED_BACK = frozenset({ShipmentStatus.RETURNING.value, ShipmentStatus.RETURNED.value})
_STATES = {
    Substatus.CUSTOMS_PENDING.value: DeclarationState.SUBMITTED,
    Substatus.CUSTOMS_PROCESSING.value: DeclarationState.PROCESSING,
    Substatus.CUSTOMS_CLEARED.value: DeclarationState.RELEASED,
    Substatus.CUSTOMS_HELD.value: DeclarationState.HELD,
    "": DeclarationState.PROCESSING,
}
_OUT = re.compile(r"出口|出境|export|outward", re.IGNORECASE)
_ASKS = re.compile(
    r"补充|资料|材料|提供|核实身份|税号|个人信息|缴税|information|document|papers|contact|"
    r"provide|invoice|tax id|payment of",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"拒绝入境|禁止进口|没收|销毁|refused|seized|destroyed|prohibited", re.I)


@dataclass(frozen=True, slots=True)
class TrackEvent:
    """One event of a track: when, what it means to us, on which kind of leg, in which words."""

    at: dt.datetime
    status: str
    substatus: str
    leg_kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """What tracking says about one side of the journey; ``words`` are the carrier's."""

    direction: Direction
    state: DeclarationState
    at: dt.datetime
    words: str


def sightings_of(events: Iterable[TrackEvent]) -> list[Sighting]:
    """Return what a track says about both customs, the earliest first.

    What is at import customs, or being delivered, has been released by the country it left; what
    is being delivered has been released by both. What turns back was turned back at import.
    """
    found: list[Sighting] = []
    for event in sorted(events, key=lambda one: one.at):
        if event.status == ShipmentStatus.CUSTOMS.value:
            side = _side(event)
            if side is Direction.IMPORT:
                found.append(_left(event))
            found.append(Sighting(side, _state(event), event.at, event.text))
        elif event.status in ARRIVED and event.leg_kind not in EXPORT_LEGS:
            found += [_left(event), _came_in(event)]
        elif event.status in TURNED_BACK:
            state = DeclarationState.RETURNED
            found.append(Sighting(Direction.IMPORT, state, event.at, event.text))
    return found


def _side(event: TrackEvent) -> Direction:
    if event.leg_kind in EXPORT_LEGS:
        return Direction.EXPORT
    if event.leg_kind in IMPORT_LEGS or not _OUT.search(event.text):
        return Direction.IMPORT
    return Direction.EXPORT


def _state(event: TrackEvent) -> DeclarationState:
    state = _STATES.get(event.substatus, DeclarationState.PROCESSING)
    if state is not DeclarationState.HELD:
        return state
    if _REFUSED.search(event.text):
        return DeclarationState.REFUSED
    asks = _ASKS.search(event.text)
    return DeclarationState.INFORMATION_REQUIRED if asks else state


def _left(event: TrackEvent) -> Sighting:
    return Sighting(Direction.EXPORT, DeclarationState.RELEASED, event.at, event.text)


def _came_in(event: TrackEvent) -> Sighting:
    return Sighting(Direction.IMPORT, DeclarationState.RELEASED, event.at, event.text)
