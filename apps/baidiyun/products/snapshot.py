"""The track of a number (contract §1.3, §2.2): the typed snapshot and how it is read.

Nodes stay in the order they came (newest first by default). Times are the platform's own text
without a zone; codes and areas are kept raw. A node's ``context`` is what the platform sent and
part of the event's identity; ``text`` is the same cleaned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from apps.baidiyun.cleaning import Originals, Tidy, clean_place, clean_words, is_settled
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.reading import flag, member, members, text

FOUND = "200"
MOST_PHONES = 10
REPEATED = 200


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative area: ``code`` as sent (``CN`` + 12 digits), ``name`` comma separated."""

    code: str
    name: str


class Node(NamedTuple):
    """One line of a track. ``time`` is local text, ``code`` the raw state code ("" if absent).

    ``longitude``/``latitude`` are degrees of the area's centre, None if absent (GCJ-02 assumed).
    """

    time: str
    context: str
    status: str = ""
    code: str = ""
    area_code: str = ""
    area_name: str = ""
    area_pinyin: str = ""
    location: str = ""
    longitude: float | None = None
    latitude: float | None = None
    text: str = ""


class Stop(NamedTuple):
    """A predicted stop: times are local text, ``state`` says passed, here or expected."""

    arrives: str
    leaves: str
    province: str
    city: str
    district: str
    name: str
    state: str
    kind: str


@dataclass(frozen=True, slots=True)
class Courier:
    """Who collected and who delivers; phones as given, one or several each."""

    pickup_name: str
    pickup_phones: tuple[str, ...]
    delivery_name: str
    delivery_phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The full track of a number, from a push or a query, with what was said about it.

    ``push_status`` is polling/shutdown/abort/updateall for a push and "" for a query;
    ``message`` the push's (or the query's) own words. ``corrected_carrier`` is set when the
    platform found that the number belongs to another carrier. ``found`` is False for
    "no such number yet". ``destination`` is the track abroad, where there is one. The unit of
    ``total_time`` and ``remain_time`` is nowhere documented: they stay text. ``originals`` holds
    what cleaning changed, nodes apart (their ``context`` is the original of their ``text``).
    """

    carrier: str
    number: str
    state: str
    is_signed: bool
    nodes: tuple[Node, ...]
    push_status: str = ""
    message: str = ""
    result_message: str = ""
    corrected_carrier: str = ""
    original_carrier: str = ""
    auto_check: bool = False
    found: bool = True
    is_loop: bool = False
    arrival_time: str = ""
    total_time: str = ""
    remain_time: str = ""
    trail_url: str = ""
    route_from: Place | None = None
    route_current: Place | None = None
    route_to: Place | None = None
    predicted_route: tuple[Stop, ...] = ()
    courier: Courier | None = None
    destination: Snapshot | None = None
    originals: Originals = ()

    @property
    def cleaned(self) -> int:
        """How many texts cleaning changed, the track abroad included."""
        changed = sum(1 for node in self.nodes if node.text != node.context)
        abroad = self.destination.cleaned if self.destination else 0
        return changed + len(self.originals) + abroad


def read_push(value: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot in a decoded push. Raises MalformedPayload."""
    if "lastResult" not in value and "status" not in value:
        raise MalformedPayload("a tracking push has a status and a lastResult")
    return read_result(member(value, "lastResult"), push=value)


