"""Reading and checking the parameters of a pickup order (contract §5.1), without a table."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from apps.sandbox import carriers
from apps.sandbox.carriers import Carrier
from apps.sandbox.envelopes import Refusal
from apps.sandbox.hours import DAY, midnight
from apps.sandbox.phones import is_domestic_phone, is_foreign_phone
from apps.sandbox.places import Place, read_address
from apps.sandbox.planner import Destination, read_destination
from apps.sandbox.wire import text_of

LONGEST_ADDRESS, LONGEST_URL, LONGEST_SALT, LONGEST_REFERENCE = 300, 200, 100, 32
LONGEST_NAME = 64
HEAVIEST_KG = Decimal("1000")
DAYS = {"": 0, "今天": 0, "明天": 1, "后天": 2}
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
IDENTITY = (
    "kuaidicom", "recManName", "recManMobile", "recManPrintAddr", "sendManMobile",
    "sendManPrintAddr",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """A pickup window: days from today and two times of day ("HH:mm"), or empty."""

    day: int
    start: str
    end: str

    def starts_at(self, now: int) -> int | None:
        """Epoch second of the start, counted from the China day of ``now``."""
        if not self.start:
            return None
        hours, minutes = self.start.split(":")
        return midnight(now) + self.day * DAY + int(hours) * 3600 + int(minutes) * 60


@dataclass(frozen=True, slots=True)
class Parties:
    """Carrier, ends of the lane and weight: what a price needs."""

    carrier: Carrier
    origin: Place
    destination: Destination
    weight_grams: int


@dataclass(frozen=True, slots=True)
class BookingForm:
    """A checked ``bOrder``."""

    parties: Parties
    phones: tuple[str, str]
    callback_url: str
    salt: str
    reference: str
    slot: Slot
    digest: str


def read_carrier(param: dict[str, Any]) -> Carrier:
    """The carrier of ``kuaidicom`` or ``kuaidiCom``; 400 for one that takes no orders."""
    code = text_of(param, "kuaidicom", "kuaidiCom").lower()
    carrier = carriers.BY_CODE.get(code)
    if carrier is None:
        raise bad("kuaidicom不支持" if code else "kuaidicom不能为空")
    return carrier


def bad(detail: str) -> Refusal:
    """400 参数错误 with what is wrong."""
    return Refusal("400", f"参数错误：{detail}")


def read_weight(param: dict[str, Any]) -> int:
    """``weight`` in kilograms as grams; 1 kg when it is missing."""
    text = text_of(param, "weight") or "1"
    try:
        kilograms = Decimal(text)
    except InvalidOperation as error:
        raise bad("weight格式不正确") from error
    if not kilograms.is_finite() or not 0 < kilograms <= HEAVIEST_KG:
        raise bad("weight超出范围")
    return int(kilograms * 1000) or 1


def read_parties(param: dict[str, Any], carrier: Carrier) -> Parties:
    """Both addresses and the weight; 400 when missing, 500 when nobody delivers there."""
    sender, recipient = text_of(param, "sendManPrintAddr"), text_of(param, "recManPrintAddr")
    for name, address in (("sendManPrintAddr", sender), ("recManPrintAddr", recipient)):
        if not address:
            raise bad(f"{name}不能为空")
        if len(address.encode()) > LONGEST_ADDRESS:
            raise bad(f"{name}长度不能超过{LONGEST_ADDRESS}")
    origin = read_address(sender)
    if origin is None:
        raise Refusal("500", "寄件地址解析失败，请填写完整的省市区")
    destination = read_destination(carrier, recipient)
    if destination is None:
        raise Refusal("500", "收件地址解析失败，请填写完整的省市区")
    return Parties(carrier, origin, destination, read_weight(param))


def read_booking(param: dict[str, Any]) -> BookingForm:
    """Check a ``bOrder`` in the order the platform complains; raises Refusal."""
    carrier = read_carrier(param)
    for name in ("recManName", "recManMobile", "sendManName", "sendManMobile"):
        if not text_of(param, name):
            raise bad(f"{name}不能为空")
        if len(text_of(param, name)) > LONGEST_NAME:
            raise bad(f"{name}长度不正确")
    parties = read_parties(param, carrier)
    phones = (text_of(param, "sendManMobile"), text_of(param, "recManMobile"))
    _check_phones(phones, parties)
    _check_options(param, carrier)
    return BookingForm(
        parties=parties,
        phones=phones,
        callback_url=_read_callback(param),
        salt=_bounded(param, "salt", LONGEST_SALT),
        reference=_bounded(param, "thirdOrderId", LONGEST_REFERENCE),
        slot=read_slot(param, required=carrier.needs_slot),
        digest=_digest(param),
    )


def _check_phones(phones: tuple[str, str], parties: Parties) -> None:
    sender, recipient = phones
    if not is_domestic_phone(sender):
        raise bad("寄件人手机号格式不正确")
    abroad = parties.destination.country is not None
    fits = is_foreign_phone(recipient) if abroad else is_domestic_phone(recipient)
    if not fits:
        raise bad("收件人手机号格式不正确")


def _check_options(param: dict[str, Any], carrier: Carrier) -> None:
    if carrier.needs_cargo and not text_of(param, "cargo"):
        raise bad("cargo不能为空")
    if text_of(param, "payment").upper() not in {"", "SHIPPER"}:
        raise bad("payment只支持SHIPPER")


def _read_callback(param: dict[str, Any]) -> str:
    url = text_of(param, "callBackUrl", "callbackUrl", "callbackurl")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Refusal("700", "回调地址错误") from error
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Refusal("700", "回调地址错误")
    if len(url.encode()) > LONGEST_URL:
        raise Refusal("700", "回调地址错误：长度超过200")
    return url


def _bounded(param: dict[str, Any], name: str, longest: int) -> str:
    text = text_of(param, name)
    if len(text.encode()) > longest:
        raise bad(f"{name}长度不能超过{longest}")
    return text


def read_slot(param: dict[str, Any], *, required: bool) -> Slot:
    """``dayType`` and the two times; a window of at least an hour (§5.1)."""
    day = text_of(param, "dayType")
    start, end = text_of(param, "pickupStartTime"), text_of(param, "pickupEndTime")
    if day not in DAYS:
        raise bad("dayType只支持今天/明天/后天")
    if not start and not end:
        if required:
            raise bad("预约时间不能为空")
        return Slot(DAYS[day], "", "")
    if not CLOCK.fullmatch(start) or not CLOCK.fullmatch(end):
        raise bad("预约时间格式不正确")
    if _minutes(end) - _minutes(start) < 60:
        raise bad("预约时间段不能小于1小时")
    return Slot(DAYS[day], start, end)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _digest(param: dict[str, Any]) -> str:
    joined = "\x1f".join(text_of(param, name, name.replace("com", "Com")) for name in IDENTITY)
    return hashlib.blake2b(joined.encode(), digest_size=16).hexdigest()
