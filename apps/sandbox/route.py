"""The stops of a way as the platform shows them: passed, here, ahead (contract §1.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from apps.sandbox.places import Place, find_place
from apps.sandbox.plan import Plan

CHINA = dt.timezone(dt.timedelta(hours=8))
WALL = "%Y-%m-%d %H:%M:%S"
PASSED, HERE, AHEAD = "已经过节点", "当前停留节点", "预估途径节点"


@dataclass(frozen=True, slots=True)
class Stop:
    """A place the parcel is expected to pass: arrival and departure in epoch seconds."""

    place: Place
    arrives: int
    leaves: int


def stops_of(plan: Plan) -> tuple[Stop, ...]:
    """The areas of a journey in the order they are passed."""
    stops: list[Stop] = []
    for node in plan.nodes:
        place = find_place(node.area) if node.area else None
        if place is None:
            continue
        if stops and stops[-1].place.code == place.code:
            stops[-1] = Stop(place, stops[-1].arrives, node.at)
        else:
            stops.append(Stop(place, node.at, node.at))
    return tuple(stops)


def route_rows(stops: Iterable[Stop], now: int | None) -> list[dict[str, str]]:
    """``predictedRoute``; without ``now`` (epoch seconds) everything lies ahead."""
    return [
        {
            "arriveTime": wall_text(stop.arrives),
            "leaveTime": wall_text(stop.leaves),
            "province": stop.place.province,
            "city": stop.place.city,
            "district": stop.place.name if stop.place.is_district else "",
            "name": stop.place.name,
            "state": _standing(stop, now),
            "type": "网点" if stop.place.is_district else "转运中心",
        }
        for stop in stops
    ]


def wall_text(at: int) -> str:
    """``yyyy-MM-dd HH:mm:ss`` in China time."""
    return dt.datetime.fromtimestamp(at, CHINA).strftime(WALL)


def _standing(stop: Stop, now: int | None) -> str:
    if now is None or stop.arrives > now:
        return AHEAD
    return PASSED if stop.leaves < now else HERE
