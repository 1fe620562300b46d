"""Tracking: real-time query (contract §1), subscription and push (§2), the map variants (§3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products.common import kept, limit
from apps.baidiyun.products.snapshot import (
    CONTAINERS,
    Courier,
    Node,
    Place,
    Snapshot,
    Stop,
    read_push,
    read_result,
)
from apps.baidiyun.reading import load_object
from apps.baidiyun.signing import compact_json, form_none, sign_query

RESULT_LEVEL = "4"
MAP_LEVEL = "5"
QUERY_LEVELS = frozenset({"", "0", "1", "2", "4", "6", "8"})
MAP_LEVELS = frozenset({"", "3", "5", "7"})
LEVEL_WITH_ARRIVAL = "8"
SALT_LIMIT = 32
POSTAL_ABROAD = frozenset({"emsguoji", "emsen", "emsinten", "youzhengguoji"})
"""Postal carriers from China: the platform follows their parcels on the other post's side too."""
PHONE_CARRIERS = frozenset({"shunfeng", "shunfengkuaiyun", "zhongtong", "fengwang"})
NUMBER_SHAPE = re.compile(r"[0-9A-Za-z-]{6,32}")
INNER = frozenset({"data", "routeInfo"})
OBJECTS = ("courierInfo", "predictedRoute")

__all__ = [
    "MAP_LEVEL",
    "MAP_LEVELS",
    "QUERY_LEVELS",
    "RESULT_LEVEL",
    "Abroad",
    "Courier",
    "Node",
    "Place",
    "Snapshot",
    "Stop",
    "build_map_query",
    "build_map_subscribe",
    "build_query",
    "build_subscribe",
    "check_push",
    "is_plain",
    "needs_phone",
    "parse_push",
    "parse_query",
    "read_push",
    "read_query",
]


@dataclass(frozen=True, slots=True)
class Abroad:
    """What a postal international subscription adds: country (``CN`` …) and carrier codes."""

    departure_country: str = ""
    departure_carrier: str = ""
    destination_country: str = ""
    destination_carrier: str = ""


def build_query(
    *,
    key: str,
    customer: str,
    carrier: str,
    number: str,
    phone: str = "",
    from_: str = "",
    to: str = "",
    level: str = RESULT_LEVEL,
    with_courier: bool = False,
    language: str = "",
    oldest_first: bool = False,
) -> dict[str, str]:
    """Return the form of a real-time query. Level 8 needs ``to``. Raises InvalidRequest."""
    _check_number(number)
    _check_level(level, QUERY_LEVELS)
    if level == LEVEL_WITH_ARRIVAL and not to.strip():
        raise InvalidRequest("level 8 needs the destination", field="to")
    wanted = {"com": carrier, "num": number, "phone": phone, "from": from_, "to": to}
    param = {
        **kept(wanted),
        "resultv2": level,
        "show": "0",
        "order": "asc" if oldest_first else "desc",
        **kept({"lang": language, "needCourierInfo": with_courier or None}),
    }
    return _query_form(param, key=key, customer=customer)


def build_map_query(
    *,
    key: str,
    customer: str,
    carrier: str,
    number: str,
    from_: str,
    to: str,
    phone: str = "",
    level: str = MAP_LEVEL,
    template: str = "",
    with_courier: bool = False,
) -> dict[str, str]:
    """Return the form of a map query; origin and destination (省市区) must be known.

    ``template`` is a map design of the vendor's console. Raises InvalidRequest.
    """
    _check_number(number)
    _check_level(level, MAP_LEVELS)
    _check_ends(from_, to)
    param = {
        **kept({"com": carrier, "num": number, "phone": phone, "from": from_, "to": to}),
        "resultv2": level,
        "show": "0",
        "order": "desc",
        **kept({"mapConfigKey": template, "needCourierInfo": with_courier or None}),
    }
    return _query_form(param, key=key, customer=customer)


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
    level: str = RESULT_LEVEL,
    abroad: Abroad | None = None,
) -> dict[str, str]:
    """Return the form of a subscription; without a carrier the platform detects it.

    ``abroad`` asks for the track abroad too (postal items only). Raises InvalidRequest.
    """
    _check_number(number)
    _check_level(level, QUERY_LEVELS)
    parameters = {
        "callbackurl": callback_url,
        "salt": limit(salt, SALT_LIMIT, field="salt"),
        "resultv2": level,
        **kept({"phone": phone, "autoCom": "" if carrier else "1"}),
    }
    if abroad is not None:
        parameters |= _abroad(abroad)
    return _subscribe_form(parameters, key=key, carrier=carrier, number=number, from_=from_, to=to)


