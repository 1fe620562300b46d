"""The code that opens a locker or names a parcel at a station (contract §5.10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.products.common import Signer, need_object, order_form, require
from apps.baidiyun.reading import load_object, text


@dataclass(frozen=True, slots=True)
class PickupCode:
    """Where a parcel waits and what opens it; ``code`` is "" while there is none."""

    carrier: str
    number: str
    code: str
    address: str
    station: str
    words: str
    task_id: str = ""
    originals: Originals = ()


def build_register(
    *, signer: Signer, carrier: str, number: str, recipient_phone: str, callback_url: str
) -> dict[str, str]:
    """Return the form that asks to be told the code by push. Raises InvalidRequest."""
    require(carrier=carrier, number=number, recipient_phone=recipient_phone)
    require(callback_url=callback_url)
    param = {
        "kuaidicom": carrier,
        "kuaidinum": number,
        "receiverPhone": recipient_phone,
        "callbackUrl": callback_url,
    }
    return order_form(param, signer=signer, method="pickupCodeRegister")


def build_query(*, signer: Signer, carrier: str, number: str) -> dict[str, str]:
    """Return the form that asks for the code now. Raises InvalidRequest."""
    require(carrier=carrier, number=number)
    param = {"kuaidicom": carrier, "kuaidinum": number}
    return order_form(param, signer=signer, method="pickupCodeQuery")


def parse_registered(data: Any) -> str:
    """Return the task of a registration. Raises MalformedPayload."""
    task = text(need_object(data, "a registration"), "taskId")
    if not task:
        raise MalformedPayload("a registration names its taskId")
    return task


def parse_code(data: Any) -> PickupCode:
    """Return the code in the data of an answer. Raises MalformedPayload."""
    return _read(need_object(data, "a pickup code"), {})


def parse_push(raw: str | bytes) -> PickupCode:
    """Return the code in the ``param`` of a push. Raises MalformedPayload."""
    return read_push(load_object(raw))


def read_push(value: Mapping[str, Any]) -> PickupCode:
    """Return the code in a decoded push. Raises MalformedPayload."""
    return _read(value, value)


def _read(data: Mapping[str, Any], push: Mapping[str, Any]) -> PickupCode:
    tidy = Tidy()
    number = text(data, "kuaidinum", "kuaidiNum")
    if not number:
        raise MalformedPayload("a pickup code is about a number")
    return PickupCode(
        carrier=text(data, "kuaidicom", "kuaidiCom"),
        number=number,
        code=text(data, "pickUpCode").strip(),
        address=tidy.address(data, "pickUpAddress"),
        station=tidy.line(data, "pickUpStation"),
        words=tidy.line(data, "statusDesc"),
        task_id=text(push, "taskId"),
        originals=tidy.originals(),
    )
