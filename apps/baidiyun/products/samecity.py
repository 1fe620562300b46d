"""Riders within a city (contract §5.4). Money CNY, distance metres, estimates seconds.

There is no order detail and no idempotency: a time-out on an order may have sent a rider, so it
is never repeated by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.baidiyun.choices import CoordinateSystem, SameCityState
from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products.common import (
    Signer,
    kept,
    kilograms,
    limit,
    need_object,
    order_form,
    read_wall_time,
    require,
)
from apps.baidiyun.reading import amount, load_object, members, text

NAME_LENGTH = 20
ADDRESS_LENGTH = 100
REMARK_LENGTH = 255
SALT_LENGTH = 20
CANCEL_REASONS = frozenset("12345678")


@dataclass(frozen=True, slots=True)
class End:
    """One end of a ride; degrees in the coordinate system of the request."""

    name: str
    mobile: str
    province: str
    city: str
    district: str
    address: str
    longitude: float
    latitude: float

    def fields(self, side: str) -> dict[str, str]:
        """Return the flat fields of ``rec`` or ``send``. Raises InvalidRequest."""
        require(**{f"{side}.name": self.name, f"{side}.mobile": self.mobile})
        require(**{f"{side}.province": self.province, f"{side}.city": self.city})
        require(**{f"{side}.district": self.district, f"{side}.address": self.address})
        if not (-180 <= self.longitude <= 180 and -90 <= self.latitude <= 90):
            raise InvalidRequest("this is no point on Earth", field=f"{side}.point")
        values = {
            "Name": limit(self.name, NAME_LENGTH, field=f"{side}.name"),
            "Mobile": self.mobile,
            "Province": self.province,
            "City": self.city,
            "District": self.district,
            "Addr": limit(self.address, ADDRESS_LENGTH, field=f"{side}.address"),
            "Lat": f"{self.latitude:.6f}",
            "Lng": f"{self.longitude:.6f}",
        }
        return {f"{side}Man{name}": value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Goods:
    """What is carried."""

    name: str
    count: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class RideRequest:
    """A ride. ``order_type``: 0 now, 1 booked delivery, 2 booked pickup; times as local text."""

    recipient: End
    sender: End
    weight_grams: int
    system: CoordinateSystem = CoordinateSystem.GCJ02
    remark: str = ""
    volume: str = ""
    order_type: int = 0
    pickup_time: str = ""
    finish_time: str = ""
    insurance: str = ""
    price: str = ""
    direct: bool = False
    goods: tuple[Goods, ...] = ()
    third_id: str = ""


@dataclass(frozen=True, slots=True)
class RideFee:
    """One part of a ride's price."""

    kind: str
    description: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Ride:
    """A price or a placed order; the references are "" for a price."""

    task_id: str
    order_id: str
    number: str
    distance_metres: Decimal | None
    fee: Decimal | None
    discounted_fee: Decimal | None
    estimate_seconds: Decimal | None
    fees: tuple[RideFee, ...] = ()
    originals: Originals = ()


@dataclass(frozen=True, slots=True)
class RideOffer:
    """What one carrier of a batch would take."""

    carrier: str
    distance_metres: Decimal | None
    discounted_fee: Decimal | None


@dataclass(frozen=True, slots=True)
class BatchRide:
    """A batch order: one task for all carriers; the losers are cancelled by push (720)."""

    task_id: str
    order_id: str
    offers: tuple[RideOffer, ...]


@dataclass(frozen=True, slots=True)
class RiderPosition:
    """Where the rider is, in the system the platform named. Nothing is converted here."""

    longitude: float
    latitude: float
    system: CoordinateSystem


