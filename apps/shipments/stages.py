"""Which stretch of the way each event of a leg was about, and what looks wrong. Pure.

One carrier's number often covers several stretches: the way to the hub, export customs, the
flight, import customs. Customs' own words say where one ends and the next begins.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from apps.shipments.choices import CustomsPhase, LegFindingCode, LegKind, ShipmentStatus
from apps.shipments.status import MOVEMENT
from apps.shipments.zones import CHINA

DOMESTIC, LINE_HAUL = LegKind.DOMESTIC.value, LegKind.LINE_HAUL.value
EXPORT, IMPORT = LegKind.EXPORT_CUSTOMS.value, LegKind.IMPORT_CUSTOMS.value
HUB, LAST_MILE = LegKind.DESTINATION_HUB.value, LegKind.LAST_MILE.value
RELEASED, NONE = CustomsPhase.RELEASED.value, CustomsPhase.NONE.value
TO_THE_BORDER = frozenset({DOMESTIC, LegKind.ORIGIN_HUB.value, EXPORT})
AT_THE_DOOR = frozenset(
    {ShipmentStatus.OUT_FOR_DELIVERY.value, ShipmentStatus.READY_FOR_PICKUP.value,
     ShipmentStatus.ATTEMPT_FAILED.value, ShipmentStatus.DELIVERED.value}
)  # fmt: skip
SIGNS = MOVEMENT | {ShipmentStatus.DELIVERED.value}
VISITS = 3
"""So many separate visits to one place are a circle."""
AHEAD = dt.timedelta(hours=1)
"""What lies further ahead of the moment it was heard was written by a wrong clock."""


class Word(NamedTuple):
    """An event as far as stretches and findings go, in the order in which things happened."""

    occurred_at: dt.datetime
    heard_at: dt.datetime
    status: str
    phase: str
    zone: str
    place: str = ""


class Trouble(NamedTuple):
    """A finding with what was seen, in plain values."""

    code: str
    detail: dict[str, object]


def stages_of(kind: str, words: Sequence[Word], *, begins: bool = True) -> list[str]:
    """Return for each word on a leg of that kind which stretch it was about.

    ``begins``: no leg before it had the way to the border, so a line-haul's own number covers it.
    """
    stages = []
    crosses = kind == LINE_HAUL
    here = DOMESTIC if crosses and begins else kind
    for word in words:
        at_customs = word.phase != NONE
        at_home = word.zone == CHINA
        if at_customs:
            stages.append(EXPORT if at_home else IMPORT)
            if word.phase == RELEASED and crosses:
                here = LINE_HAUL if at_home else HUB
            continue
        if crosses and here == DOMESTIC and not at_home:
            here = LINE_HAUL
        if crosses and here != DOMESTIC and word.status in AT_THE_DOOR:
            here = LAST_MILE
        stages.append(here)
    return stages


def begins_at(kinds_before: Iterable[str]) -> bool:
    """Tell whether the way to the border is a leg's own, by the kinds of the legs before it."""
    return not TO_THE_BORDER & frozenset(kinds_before)


def loop_in(words: Sequence[Word]) -> Trouble | None:
    """Return the circle a parcel goes round in, if it came to one place three separate times."""
    visits: Counter[str] = Counter()
    before = ""
    for word in words:
        if not word.place or word.status not in MOVEMENT or word.phase != NONE:
            continue
        if word.place != before:
            visits[word.place] += 1
        before = word.place
    place, most = max(visits.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if most < VISITS:
        return None
    return Trouble(LegFindingCode.LOOP.value, {"place": place, "visits": most})


def backwards_in(words: Sequence[Word], before: Sequence[Word]) -> Trouble | None:
    """Return a leg's wrong clock: it began before the leg it follows, or reports from the future.

    ``before`` are the words of the leg it follows.
    """
    mine = next((word for word in words if word.status in SIGNS), None)
    theirs = next((word for word in before if word.status in SIGNS), None)
    code = LegFindingCode.CLOCK_BACKWARDS.value
    if mine and theirs and mine.occurred_at < theirs.occurred_at:
        moments = {"began": str(mine.occurred_at), "leg_before_began": str(theirs.occurred_at)}
        return Trouble(code, dict(moments))
    ahead = [word for word in words if word.occurred_at > word.heard_at + AHEAD]
    if ahead:
        last = ahead[-1]
        return Trouble(code, {"happened": str(last.occurred_at), "heard": str(last.heard_at)})
    return None
