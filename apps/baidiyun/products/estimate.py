"""When a parcel should arrive and what it costs (contract §5.3, ``time`` and ``price``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.baidiyun.cleaning import Originals, Tidy, clean_place
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.products.common import (
    Signer,
    kept,
    kilograms,
    need_object,
    order_form,
    read_wall_time,
    require,
    wall_time,
)
from apps.baidiyun.products.snapshot import Stop, read_stops
from apps.baidiyun.reading import amount, members, text

_CARRIERS = """jd kuayue shunfeng shunfengkuaiyun zhongtong debangkuaidi ems emsguoji youzhengguonei
youzhengguoji shentong yuantong yunda zhaijisong zhimakaimen lianbangkuaidi tiandihuayu annengwuliu
jinguangsudikuaijian jiayunmeiwuliu jtexpress"""
_PRICED = "shunfeng jd debangkuaidi yuantong zhongtong shentong yunda ems"
CARRIERS = frozenset(_CARRIERS.split())
PRICE_CARRIERS = frozenset(_PRICED.split())
MOST_NODES = 50


@dataclass(frozen=True, slots=True)
class Estimate:
    """The carrier's own promise. ``arrives_at`` is aware (China time); the text as given beside it.

    ``days`` and the hours are as given; ``remaining_hours`` equals the total before the start.
    """

    arrives_at: dt.datetime
    arrival_text: str
    days: Decimal | None
    total_hours: Decimal | None
    remaining_hours: Decimal | None
    service: str
    from_name: str
    to_name: str
    task_id: str
    stops: tuple[Stop, ...] = ()
    originals: Originals = ()


@dataclass(frozen=True, slots=True)
class FreightOption:
    """One service of a carrier and its price, CNY."""

    service: str
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Freight:
    """The prices of a carrier for one weight on one line."""

    carrier: str
    options: tuple[FreightOption, ...]


def build_estimate(
    *,
    signer: Signer,
    carrier: str,
    from_: str,
    to: str,
    ordered_at: dt.datetime,
    service: str = "",
    nodes: Sequence[tuple[str, str]] = (),
) -> dict[str, str]:
    """Return the form of a time estimate; places have at least three levels.

    ``nodes`` (local time, text) make it an estimate on the way. Raises InvalidRequest.
    """
    require(carrier=carrier, from_=from_, to=to)
    param = {
        "kuaidicom": carrier,
        "from": from_,
        "to": to,
        "orderTime": wall_time(ordered_at),
        "expType": service,
        "logistics": [{"time": time, "context": words} for time, words in nodes[:MOST_NODES]],
    }
    return order_form(kept(param), signer=signer, method="time")


def build_freight(
    *,
    signer: Signer,
    carrier: str,
    sender_address: str,
    recipient_address: str,
    weight_grams: int,
    monthly_card: str = "",
) -> dict[str, str]:
    """Return the form of a freight estimate. Raises InvalidRequest."""
    require(carrier=carrier, sender_address=sender_address, recipient_address=recipient_address)
    param = {
        "sendAddr": sender_address,
        "recAddr": recipient_address,
        "kuaidicom": carrier,
        "weight": kilograms(weight_grams),
        "monthlyCard": monthly_card,
    }
    return order_form(kept(param), signer=signer, method="price")


def parse_estimate(data: Any) -> Estimate:
    """Return the estimate in the data of an answer.

    Raises MalformedPayload, also for an arrival that is no time: there is then no promise.
    """
    data = need_object(data, "an estimate")
    tidy = Tidy()
    arrival = text(data, "arrivalTime")
    arrives_at = read_wall_time(arrival)
    if arrives_at is None:
        raise MalformedPayload("an estimate has an arrivalTime")
    return Estimate(
        arrives_at=arrives_at,
        arrival_text=arrival,
        days=amount(data, "deliveryExpendTime"),
        total_hours=amount(data, "totalTime"),
        remaining_hours=amount(data, "remainTime"),
        service=tidy.line(data, "expType"),
        from_name=tidy.line(data, "fromName"),
        to_name=tidy.line(data, "toName"),
        task_id=text(data, "taskId"),
        stops=read_stops(data),
        originals=tidy.originals(),
    )


def parse_freight(data: Any) -> Freight:
    """Return the prices in the data of an answer. Raises MalformedPayload."""
    data = need_object(data, "freight")
    return Freight(
        carrier=text(data, "kuaidicom", "kuaidiCom"),
        options=tuple(_read_option(item) for item in members(data, "combos")),
    )


def _read_option(item: Mapping[str, Any]) -> FreightOption:
    return FreightOption(clean_place(text(item, "expType")), amount(item, "price"))
