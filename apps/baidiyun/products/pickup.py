"""Merchant pickup orders (contract §5.1): booking, its changes, its prices and its pushes.

States that need more than a note: 155 the weight was changed, 15 settled (may come again, each
time with the whole bill), 166 an order that was over lives again, 302 another courier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.baidiyun.choices import PickupState
from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products.common import (
    Signer,
    kept,
    kilograms,
    limit_bytes,
    need_object,
    order_form,
    require,
)
from apps.baidiyun.reading import amount, load_object, member, members, text
from apps.baidiyun.signing import compact_json

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
    password_signing: bool = False
    pickup_code: str = ""


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
    reassigned_to: str = ""
    originals: Originals = ()

    @property
    def is_settlement(self) -> bool:
        """Whether this is the bill; it may come again."""
        return self.known == PickupState.SETTLED

    @property
    def is_weight_change(self) -> bool:
        """Whether the carrier changed the weight, and with it the price."""
        return self.known == PickupState.WEIGHT_CHANGED

    @property
    def is_revival(self) -> bool:
        """Whether an order that was over lives again."""
        return self.known == PickupState.REVIVED

    @property
    def is_reassignment(self) -> bool:
        """Whether another courier (or carrier) comes; who is in the courier's fields."""
        return self.known == PickupState.REASSIGNED


def build_order(
    *, signer: Signer, request: PickupRequest, callback_url: str, salt: str
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
        "passwordSigning": "Y" if request.password_signing else "",
        "pickupCode": request.pickup_code,
    }
    return order_form(kept(param), signer=signer, method="bOrder")


def build_cancel(*, signer: Signer, task_id: str, order_id: str, reason: str) -> dict[str, str]:
    """Return the form of a cancellation; the reason is cut to the platform's 30 characters."""
    if not task_id or not order_id:
        raise InvalidRequest("a cancellation names taskId and orderId", field="task_id")
    param = {
        "taskId": task_id,
        "orderId": order_id,
        "cancelMsg": reason[:CANCEL_MESSAGE_LENGTH],
    }
    return order_form(param, signer=signer, method="cancel")


def build_detail(*, signer: Signer, task_id: str = "", third_order_id: str = "") -> dict[str, str]:
    """Return the form that asks for an order by the platform's or by our own reference."""
    param = kept({"taskId": task_id, "thirdOrderId": third_order_id})
    if not param:
        raise InvalidRequest("details need taskId or thirdOrderId", field="task_id")
    return order_form(param, signer=signer, method="detail")


def build_modify(
    *,
    signer: Signer,
    task_id: str,
    order_id: str,
    day_type: str,
    pickup_start: str,
    pickup_end: str,
) -> dict[str, str]:
    """Return the form that moves a pickup to another slot (HH:mm on 今天/明天/后天)."""
    require(task_id=task_id, order_id=order_id, day_type=day_type, pickup_start=pickup_start)
    require(pickup_end=pickup_end)
    param = {
        "taskId": task_id,
        "orderId": order_id,
        "dayType": day_type,
        "pickupStartTime": pickup_start,
        "pickupEndTime": pickup_end,
    }
    return order_form(param, signer=signer, method="modifyOrder")


def build_pay(*, signer: Signer, order_id: str) -> dict[str, str]:
    """Return the form that pays a settled order (after state 15)."""
    require(order_id=order_id)
    return order_form({"orderId": order_id}, signer=signer, method="synPay")


def parse_order(data: Any) -> Booked:
    """Return the references in the ``data`` of a successful bOrder. Raises MalformedPayload."""
    data = need_object(data, "a booked order")
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


def _read_update(data: Mapping[str, Any], *, outer: Mapping[str, Any]) -> PickupPush:
    state = text(data, "status")
    tidy = Tidy()
    return PickupPush(
        state=state,
        known=PickupState.parse(state),
        order_id=text(data, "orderId", "orderid"),
        task_id=text(data, "taskId") or text(outer, "taskId"),
        carrier=text(outer, "kuaidicom", "kuaidiCom") or text(data, "kuaidicom", "kuaidiCom"),
        number=text(data, "kuaidinum", "kuaidiNum") or text(outer, "kuaidinum", "kuaidiNum"),
        message=tidy.line(outer, "message"),
        courier_name=tidy.name(data, "courierName"),
        courier_phone=text(data, "courierMobile"),
        weight_kg=amount(data, "weight"),
        actual_weight_kg=amount(data, "actualWeight"),
        volume=amount(data, "volume"),
        freight=amount(data, "freight"),
        default_price=amount(data, "defPrice"),
        pay_status=text(data, "payStatus"),
        pickup_start=text(data, "pickupStartTime"),
        pickup_end=text(data, "pickupEndTime"),
        fees=tuple(_read_fee(fee, tidy) for fee in members(data, "feeDetails")),
        reassigned_to=_read_dispatch(data, tidy),
        originals=tidy.originals(),
    )


def _read_fee(fee: Mapping[str, Any], tidy: Tidy) -> Fee:
    return Fee(
        kind=text(fee, "feeType"),
        description=tidy.line(fee, "feeDesc"),
        amount=amount(fee, "amount"),
        pay_status=text(fee, "payStatus"),
    )


def _read_dispatch(data: Mapping[str, Any], tidy: Tidy) -> str:
    """Return ``dispatchData`` as text: its fields are nowhere documented."""
    given = data.get("dispatchData")
    if isinstance(given, dict | list):
        return tidy.line({"dispatchData": compact_json(given)}, "dispatchData")
    return tidy.line(data, "dispatchData")


def _check_request(request: PickupRequest, *, callback_url: str, salt: str) -> None:
    parties = {"recipient": request.recipient, "sender": request.sender}
    for who, party in parties.items():
        for field in ("name", "mobile", "address"):
            if not getattr(party, field).strip():
                raise InvalidRequest(f"{who}.{field} is empty", field=f"{who}.{field}")
        limit_bytes(party.address, ADDRESS_BYTES, field=f"{who}.address")
    if not 0 < len(request.third_order_id) <= THIRD_ORDER_ID_LENGTH:
        raise InvalidRequest("thirdOrderId has 1 to 32 characters", field="third_order_id")
    limit_bytes(callback_url, CALLBACK_BYTES, field="callback_url")
    limit_bytes(salt, SALT_BYTES, field="salt")
