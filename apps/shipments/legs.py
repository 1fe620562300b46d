"""The chain of a shipment's legs: their order, what a word on each means, when each handed over.

Pure. A leg is *linked* when something else than our own booking says that it belongs to the
shipment. The order of arrival plays no part: which legs there are follows from the set of what
was said, and everything here from the legs and their events.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from apps.shipments.choices import LegKind, LinkSource, ShipmentStatus
from apps.shipments.status import MOVEMENT, Role
from apps.shipments.zones import CHINA, stand_in_zone

BOOKED = LinkSource.BOOKED.value
RETURN = LegKind.RETURN.value
LAST_MILE = LegKind.LAST_MILE.value
RANK = {kind.value: rank for rank, kind in enumerate(LegKind)}
"""Where a kind stands on the way."""
STRENGTH = {
    LinkSource.CARRIER_RULE.value: 1,
    LinkSource.EXPLICIT.value: 2,
    LinkSource.DESTINATION_RESULT.value: 3,
    LinkSource.OPERATOR.value: 4,
    BOOKED: 5,
}
"""Who is believed about a leg's carrier when several know of it."""
DELIVERED = ShipmentStatus.DELIVERED.value
_SIGNS = MOVEMENT | {DELIVERED}
_NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


class LegLike(Protocol):
    """What is read of a leg."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def link_source(self) -> str: ...
    @property
    def unlinked_at(self) -> dt.datetime | None: ...


class Numbered(LegLike, Protocol):
    """A leg with its carrier and number."""

    @property
    def carrier(self) -> str: ...
    @property
    def number(self) -> str: ...


Chained = TypeVar("Chained", bound=Numbered)


class Sign(NamedTuple):
    """What a leg's event says of the hand-over."""

    leg_id: int
    occurred_at: dt.datetime
    status: str
    omitted: bool = False


class Part(NamedTuple):
    """What a word on a leg means: its role, and how many hand-overs came before the leg."""

    role: int
    place: int


def parts_of(legs: Sequence[LegLike]) -> dict[int, Part]:
    """Return what each leg counts for; ``legs`` in their order, unlinked ones count for nothing.

    The last forward leg's signature is the recipient's. ``place`` counts the borders between legs
    of which at least one is linked: a parcel that was booked again was not handed over.
    """
    counting = [leg for leg in legs if leg.unlinked_at is None]
    forward = [leg for leg in counting if leg.kind != RETURN]
    parts = {leg.id: Part(Role.RETURN.value, 0) for leg in counting if leg.kind == RETURN}
    place = 0
    for index, leg in enumerate(forward):
        if index and (_is_linked(leg) or _is_linked(forward[index - 1])):
            place += 1
        role = Role.FINAL if leg is forward[-1] else Role.THROUGH
        parts[leg.id] = Part(role.value, place)
    return parts


def position_for(legs: Sequence[LegLike], *, base: LegLike, kind: str) -> int:
    """Return the index at which a new leg of a kind stands in ``legs``.

    After its base and what is linked there already and comes no later on the way; before it for a
    kind that comes before the base's own.
    """
    index = next(number for number, leg in enumerate(legs) if leg.id == base.id)
    if RANK[kind] < RANK[base.kind]:
        while index and _is_linked(legs[index - 1]) and RANK[legs[index - 1].kind] > RANK[kind]:
            index -= 1
        return index
    index += 1
    while index < len(legs) and _is_linked(legs[index]) and RANK[legs[index].kind] <= RANK[kind]:
        index += 1
    return index


def order_of(legs: Sequence[Chained], began: Mapping[int, dt.datetime]) -> list[Chained]:
    """Return the legs in their order: neighbours of one kind that are linked by their first event.

    ``began`` holds the first event of each leg that has any. What has none comes last; among
    equals carrier and number decide, so that the order does not depend on who was told first.
    """
    ordered: list[Chained] = []
    run: list[Chained] = []
    for leg in legs:
        if run and (not _is_linked(leg) or leg.kind != run[0].kind):
            ordered += _sorted(run, began)
            run = []
        if _is_linked(leg):
            run.append(leg)
        else:
            ordered.append(leg)
    return ordered + _sorted(run, began)


def hand_overs(legs: Sequence[LegLike], signs: Iterable[Sign]) -> dict[int, dt.datetime | None]:
    """Return when each leg gave the parcel away, None for one that has it still.

    That is the first sign of life of any leg after it, else its own first signature.
    """
    forward = [leg for leg in legs if leg.kind != RETURN and leg.unlinked_at is None]
    first: dict[int, dt.datetime] = {}
    signed: dict[int, dt.datetime] = {}
    for sign in signs:
        if sign.omitted or sign.status not in _SIGNS:
            continue
        for known in (first, signed) if sign.status == DELIVERED else (first,):
            if sign.leg_id not in known or sign.occurred_at < known[sign.leg_id]:
                known[sign.leg_id] = sign.occurred_at
    found: dict[int, dt.datetime | None] = {leg.id: None for leg in legs}
    after: dt.datetime | None = None
    for leg in reversed(forward):
        if leg is not forward[-1]:
            found[leg.id] = after if after is not None else signed.get(leg.id)
        if leg.id in first:
            after = first[leg.id] if after is None else min(after, first[leg.id])
    return found


def zone_abroad(*, carrier_country: str, destination_country: str) -> str:
    """Return the zone that stands in for unknown places of a leg abroad."""
    country = destination_country if destination_country not in {"", "CN"} else carrier_country
    return stand_in_zone(country) or CHINA


def _is_linked(leg: LegLike) -> bool:
    return leg.link_source != BOOKED


def _sorted(run: Sequence[Chained], began: Mapping[int, dt.datetime]) -> list[Chained]:
    return sorted(run, key=lambda leg: (began.get(leg.id, _NEVER), leg.carrier, leg.number, leg.id))
