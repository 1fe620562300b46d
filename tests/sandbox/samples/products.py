"""A right call of every product and method, and the shape its documented answer has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sandbox.clients import booking
from tests.sandbox.samples.wire import flavour_a, flavour_b
from tests.sandbox.test_gateway_around import CALL, ORDER, WORK
from tests.sandbox.test_gateway_newer import LABEL, LANE
from tests.sandbox.test_gateway_rides import OLDER, ride
from tests.support.vendor_languages import KEY, Call

NUMBER = "YT6186594166532"
NASTY = "a+b=c&d%20 \"q\" 'e' <i> ~*!() /\\ é 😀"
"""What every encoder treats in its own way."""
BACK = "http://127.0.0.1:1/cb?orderId=123&x=a%20b"
TEXT_OR_NULL = frozenset({str, None})
NODE = {"time": str, "context": str, "ftime": str}
ADVANCED_NODE = {
    **NODE, "areaCode": TEXT_OR_NULL, "areaName": TEXT_OR_NULL, "areaCenter": TEXT_OR_NULL,
    "areaPinYin": TEXT_OR_NULL, "status": str, "statusCode": str, "location": str,
}  # fmt: skip


def _point() -> Any:
    return {"number": str, "name": str}


TRACK = {
    "message": "ok", "nu": NUMBER, "ischeck": str, "com": "yuantong", "status": "200",
    "state": str, "condition": str, "isLoop": bool,
}  # fmt: skip
STOP = {
    "arriveTime": str, "leaveTime": str, "province": str, "city": str, "district": str,
    "name": str, "state": str, "type": str,
}  # fmt: skip
PRICE = dict.fromkeys(
    ("serviceType", "kuaidiCom", "price", "defPrice", "firstPrice", "overPrice", "defFirstPrice",
     "defOverPrice"), str,
)  # fmt: skip
BATCH_ROW = {name: PRICE[name] for name in PRICE if name not in {"defFirstPrice", "defOverPrice"}}
BOOKED = {
    "taskId": str, "orderId": str, "kuaidinum": str, "attach": None, "pollToken": str,
    "eOrder": str,
}  # fmt: skip
FEES = {
    "deliveryDistance": int, "deliverFee": str, "discountFee": str, "estimateDeliveryTime": int,
    "otherFee": [],
}  # fmt: skip
WORK_ROW = {
    "consultId": str, "status": str, "statusDesc": str,
    "replies": [{"author": str, "content": str, "time": str}],
}  # fmt: skip
TIME = {
    **dict.fromkeys(
        ("taskId", "fromName", "fromNum", "toName", "toNum", "arrivalTime", "deliveryExpendTime",
         "totalTime", "remainTime", "expType"), str,
    ),
    "predictedRoute": [STOP],
}  # fmt: skip
LABELLED = dict.fromkeys(
    ("taskId", "kuaidinum", "childNum", "returnNum", "label", "bulkpen", "orgCode", "orgName",
     "destCode", "destName", "kdComOrderNum", "expressCode", "expressName"), str,
)  # fmt: skip
PERSON = {
    "content": str, "mobile": [str], "name": str, "address": str,
    "xzq": dict.fromkeys(
        ("fullName", "province", "city", "district", "subArea", "parentCode", "code", "level"), str
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """A call and its answer; ``signed`` is the code for a wrong signature."""

    call: Call
    answer: Any
    unsigned: str


def _poll(path: str) -> Product:
    param = {
        "company": "yuantong", "number": NUMBER, "from": "广东省深圳市南山区", "to": "北京市朝阳区",
        "key": KEY, "remark": NASTY,
        "parameters": {
            "callbackurl": BACK, "salt": "sält 1/2", "resultv2": "", "autoCom": "", "phone": None,
        },
    }  # fmt: skip
    return Product(Call(path, param, "none"), flavour_a("提交成功"), "")


def _query(path: str, level: str, answer: dict[str, Any]) -> Product:
    param = {
        "com": "yuantong", "num": NUMBER, "phone": "", "from": "广东省深圳市", "to": "北京市朝阳区",
        "resultv2": level, "show": "0", "order": "desc", "lang": None, "remark": NASTY,
    }  # fmt: skip
    return Product(Call(path, param, "query"), answer, "503")


def _border(method: str, param: dict[str, Any], message: str, data: Any) -> Product:
    call = Call("/order/borderapi.do", {**param, "note": NASTY}, method=method)
    return Product(call, flavour_a(message, data), "503")


def _newer(path: str, param: dict[str, Any], data: Any, method: str = "") -> Product:
    return Product(Call(path, {**param, "note": NASTY}, method=method), flavour_b(data), "30002")


def _kd100(path: str, param: dict[str, Any], data: Any = None) -> Product:
    told = {"code": 200, "message": "OK"} | ({} if data is None else {"data": data})
    return Product(Call(f"/api/v1/{path}", {**param, "note": NASTY}, "kd100"), told, "104")


BATCH = {**booking(), "kuaidiComList": ["yuantong", "jd"], "serviceTypeList": ["标准快递"] * 2}
LANE_ENDS = {
    "kuaidicom": "yuantong", "sendAddr": "广东省深圳市南山区科技园1号",
    "recAddr": "北京市朝阳区建国路88号", "weight": "1",
}  # fmt: skip
PRODUCTS: dict[str, Product] = {
    "poll": _poll("/poll"),
    "pollmap": _poll("/pollmap"),
    "query": _query("/poll/query.do", "", {**TRACK, "data": [NODE]}),
    "query 4": _query(
        "/poll/query.do", "4",
        {**TRACK, "data": [ADVANCED_NODE],
         "routeInfo": dict.fromkeys(("from", "cur", "to"), _point())},
    ),
    "maptrack": _query(
        "/poll/maptrack.do", "",
        {**TRACK, "data": [NODE], "trailUrl": str, "arrivalTime": str, "totalTime": str,
         "remainTime": str, "routeInfo": dict.fromkeys(("from", "cur", "to"), _point())},
    ),
    "autonumber": Product(
        Call("/autonumber/auto", {"num": NUMBER, "key": KEY}, "plain"),
        [{"lengthPre": 15, "comCode": "yuantong", "name": "圆通速递"}], "",
    ),
    "price": _border("price", booking(), "成功", PRICE),
    "batchPrice": _border("batchPrice", BATCH, "成功", [BATCH_ROW]),
    "bOrder": _border("bOrder", booking(callBackUrl=BACK), "提交成功", BOOKED),
    "reachable": Product(
        Call("/reachable.do", {**booking(), "note": NASTY}, method="reachable"),
        flavour_a("成功", {"reachable": str, "reason": str}), "503",
    ),
    "label": _newer("/label/order", {**LABEL, "weight": 2.0}, LABELLED, "order"),
    "time": _newer("/label/order", LANE, TIME, "time"),
    "label price": _newer(
        "/label/order", LANE_ENDS,
        {"kuaidicom": "yuantong", "combos": [{"price": str, "expType": str}]}, "price",
    ),
    "address": _newer(
        "/address/resolution", {"content": "张三，13800138000，广东省深圳市南山区科技园1号"},
        {"taskId": str, "result": [PERSON]},
    ),
    "internationalAddress": _newer(
        "/internationalAddress/resolution",
        {"code": "US", "address": "350 Fifth Ave, New York, NY 10118, USA", "language": "en"},
        {"result": dict.fromkeys(
            ("country", "province", "city", "district", "route", "streetNum", "postcode"), str
        )},
    ),
    "bsamecity price": _newer("/bsamecity/order", ride(), FEES, "price"),
    "bsamecity order": _newer(
        "/bsamecity/order", ride(remark=NASTY),
        {"taskId": str, "orderId": str, "kuaidinum": str, **FEES}, "order",
    ),
    "bsamecity batchPrice": _newer(
        "/bsamecity/order", ride(kuaidiComList=["uupaotui", "dadatongcheng"]),
        {"feeDetail": [{"kuaidiCom": str, "distance": int, "discountFee": str}]}, "batchPrice",
    ),
    "sameCity": Product(
        Call("/sameCity/order", {**OLDER, "callBackUrl": BACK, "note": NASTY}, method="order"),
        flavour_a("提交成功", {"taskId": str, "orderId": str, "kuaidinum": str}), "503",
    ),
    "sendAssistant": _newer(
        "/sendAssistant/order/apiCall", ORDER,
        {"kuaidinum": str, "label": dict.fromkeys(("type", "content", "url"), str),
         "invoice": dict.fromkeys(("type", "content", "url"), str), "pkgNums": str,
         "subNums": str},
    ),
    "sendAssistant pickUp": _newer(
        "/sendAssistant/order/pickUp", {**CALL, "pickupTimestamp": "2026-11-24 10:00:00"},
        {"pickupConfirmationNumber": str}
    ),
    "workorder": _newer("/workorder/api/create", {**WORK, "content": NASTY}, WORK_ROW),
    "monitor": _newer(
        "/logistics/monitor/api/order", {"sysNum": "S1"}, {"sysNum": "S1", "taskId": str},
        "orderExport",
    ),
    "pickupCode": _newer(
        "/pickupCode/register",
        {"kuaidicom": "yuantong", "kuaidinum": NUMBER, "receiverPhone": "13800138000",
         "callbackUrl": BACK},
        {"taskId": str}, "pickupCodeRegister",
    ),
    "kd100 detect": _kd100(
        "carriers/detect", {"tracking_number": NUMBER},
        [{"carrier_id": "yuantong", "carrier_name": "圆通速递"}],
    ),
    "kd100 create": _kd100(
        "tracking/create",
        {"carrier_id": "yuantong", "tracking_number": NUMBER, "webhook_url": BACK},
    ),
    "kd100 realtime": _kd100(
        "tracking/realtime", {"carrier_id": "yuantong", "tracking_number": NUMBER},
        {"carrier_id": "yuantong", "tracking_number": NUMBER, "order_status_code": str,
         "items": [dict.fromkeys(
             ("context", "time", "order_status_code", "order_status_description", "area_name",
              "location"), str)]},
    ),
}  # fmt: skip