@dataclass(frozen=True, slots=True)
class RidePush:
    """How a ride stands. ``known`` is None for a state nobody documented.

    The key of a repeat is (``order_id``, ``carrier``, ``state``, ``updated_text``): in a batch the
    losing carriers are told apart by ``carrier``.
    """

    state: str
    known: SameCityState | None
    order_id: str
    task_id: str
    carrier: str
    words: str
    courier_name: str
    courier_phone: str
    updated_text: str
    updated_at: dt.datetime | None
    originals: Originals = ()


def build_ride(
    *,
    signer: Signer,
    method: str,
    carrier: str,
    request: RideRequest,
    callback_url: str,
    salt: str,
) -> dict[str, str]:
    """Return the form of ``price`` or ``order``. Raises InvalidRequest."""
    if method not in {"price", "order"}:
        raise InvalidRequest("a ride is priced or ordered", field="method")
    require(carrier=carrier)
    param = {"kuaidicom": carrier, **_ride(request, callback_url, salt)}
    return order_form(param, signer=signer, method=method)


def build_batch(
    *,
    signer: Signer,
    method: str,
    carriers: Sequence[str],
    request: RideRequest,
    callback_url: str,
    salt: str,
) -> dict[str, str]:
    """Return the form of ``batchPrice`` or ``batchOrder``. Raises InvalidRequest."""
    if method not in {"batchPrice", "batchOrder"} or not carriers:
        raise InvalidRequest("a batch has carriers", field="carriers")
    param = {"kuaidiComList": list(carriers), **_ride(request, callback_url, salt)}
    return order_form(param, signer=signer, method=method)


def build_cancel(
    *,
    signer: Signer,
    task_id: str,
    order_id: str,
    reason_code: str,
    reason: str = "",
    only_ask: bool = False,
) -> dict[str, str]:
    """Return the form of a cancellation, or of asking what it would cost (``only_ask``)."""
    require(task_id=task_id, order_id=order_id)
    if reason_code not in CANCEL_REASONS:
        raise InvalidRequest("the reason is 1 to 8", field="reason_code")
    param = {"orderId": order_id, "taskId": task_id, "cancelMsgType": reason_code}
    method = "precancel" if only_ask else "cancel"
    return order_form({**param, **kept({"cancelMsg": reason})}, signer=signer, method=method)


def build_tip(
    *, signer: Signer, task_id: str, order_id: str, tip: Decimal, remark: str = ""
) -> dict[str, str]:
    """Return the form that raises the rider's pay (CNY) so that one accepts."""
    require(task_id=task_id, order_id=order_id)
    if tip <= 0:
        raise InvalidRequest("a tip is positive", field="tip")
    param = {"taskId": task_id, "orderId": order_id, "tips": f"{tip:f}"}
    return order_form({**param, **kept({"remark": remark})}, signer=signer, method="addfee")


def build_rider(*, signer: Signer, order_id: str) -> dict[str, str]:
    """Return the form that asks where the rider is."""
    require(order_id=order_id)
    return order_form({"orderId": order_id}, signer=signer, method="queryCourier")


def parse_ride(data: Any) -> Ride:
    """Return the price or order in the data of an answer. Raises MalformedPayload."""
    data = need_object(data, "a ride")
    tidy = Tidy()
    return Ride(
        task_id=text(data, "taskId"),
        order_id=text(data, "orderId"),
        number=text(data, "kuaidinum"),
        distance_metres=amount(data, "deliveryDistance"),
        fee=amount(data, "deliverFee"),
        discounted_fee=amount(data, "discountFee"),
        estimate_seconds=amount(data, "estimateDeliveryTime"),
        fees=tuple(_read_fee(fee, tidy) for fee in members(data, "otherFee")),
        originals=tidy.originals(),
    )


def parse_placed_ride(data: Any) -> Ride:
    """Return a placed order. Raises MalformedPayload where it has no reference."""
    ride = parse_ride(data)
    if not (ride.task_id or ride.order_id):
        raise MalformedPayload("a placed ride names taskId or orderId")
    return ride


