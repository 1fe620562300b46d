"""Tracking: subscribe (contract §2), query (§1) and the snapshot both of them bring.

Nodes stay in the order they came (newest first by default). Times are the platform's own text
without a zone; codes and areas are kept raw.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.reading import flag, load_object, member, members, text
from apps.baidiyun.signing import compact_json, sign_query

RESULT_LEVEL = "4"
SALT_LIMIT = 32
PHONE_CARRIERS = frozenset({"shunfeng", "shunfengkuaiyun", "zhongtong", "fengwang"})
NUMBER_SHAPE = re.compile(r"[0-9A-Za-z-]{6,32}")
FOUND = "200"
CONTAINERS = frozenset({dict, list})


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative area: ``code`` as sent (``CN`` + 12 digits), ``name`` comma separated."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Node:
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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The full track of a number, from a push or a query, with what was said about it.

    ``push_status`` is polling/shutdown/abort/updateall for a push and "" for a query;
    ``message`` the push's (or the query's) own words. ``corrected_carrier`` is set when the
    platform found that the number belongs to another carrier. ``found`` is False for
    "no such number yet". ``destination`` is the track abroad, where there is one.
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
    route_from: Place | None = None
    route_current: Place | None = None
    route_to: Place | None = None
    destination: Snapshot | None = None


def build_subscribe(
    *,
    key: str,
    carrier: str,
    number: str,
    callback_url: str,
    salt: str,
    phone: str = "",
    from_: str = "",
    to: str = "",
) -> dict[str, str]:
    """Return the form of a subscription. Raises InvalidRequest."""
    _check_number(number)
    if len(salt) > SALT_LIMIT:
        raise InvalidRequest("the salt is longer than 32 characters", field="salt")
    parameters = {"callbackurl": callback_url, "salt": salt, "resultv2": RESULT_LEVEL}
    if phone:
        parameters["phone"] = phone
    param = {
        "company": carrier,
        "number": number,
        "from": from_,
        "to": to,
        "key": key,
        "parameters": parameters,
    }
    return {"schema": "json", "param": compact_json(param)}


def build_query(
    *,
    key: str,
    customer: str,
    carrier: str,
    number: str,
    phone: str = "",
    from_: str = "",
    to: str = "",
) -> dict[str, str]:
    """Return the form of a real-time query. Raises InvalidRequest."""
    _check_number(number)
    wanted = {"com": carrier, "num": number, "phone": phone, "from": from_, "to": to}
    param = {name: value for name, value in wanted.items() if value}
    body = compact_json({**param, "resultv2": RESULT_LEVEL, "show": "0", "order": "desc"})
    return {
        "customer": customer,
        "sign": sign_query(body, key=key, customer=customer),
        "param": body,
    }


def needs_phone(carrier: str) -> bool:
    """Whether the carrier tells nothing without the last four digits of a phone."""
    return carrier in PHONE_CARRIERS


def parse_push(raw: str | bytes) -> Snapshot:
    """Return the snapshot in the ``param`` of a tracking push. Raises MalformedPayload."""
    return read_push(load_object(raw))


def parse_query(raw: str | bytes) -> Snapshot:
    """Return the snapshot in a successful answer of query.do. Raises MalformedPayload."""
    value = load_object(raw)
    if "returnCode" in value:
        raise MalformedPayload("this answer is a refusal, not a track")
    return _read_result(value, push={})


def check_push(raw: bytes) -> None:
    """Raise MalformedPayload exactly when :func:`parse_push` would, without building a snapshot.

    The way in asks only whether a push can be read; a plain one is told by looking at types.
    """
    try:
        plain = _is_plain(orjson.loads(raw))
    except orjson.JSONDecodeError:
        plain = False
    if not plain:
        parse_push(raw)


def read_push(value: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot in a decoded push. Raises MalformedPayload."""
    if "lastResult" not in value and "status" not in value:
        raise MalformedPayload("a tracking push has a status and a lastResult")
    return _read_result(member(value, "lastResult"), push=value)


def _is_plain(value: Any) -> bool:
    """Whether every part has the expected type; False only means: look closely."""
    result: Any = value.get("lastResult") if value.__class__ is dict else None
    nodes: Any = result.get("data") if result.__class__ is dict else None
    if nodes.__class__ is not list:
        return False
    for node in nodes:
        if node.__class__ is not dict or not _all_scalar(node.values()):
            return False
    rest = [item for name, item in result.items() if name not in {"data", "routeInfo"}]
    outer = [item for name, item in value.items() if name != "lastResult"]
    route = result.get("routeInfo", {})
    if value.get("destResult") is not None or route.__class__ is not dict:
        return False
    if not (_all_scalar(rest) and _all_scalar(outer)):
        return False
    return all(
        place is None or (place.__class__ is dict and _all_scalar(place.values()))
        for place in route.values()
    )


def _all_scalar(values: Iterable[Any]) -> bool:
    return CONTAINERS.isdisjoint(map(type, values))


def _read_result(result: Mapping[str, Any], *, push: Mapping[str, Any]) -> Snapshot:
    route = member(result, "routeInfo")
    abroad = member(push, "destResult")
    return Snapshot(
        carrier=text(result, "com"),
        number=text(result, "nu"),
        state=text(result, "state"),
        is_signed=flag(result, "ischeck"),
        nodes=tuple(_read_node(node) for node in members(result, "data")),
        push_status=text(push, "status"),
        message=text(push, "message") if push else text(result, "message"),
        result_message=text(result, "message"),
        corrected_carrier=text(push, "comNew"),
        original_carrier=text(push, "comOld"),
        auto_check=flag(push, "autoCheck"),
        found=text(result, "status") in {"", FOUND},
        is_loop=flag(result, "isLoop"),
        arrival_time=text(result, "arrivalTime"),
        route_from=_read_place(route, "from"),
        route_current=_read_place(route, "cur"),
        route_to=_read_place(route, "to"),
        destination=_read_result(abroad, push={}) if abroad else None,
    )


def _read_node(node: Mapping[str, Any]) -> Node:
    longitude, latitude = _read_centre(text(node, "areaCenter"))
    return Node(
        time=text(node, "time", "ftime"),
        context=text(node, "context"),
        status=text(node, "status"),
        code=text(node, "statusCode"),
        area_code=text(node, "areaCode"),
        area_name=text(node, "areaName"),
        area_pinyin=text(node, "areaPinYin"),
        location=text(node, "location"),
        longitude=longitude,
        latitude=latitude,
    )


def _read_place(route: Mapping[str, Any], name: str) -> Place | None:
    place = member(route, name)
    found = Place(code=text(place, "number"), name=text(place, "name"))
    return found if found.code or found.name else None


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


def _check_number(number: str) -> None:
    if not NUMBER_SHAPE.fullmatch(number):
        raise InvalidRequest("a number has 6 to 32 letters and digits", field="number")
