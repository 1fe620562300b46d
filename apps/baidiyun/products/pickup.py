"""Merchant pickup orders (contract §5.1): bOrder, cancel, detail and the order push."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.baidiyun.choices import PickupState
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.reading import amount, load_object, member, members, text
from apps.baidiyun.signing import compact_json, sign_order

ADDRESS_BYTES = 300
CALLBACK_BYTES = 200
SALT_BYTES = 100
THIRD_ORDER_ID_LENGTH = 32
CANCEL_MESSAGE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives: name, mobile and one printable address line."""

    name: str
    mobile: str
    address: str


@dataclass(frozen=True, slots=True)
class PickupRequest:
    """A pickup to book. ``subject`` is the booking's id, ``weight_grams`` whole grams.

    ``insured_value`` is CNY; ``pickup_start``/``pickup_end`` are HH:mm on ``day_type``
    (今天/明天/后天), which shunfeng requires.
    """

    subject: int
    third_order_id: str
    carrier: str
    recipient: Party
    sender: Party
    cargo: str = ""
    weight_grams: int = 1_000
    remark: str = ""
    service_type: str = ""
    day_type: str = ""
    pickup_start: str = ""
    pickup_end: str = ""
    insured_value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """The platform's references of a booked pickup; ``number`` may come later by push."""

    task_id: str
    order_id: str
    number: str


@dataclass(frozen=True, slots=True)
class Fee:
    """One part of the bill, CNY."""

    kind: str
    description: str
    amount: Decimal | None
    pay_status: str


@dataclass(frozen=True, slots=True)
class PickupPush:
    """What a push or a detail answer says about a pickup order.

    ``state`` is the raw code, ``known`` its meaning or None for a code nobody documented;
    money is CNY, weights are kilograms as the platform says them.
    """

    state: str
    known: PickupState | None
    order_id: str = ""
    task_id: str = ""
    carrier: str = ""
    number: str = ""
    message: str = ""
    courier_name: str = ""
    courier_phone: str = ""
    weight_kg: Decimal | None = None
    actual_weight_kg: Decimal | None = None
    volume: Decimal | None = None
    freight: Decimal | None = None
    default_price: Decimal | None = None
    pay_status: str = ""
    pickup_start: str = ""
    pickup_end: str = ""
    fees: tuple[Fee, ...] = ()


def build_order(
    *, key: str, secret: str, t: str, request: PickupRequest, callback_url: str, salt: str
) -> dict[str, str]:
    """Return the form of bOrder. Raises InvalidRequest with the field that breaks a limit."""
    _check_request(request, callback_url=callback_url, salt=salt)
    param = {
        "kuaidicom": request.carrier,
        "recManName": request.recipient.name,
        "recManMobile": request.recipient.mobile,
        "recManPrintAddr": request.recipient.address,
        "sendManName": request.sender.name,
        "sendManMobile": request.sender.mobile,
        "sendManPrintAddr": request.sender.address,
        "callBackUrl": callback_url,
        "salt": salt,
        "payment": "SHIPPER",
        "weight": kilograms(request.weight_grams),
        "thirdOrderId": request.third_order_id,
        "cargo": request.cargo,
        "remark": request.remark,
        "serviceType": request.service_type,
        "dayType": request.day_type,
        "pickupStartTime": request.pickup_start,
        "pickupEndTime": request.pickup_end,
        "valinsPay": "" if request.insured_value is None else f"{request.insured_value:f}",
    }
    kept = {name: value for name, value in param.items() if value}
    return _signed("bOrder", kept, key=key, secret=secret, t=t)


def build_cancel(
    *, key: str, secret: str, t: str, task_id: str, order_id: str, reason: str
) -> dict[str, str]:
    """Return the form of a cancellation; the reason is cut to the platform's 30 characters."""
    if not task_id or not order_id:
        raise InvalidRequest("a cancellation names taskId and orderId", field="task_id")
    param = {
        "taskId": task_id,
        "orderId": order_id,
        "cancelMsg": reason[:CANCEL_MESSAGE_LENGTH],
    }
    return _signed("cancel", param, key=key, secret=secret, t=t)


def build_detail(
    *, key: str, secret: str, t: str, task_id: str = "", third_order_id: str = ""
) -> dict[str, str]:
    """Return the form that asks for an order by the platform's or by our own reference."""
    wanted = {"taskId": task_id, "thirdOrderId": third_order_id}
    param = {name: value for name, value in wanted.items() if value}
    if not param:
        raise InvalidRequest("details need taskId or thirdOrderId", field="task_id")
    return _signed("detail", param, key=key, secret=secret, t=t)


