"""Questions that change nothing: time and price of a lane, reach, addresses (contract §5.3–5.7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.sandbox import addresses, carriers, world
from apps.sandbox.booking_form import read_weight
from apps.sandbox.carriers import Carrier
from apps.sandbox.envelopes import Refusal
from apps.sandbox.estimates import CARRIERS, PRICED, REACHED, expect
from apps.sandbox.foreign import BY_CODE as COUNTRIES
from apps.sandbox.foreign_address import read_parts
from apps.sandbox.hours import HOUR
from apps.sandbox.models import SandboxAccount
from apps.sandbox.places import Place, read_address
from apps.sandbox.planner import Destination, read_destination
from apps.sandbox.pricing import as_text, has_line, quote
from apps.sandbox.rng import stream
from apps.sandbox.route import CHINA, WALL, route_rows, wall_text
from apps.sandbox.wire import text_of

STANDARD = "标准快递"
YEARS = range(2000, 2100)
LONGEST_FOREIGN = 500
MONITORED = {"orderexport": ("sysNum",), "sendout": ("sysNum", "expressNum", "expressCode")}
LEVELS = {"0000": "1", "00": "2"}


def bad(detail: str) -> Refusal:
    """30001: a parameter is missing or cannot be read."""
    return Refusal("30001", f"参数错误：{detail}")


def estimate_time(*, param: dict[str, Any]) -> dict[str, Any]:
    """``time``: when a parcel of this lane arrives; with ``logistics`` how much is left."""
    carrier = _carrier(param, CARRIERS)
    origin, destination = _lane(carrier, param, "from", "to")
    ordered_at = _moment(param, "orderTime")
    found = expect(
        seed=world.seed(),
        carrier=carrier,
        origin=origin,
        destination=destination,
        ordered_at=ordered_at,
    )
    under_way = bool(param.get("logistics"))
    now = world.epoch(world.now()) if under_way else ordered_at
    total = (found.arrives - ordered_at) / HOUR
    return {
        "taskId": _task_id(param),
        "fromName": origin.full_name,
        "fromNum": origin.area_code,
        "toName": destination.place.full_name if destination.place else text_of(param, "to"),
        "toNum": destination.place.area_code if destination.place else "",
        "arrivalTime": wall_text(found.arrives),
        "deliveryExpendTime": str(-(-int(total) // 24)),
        "totalTime": _hours(total),
        "remainTime": _hours(max(0.0, (found.arrives - now) / HOUR)),
        "expType": text_of(param, "expType") or STANDARD,
        "predictedRoute": route_rows(found.stops, now if under_way else None),
    }


def estimate_price(*, param: dict[str, Any]) -> dict[str, Any]:
    """``price``: the carrier's services with their price on the lane."""
    carrier = _carrier(param, PRICED)
    origin, destination = _lane(carrier, param, "sendAddr", "recAddr")
    try:
        grams = read_weight(param)
    except Refusal as refused:
        raise Refusal("30001", refused.message) from refused
    if not has_line(carrier, destination):
        raise Refusal("30005", "快递公司返回异常：当前线路未设置价格")
    cost = quote(carrier=carrier, origin=origin, destination=destination, weight_grams=grams)
    return {
        "kuaidicom": carrier.code,
        "combos": [{"price": as_text(cost.price), "expType": STANDARD}],
    }


def check_reach(*, param: dict[str, Any]) -> dict[str, Any]:
    """``reachable``: flavour A codes; the fields of ``data`` are documented nowhere."""
    code = text_of(param, "kuaidicom", "kuaidiCom", "kuaidiComs").lower()
    if code not in REACHED:
        raise Refusal("201", "参数异常：kuaidicom不支持" if code else "参数异常：kuaidicom不能为空")
    sender, recipient = text_of(param, "sendManPrintAddr"), text_of(param, "recManPrintAddr")
    if not sender or not recipient:
        raise Refusal("201", "参数异常：地址不能为空")
    origin, destination = read_address(sender), read_address(recipient)
    if origin is None or destination is None or not destination.is_district:
        raise Refusal("400", "行政区解析失败")
    carrier = carriers.BY_CODE.get(code)
    served = carrier is not None and has_line(carrier, Destination(destination))
    return {"reachable": "1" if served else "0", "reason": "" if served else "收件地址超区"}


