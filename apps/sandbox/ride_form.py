"""Reading and checking what a ride's price or order asks for (contract §5.4), without a table."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from apps.core.geo.coordinates import is_in_china
from apps.sandbox.envelopes import Refusal
from apps.sandbox.phones import is_domestic_phone
from apps.sandbox.projections import BD09, GCJ02, Place, from_lbs, metres_between
from apps.sandbox.ride_prices import CARRIERS, RideCarrier
from apps.sandbox.wire import text_of

SIX_DECIMALS = re.compile(r"-?\d{1,3}\.\d{6}")
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_REMARK = 20, 100, 255
LONGEST_SALT, LONGEST_URL, LONGEST_THIRD_ID = 20, 400, 64
HEAVIEST_KG = Decimal(100)
MOST_CARRIERS = 15
FARTHEST_BOOKED_S = 7 * 86_400
ENDS = (("sendMan", "寄件人"), ("recMan", "收件人"))


@dataclass(frozen=True, slots=True)
class RideForm:
    """A checked request; places in WGS-84, ``starts_at`` epoch seconds or None for now."""

    shop: Place
    buyer: Place
    lbs_type: str
    weight_grams: int
    distance_m: int
    callback_url: str
    salt: str
    third_id: str
    starts_at: int | None


def bad(detail: str) -> Refusal:
    """30001 with what is wrong, in the platform's words."""
    return Refusal("30001", detail)


def read_carriers(param: dict[str, Any], *, batch: bool) -> tuple[RideCarrier, ...]:
    """The carrier of ``kuaidicom``, or those of ``kuaidiComList``; 30001 for an unknown one."""
    codes = _codes(param) if batch else [text_of(param, "kuaidicom", "kuaidiCom")]
    codes = [code.strip().lower() for code in codes if code.strip()]
    name = "kuaidiComList" if batch else "kuaidicom"
    if not codes:
        raise bad(f"{name}不能为空")
    if len(codes) > MOST_CARRIERS:
        raise bad(f"{name}数量不正确")
    unknown = [code for code in codes if code not in CARRIERS]
    if unknown:
        raise bad(f"{name}不支持")
    return tuple(CARRIERS[code] for code in dict.fromkeys(codes))


def _codes(param: dict[str, Any]) -> list[str]:
    value = param.get("kuaidiComList")
    if isinstance(value, str):
        return value.strip("[] ").replace('"', "").split(",")
    return [str(code) for code in value] if isinstance(value, list) else []


def read_ride(param: dict[str, Any], *, now: int) -> RideForm:
    """Check a ride in the order the platform complains; raises Refusal 30001."""
    lbs_type = text_of(param, "lbsType") or GCJ02
    if lbs_type not in {BD09, GCJ02}:
        raise bad("lbsType不正确")
    shop, buyer = (from_lbs(_read_end(param, who, words), lbs_type) for who, words in ENDS)
    for name, longest in (("remark", LONGEST_REMARK), ("salt", LONGEST_SALT),
                          ("thirdId", LONGEST_THIRD_ID)):  # fmt: skip
        if len(text_of(param, name)) > longest:
            raise bad(f"{name}长度不能超过{longest}")
    return RideForm(
        shop=shop,
        buyer=buyer,
        lbs_type=lbs_type,
        weight_grams=_read_weight(param),
        distance_m=round(metres_between(shop, buyer) * 1.3),
        callback_url=_read_callback(param),
        salt=text_of(param, "salt"),
        third_id=text_of(param, "thirdId"),
        starts_at=_read_start(param, now),
    )


def _read_end(param: dict[str, Any], who: str, words: str) -> Place:
    for field, called, longest in (
        ("Name", "姓名", LONGEST_NAME), ("Mobile", "手机号", LONGEST_NAME),
        ("Province", "省", LONGEST_NAME), ("City", "市", LONGEST_NAME),
        ("District", "区", LONGEST_NAME), ("Addr", "详细地址", LONGEST_ADDRESS),
    ):  # fmt: skip
        text = text_of(param, f"{who}{field}")
        if not text:
            raise bad(f"{words}的{called}不能为空")
        if len(text) > longest:
            raise bad(f"{words}的{called}长度不能超过{longest}")
    if not is_domestic_phone(text_of(param, f"{who}Mobile")):
        raise bad(f"{words}的手机号格式不正确")
    lng = _read_degrees(param, f"{who}Lng", f"{words}经度", 180)
    lat = _read_degrees(param, f"{who}Lat", f"{words}纬度", 90)
    if not is_in_china(lng, lat):
        raise Refusal("30005", "该运力暂不支持该地址")
    return lng, lat


def _read_degrees(param: dict[str, Any], name: str, words: str, most: int) -> float:
    text = text_of(param, name)
    if not text:
        raise bad(f"{words}不能为空")
    if not SIX_DECIMALS.fullmatch(text):
        raise bad(f"{words}需精确到小数点后6位")
    if abs(float(text)) > most:
        raise bad(f"{words}不正确")
    return float(text)


def _read_weight(param: dict[str, Any]) -> int:
    try:
        kilograms = Decimal(text_of(param, "weight") or "1")
    except InvalidOperation as error:
        raise bad("weight格式不正确") from error
    if not kilograms.is_finite() or not 0 < kilograms <= HEAVIEST_KG:
        raise bad("weight超出范围")
    return max(1, int(kilograms * 1000))


def _read_callback(param: dict[str, Any]) -> str:
    url = text_of(param, "callbackUrl", "callBackUrl", "callbackurl")
    if not is_address(url):
        raise bad("回调地址格式错误")
    return url


def is_address(url: str) -> bool:
    """An absolute http or https address of at most LONGEST_URL bytes."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and len(url.encode()) <= LONGEST_URL


def _read_start(param: dict[str, Any], now: int) -> int | None:
    """From when riders may take it: now, or around the booked pickup or delivery."""
    kind = text_of(param, "orderType") or "0"
    if kind not in {"0", "1", "2"}:
        raise bad("orderType不正确")
    if kind == "0":
        return None
    name, lead = ("expectFinishTime", 3600) if kind == "1" else ("expectPickupTime", 900)
    try:
        booked = dt.datetime.strptime(f"{text_of(param, name)[:16]} +0800", "%Y-%m-%d %H:%M %z")
    except ValueError as error:
        raise bad(f"{name}格式不正确") from error
    at = int(booked.timestamp())
    if at < now:
        raise bad(f"{name}不能早于当前时间")
    if at > now + FARTHEST_BOOKED_S:
        raise bad(f"{name}超出可预约范围")
    return max(now, at - lead)