def parse_order(data: Any) -> Booked:
    """Return the references in the ``data`` of a successful bOrder. Raises MalformedPayload."""
    if not isinstance(data, Mapping):
        raise MalformedPayload("a booked order has data")
    booked = Booked(
        task_id=text(data, "taskId"),
        order_id=text(data, "orderId", "orderid"),
        number=text(data, "kuaidinum", "kuaidiNum"),
    )
    if not booked.task_id and not booked.order_id:
        raise MalformedPayload("a booked order names taskId or orderId")
    return booked


def parse_detail(data: Any) -> PickupPush:
    """Return the ``data`` of a successful detail answer. Raises MalformedPayload."""
    if not isinstance(data, Mapping) or not data:
        raise MalformedPayload("order details have data")
    return _read_update(data, outer={})


def parse_order_push(raw: str | bytes) -> PickupPush:
    """Return the report in the ``param`` of an order push. Raises MalformedPayload."""
    return read_order_push(load_object(raw))


def read_order_push(value: Mapping[str, Any]) -> PickupPush:
    """Return the report in a decoded order push. Raises MalformedPayload."""
    data = member(value, "data")
    if text(data, "status") == "":
        raise MalformedPayload("an order push has data.status")
    return _read_update(data, outer=value)


def kilograms(grams: int) -> str:
    """Write grams as the platform's kilograms: 1500 → "1.5"."""
    whole, rest = divmod(grams, 1_000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


def _read_update(data: Mapping[str, Any], *, outer: Mapping[str, Any]) -> PickupPush:
    state = text(data, "status")
    return PickupPush(
        state=state,
        known=PickupState.parse(state),
        order_id=text(data, "orderId", "orderid"),
        task_id=text(data, "taskId") or text(outer, "taskId"),
        carrier=text(outer, "kuaidicom", "kuaidiCom") or text(data, "kuaidicom", "kuaidiCom"),
        number=text(data, "kuaidinum", "kuaidiNum") or text(outer, "kuaidinum", "kuaidiNum"),
        message=text(outer, "message"),
        courier_name=text(data, "courierName"),
        courier_phone=text(data, "courierMobile"),
        weight_kg=amount(data, "weight"),
        actual_weight_kg=amount(data, "actualWeight"),
        volume=amount(data, "volume"),
        freight=amount(data, "freight"),
        default_price=amount(data, "defPrice"),
        pay_status=text(data, "payStatus"),
        pickup_start=text(data, "pickupStartTime"),
        pickup_end=text(data, "pickupEndTime"),
        fees=tuple(_read_fee(fee) for fee in members(data, "feeDetails")),
    )


def _read_fee(fee: Mapping[str, Any]) -> Fee:
    return Fee(
        kind=text(fee, "feeType"),
        description=text(fee, "feeDesc"),
        amount=amount(fee, "amount"),
        pay_status=text(fee, "payStatus"),
    )


def _check_request(request: PickupRequest, *, callback_url: str, salt: str) -> None:
    parties = {"recipient": request.recipient, "sender": request.sender}
    for who, party in parties.items():
        for field in ("name", "mobile", "address"):
            if not getattr(party, field).strip():
                raise InvalidRequest(f"{who}.{field} is empty", field=f"{who}.{field}")
        if len(party.address.encode()) > ADDRESS_BYTES:
            raise InvalidRequest(f"{who}.address has over 300 bytes", field=f"{who}.address")
    if not 0 < len(request.third_order_id) <= THIRD_ORDER_ID_LENGTH:
        raise InvalidRequest("thirdOrderId has 1 to 32 characters", field="third_order_id")
    if len(callback_url.encode()) > CALLBACK_BYTES:
        raise InvalidRequest("callBackUrl has over 200 bytes", field="callback_url")
    if len(salt.encode()) > SALT_BYTES:
        raise InvalidRequest("the salt has over 100 bytes", field="salt")
    if request.weight_grams <= 0:
        raise InvalidRequest("the weight is not positive", field="weight_grams")


def _signed(
    method: str, param: Mapping[str, str], *, key: str, secret: str, t: str
) -> dict[str, str]:
    body = compact_json(param)
    sign = sign_order(body, t=t, key=key, secret=secret)
    return {"method": method, "key": key, "sign": sign, "t": t, "param": body}