def resolve_address(*, param: dict[str, Any]) -> dict[str, Any]:
    """``address/resolution``: every address of a text; images cannot be read here."""
    content = text_of(param, "content")
    if not content:
        given = text_of(param, "image", "imageUrl", "pdfUrl", "htmlUrl")
        raise bad("仅支持文本识别" if given else "content不能为空")
    if text_of(param, "addressLevel") not in {"", "3", "4"}:
        raise bad("addressLevel只支持3或4")
    found = addresses.resolve(content)
    if not found:
        raise Refusal("30005", "地址解析失败")
    return {"taskId": _task_id(param), "result": [_address(item) for item in found]}


def resolve_foreign(*, param: dict[str, Any]) -> dict[str, Any]:
    """``internationalAddress/resolution``: an address of a country in its parts."""
    code, address = text_of(param, "code").upper(), text_of(param, "address")
    if not code or not address:
        raise bad("code和address不能为空")
    country = COUNTRIES.get(code)
    if country is None or len(address) > LONGEST_FOREIGN:
        raise bad("code不支持" if country is None else "address长度不正确")
    parts = read_parts(country, address)
    if parts is None:
        raise Refusal("30005", "地址解析失败")
    row = {
        "country": parts.country,
        "province": parts.province,
        "city": parts.city,
        "district": parts.district,
        "route": parts.route,
        "streetNum": parts.street_number,
        "postcode": parts.postcode,
    }
    return {"result": row}


def take_monitored(
    *, account: SandboxAccount, method: str, param: dict[str, Any]
) -> dict[str, Any]:
    """The monitor's ``orderExport`` and ``sendOut``: taken and named; nothing comes of them."""
    if method not in MONITORED:
        raise bad("找不到该method")
    missing = [name for name in MONITORED[method] if not text_of(param, name)]
    if missing:
        raise bad(f"{missing[0]}不能为空")
    return {"sysNum": text_of(param, "sysNum"), "taskId": _task_id({**param, "": account.key})}


def _address(item: addresses.Found) -> dict[str, Any]:
    place = item.place
    code = place.code[:6]
    ending = next((level for end, level in LEVELS.items() if code.endswith(end)), "3")
    return {
        "content": item.content,
        "mobile": list(item.phones),
        "name": item.name,
        "address": item.street,
        "xzq": {
            "fullName": place.full_name,
            "province": place.province,
            "city": place.city or place.name,
            "district": place.name if place.is_district else "",
            "subArea": item.street,
            "parentCode": place.city_code if place.is_district else code[:2] + "0000",
            "code": code,
            "level": ending,
        },
    }


def _carrier(param: dict[str, Any], supported: frozenset[str]) -> Carrier:
    code = text_of(param, "kuaidicom", "kuaidiCom").lower()
    if not code:
        raise bad("kuaidicom不能为空")
    if code not in supported:
        raise bad("kuaidicom不支持")
    carrier = carriers.BY_CODE.get(code)
    if carrier is None:
        raise Refusal("30005", "快递公司返回异常：该线路暂不支持")
    return carrier


def _lane(
    carrier: Carrier, param: dict[str, Any], start: str, end: str
) -> tuple[Place, Destination]:
    for name in (start, end):
        if not text_of(param, name):
            raise bad(f"{name}不能为空")
    origin = read_address(text_of(param, start))
    destination = read_destination(carrier, text_of(param, end))
    if origin is None or destination is None:
        raise bad(f"{start if origin is None else end}行政区解析失败")
    return origin, destination


def _moment(param: dict[str, Any], name: str) -> int:
    try:
        moment = dt.datetime.strptime(text_of(param, name), WALL).replace(tzinfo=CHINA)
    except ValueError as error:
        raise bad(f"{name}格式不正确") from error
    if moment.year not in YEARS:
        raise bad(f"{name}超出范围")
    return world.epoch(moment)


def _task_id(param: dict[str, Any]) -> str:
    rng = stream(world.seed(), "lookup", repr(sorted(param.items(), key=str)))
    return f"{rng.getrandbits(128):032X}"


def _hours(hours: float) -> str:
    return f"{hours:.1f}".removesuffix(".0")