def build_map_subscribe(
    *,
    key: str,
    carrier: str,
    number: str,
    callback_url: str,
    salt: str,
    from_: str,
    to: str,
    phone: str = "",
    level: str = MAP_LEVEL,
    template: str = "",
) -> dict[str, str]:
    """Return the form of a map subscription. Raises InvalidRequest."""
    _check_number(number)
    _check_level(level, MAP_LEVELS)
    _check_ends(from_, to)
    parameters = {
        "callbackurl": callback_url,
        "salt": limit(salt, SALT_LIMIT, field="salt"),
        "resultv2": level,
        **kept({"phone": phone, "mapConfigKey": template}),
    }
    return _subscribe_form(parameters, key=key, carrier=carrier, number=number, from_=from_, to=to)


def needs_phone(carrier: str) -> bool:
    """Whether the carrier tells nothing without the last four digits of a phone."""
    return carrier in PHONE_CARRIERS


def parse_push(raw: str | bytes) -> Snapshot:
    """Return the snapshot in the ``param`` of a tracking or map push. Raises MalformedPayload."""
    return read_push(load_object(raw))


def parse_query(raw: str | bytes) -> Snapshot:
    """Return the snapshot in a successful answer of query.do. Raises MalformedPayload."""
    return read_query(load_object(raw))


def read_query(value: Any) -> Snapshot:
    """Return the snapshot in a decoded answer of query.do or maptrack.do.

    Raises MalformedPayload.
    """
    if not isinstance(value, dict):
        raise MalformedPayload("a track is an object")
    if "returnCode" in value:
        raise MalformedPayload("this answer is a refusal, not a track")
    return read_result(value, push={})


def check_push(raw: bytes) -> None:
    """Raise MalformedPayload exactly when :func:`parse_push` would, without building a snapshot.

    The way in asks only whether a push can be read; a plain one is told by looking at types.
    """
    try:
        plain = is_plain(orjson.loads(raw))
    except orjson.JSONDecodeError:
        plain = False
    if not plain:
        parse_push(raw)


def is_plain(value: Any) -> bool:
    """Whether every part has the expected type; False only means: look closely."""
    result: Any = value.get("lastResult") if value.__class__ is dict else None
    nodes: Any = result.get("data") if result.__class__ is dict else None
    if nodes.__class__ is not list or any(result.get(name) is not None for name in OBJECTS):
        return False
    if not {dict}.issuperset(map(type, nodes)) or not _all_scalar(
        chain.from_iterable(map(dict.values, nodes))
    ):
        return False
    rest = [item for name, item in result.items() if name not in INNER]
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


def _query_form(param: Mapping[str, Any], *, key: str, customer: str) -> dict[str, str]:
    body = compact_json(param)
    sign = sign_query(body, key=key, customer=customer)
    return {"customer": customer, "sign": sign, "param": body}


def _subscribe_form(
    parameters: Mapping[str, str], *, key: str, carrier: str, number: str, from_: str, to: str
) -> dict[str, str]:
    param = {
        "company": carrier,
        "number": number,
        "from": from_,
        "to": to,
        "key": key,
        "parameters": parameters,
    }
    return form_none(compact_json(param))


def _abroad(abroad: Abroad) -> dict[str, str]:
    named = {
        "departureCountry": abroad.departure_country,
        "departureCom": abroad.departure_carrier,
        "destinationCountry": abroad.destination_country,
        "destinationCom": abroad.destination_carrier,
    }
    return {"interCom": "1", **kept(named)}


def _check_number(number: str) -> None:
    if not NUMBER_SHAPE.fullmatch(number):
        raise InvalidRequest("a number has 6 to 32 letters and digits", field="number")


def _check_level(level: str, allowed: frozenset[str]) -> None:
    if level not in allowed:
        raise InvalidRequest(f"resultv2={level} does not belong here", field="level")


def _check_ends(from_: str, to: str) -> None:
    for field, value in (("from", from_), ("to", to)):
        if not value.strip():
            raise InvalidRequest("a map needs origin and destination", field=field)