def read_result(result: Mapping[str, Any], *, push: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot in a decoded track; ``push`` is what it came in, {} for a query."""
    tidy = Tidy()
    route = member(result, "routeInfo")
    abroad = member(push, "destResult")
    said = text(push, "status")
    return Snapshot(
        carrier=text(result, "com"),
        number=text(result, "nu"),
        state=text(result, "state"),
        is_signed=flag(result, "ischeck"),
        nodes=tuple([read_node(node) for node in members(result, "data")]),
        push_status=said,
        message=tidy.line(push if push else result, "message"),
        result_message=tidy.line(result, "message"),
        corrected_carrier=text(push, "comNew"),
        original_carrier=text(push, "comOld"),
        auto_check=flag(push, "autoCheck"),
        found=text(result, "status") in {"", FOUND},
        is_loop=flag(result, "isLoop"),
        arrival_time=text(result, "arrivalTime"),
        total_time=text(result, "totalTime"),
        remain_time=text(result, "remainTime"),
        trail_url=text(result, "trailUrl"),
        route_from=_read_place(route, "from"),
        route_current=_read_place(route, "cur"),
        route_to=_read_place(route, "to"),
        predicted_route=read_stops(result),
        courier=_read_courier(member(result, "courierInfo"), tidy),
        destination=read_result(abroad, push={}) if abroad else None,
        originals=tidy.originals(),
    )


_moment_of = itemgetter("time", "context")
_facts_of = itemgetter(
    "status", "statusCode", "areaCode", "areaName", "areaPinYin", "location", "areaCenter"
)
_new_node = tuple.__new__


def read_node(node: Mapping[str, Any]) -> Node:
    """Return one line of a track. Raises MalformedPayload.

    A node as usual (all fields there, text or null) is read without looking at every type:
    anything else raises on the way and is read carefully.
    """
    try:
        moment, words = _moment_of(node)
        if is_settled(words) and moment.isascii() and moment.isprintable():
            return _new_node(Node, (moment, words, *_read_facts(*_facts_of(node)), words))
    except (KeyError, TypeError, AttributeError):
        pass
    return _read_carefully(node)


@lru_cache(maxsize=16_384)
def _read_facts(*given: str | None) -> tuple[Any, ...]:
    """Read what repeats from node to node at once and remember it: places and states are few."""
    if any(len(value) > REPEATED for value in given if value is not None):
        raise TypeError("too long to be remembered")
    words = ["" if value is None else clean_place(value) for value in given[:-1]]
    return (*words, *_read_centre(given[-1] or ""))


def _read_carefully(node: Mapping[str, Any]) -> Node:
    words = text(node, "context")
    longitude, latitude = _read_centre(text(node, "areaCenter"))
    return Node(
        time=text(node, "time", "ftime"),
        context=words,
        status=clean_place(text(node, "status")),
        code=clean_place(text(node, "statusCode")),
        area_code=clean_place(text(node, "areaCode")),
        area_name=clean_place(text(node, "areaName")),
        area_pinyin=clean_place(text(node, "areaPinYin")),
        location=clean_place(text(node, "location")),
        longitude=longitude,
        latitude=latitude,
        text=clean_words(words),
    )


def read_stops(source: Mapping[str, Any]) -> tuple[Stop, ...]:
    """Return ``predictedRoute``, () if there is none. Raises MalformedPayload."""
    return tuple(
        Stop(
            arrives=text(stop, "arriveTime"),
            leaves=text(stop, "leaveTime"),
            province=clean_place(text(stop, "province")),
            city=clean_place(text(stop, "city")),
            district=clean_place(text(stop, "district")),
            name=clean_place(text(stop, "name")),
            state=text(stop, "state"),
            kind=clean_place(text(stop, "type")),
        )
        for stop in members(source, "predictedRoute")
    )


CONTAINERS = frozenset({dict, list})


def _read_place(route: Mapping[str, Any], name: str) -> Place | None:
    place = member(route, name)
    return _place(text(place, "number"), text(place, "name")) if place else None


@lru_cache(maxsize=4_096)
def _place(code: str, name: str) -> Place | None:
    """Areas are few and are remembered."""
    name = clean_place(name)
    return Place(code=code, name=name) if code or name else None


def _read_courier(info: Mapping[str, Any], tidy: Tidy) -> Courier | None:
    if not info:
        return None
    found = Courier(
        pickup_name=tidy.name(info, "pickupManName"),
        pickup_phones=_read_phones(text(info, "pickupManPhone")),
        delivery_name=tidy.name(info, "deliveryManName"),
        delivery_phones=_read_phones(text(info, "deliveryManPhone")),
    )
    return found if any((found.pickup_name, found.pickup_phones, found.delivery_name,
                         found.delivery_phones)) else None  # fmt: skip


def _read_phones(joined: str) -> tuple[str, ...]:
    parts = [part.strip() for part in joined.replace("，", ",").split(",")[:MOST_PHONES]]
    return tuple(part for part in parts if part)


def _read_centre(centre: str) -> tuple[float | None, float | None]:
    """Split "lng,lat"; anything else than a point on Earth is no point."""
    first, comma, second = centre.partition(",")
    if not comma:
        return None, None
    try:
        longitude, latitude = float(first), float(second)
    except ValueError:
        return None, None
    if -180.0 <= longitude <= 180.0 and -90.0 <= latitude <= 90.0:
        return longitude, latitude
    return None, None