def parse_batch_price(data: Any) -> tuple[RideOffer, ...]:
    """Return what each carrier would take. Raises MalformedPayload."""
    return _read_offers(need_object(data, "offers"), "feeDetail", "distance")


def parse_batch_order(data: Any) -> BatchRide:
    """Return the placed batch. Raises MalformedPayload."""
    data = need_object(data, "a batch")
    batch = BatchRide(
        task_id=text(data, "taskId"),
        order_id=text(data, "orderId"),
        offers=_read_offers(data, "fee", "deliveryDistance"),
    )
    if not batch.task_id:
        raise MalformedPayload("a batch names its taskId")
    return batch


def parse_cancelled(data: Any) -> Decimal | None:
    """Return the fee of a cancellation, None if none is named. Raises MalformedPayload."""
    return amount(need_object(data or {}, "a cancellation"), "cancelFee")


def parse_rider(data: Any) -> RiderPosition:
    """Return where the rider is. Raises MalformedPayload: a place in an unknown system is none."""
    data = need_object(data, "a position")
    longitude, latitude = amount(data, "courierLng"), amount(data, "courierLat")
    system = CoordinateSystem.parse(text(data, "lbsType").strip())
    if longitude is None or latitude is None or system is None:
        raise MalformedPayload("a position has courierLng, courierLat and lbsType")
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise MalformedPayload("this is no point on Earth")
    return RiderPosition(float(longitude), float(latitude), system)


def parse_push(raw: str | bytes) -> RidePush:
    """Return the report in the ``param`` of a same-city push. Raises MalformedPayload."""
    return read_push(load_object(raw))


def read_push(value: Mapping[str, Any]) -> RidePush:
    """Return the report in a decoded push. Raises MalformedPayload."""
    state = text(value, "status")
    tidy = Tidy()
    updated = text(value, "updateTime")
    push = RidePush(
        state=state,
        known=SameCityState.parse(state),
        order_id=text(value, "orderId", "orderid"),
        task_id=text(value, "taskId"),
        carrier=text(value, "kuaidicom", "kuaidiCom"),
        words=tidy.line(value, "statusDesc"),
        courier_name=tidy.name(value, "courierName"),
        courier_phone=text(value, "courierMobile"),
        updated_text=updated,
        updated_at=read_wall_time(updated),
        originals=tidy.originals(),
    )
    if not state or not (push.order_id or push.task_id):
        raise MalformedPayload("a ride's push has a status and names its order")
    return push


def _ride(request: RideRequest, callback_url: str, salt: str) -> dict[str, Any]:
    require(callback_url=callback_url)
    param = {
        "lbsType": request.system.value,
        **request.recipient.fields("rec"),
        **request.sender.fields("send"),
        "weight": kilograms(request.weight_grams),
        "remark": limit(request.remark, REMARK_LENGTH, field="remark"),
        "volume": request.volume,
        "expectPickupTime": request.pickup_time,
        "expectFinishTime": request.finish_time,
        "insurance": request.insurance,
        "price": request.price,
        "directDelivery": 1 if request.direct else None,
        "goods": [
            kept({"name": goods.name, "type": goods.kind, "count": goods.count})
            for goods in request.goods
        ],
        "callbackUrl": callback_url,
        "salt": limit(salt, SALT_LENGTH, field="salt"),
        "thirdId": request.third_id,
    }
    return {**kept(param), "orderType": request.order_type}


def _read_fee(fee: Mapping[str, Any], tidy: Tidy) -> RideFee:
    return RideFee(text(fee, "feeType"), tidy.line(fee, "feeDesc"), amount(fee, "amount"))


def _read_offers(data: Mapping[str, Any], name: str, distance: str) -> tuple[RideOffer, ...]:
    return tuple(
        RideOffer(
            carrier=text(item, "kuaidiCom", "kuaidicom"),
            distance_metres=amount(item, distance),
            discounted_fee=amount(item, "discountFee"),
        )
        for item in members(data, name)
    )
