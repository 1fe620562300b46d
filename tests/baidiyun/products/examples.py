"""Every message with every field we know, both ways: what we build, what we read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from apps.baidiyun.choices import CoordinateSystem, InterceptType
from apps.baidiyun.products import (
    addresses,
    detection,
    estimate,
    intercept,
    international,
    kd100,
    pickup,
    pickup_code,
    pickup_prices,
    reachable,
    samecity,
    tracking,
    waybill,
    workorder,
)
from apps.baidiyun.products.common import Signer
from apps.baidiyun.products.customs_parts import (
    CustomsLine,
    ForeignParty,
    IntlAccount,
    Invoice,
    Package,
    Payer,
)
from tests.baidiyun import payloads

SIGNER = Signer("testKey", "testSecret", "1576123932000")
NOW = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)
WHERE = {"from_": "江苏省苏州市相城区", "to": "广东省深圳市南山区"}
URL = "https://portal.example.com/c"
PERSON = waybill.Person("王超", "广东省深圳市南山区科技南十二路2号", "13900139000", "0755-1", "甲")
ACCOUNT = waybill.Account("p", "k", "s", "n", "net", "c")
END = samecity.End("店", "13800138000", "北京市", "北京市", "朝阳区", "建国路1号", 116.4, 39.9)
RIDE = samecity.RideRequest(
    recipient=END, sender=END, weight_grams=1_500, system=CoordinateSystem.BD09, remark="轻放",
    volume="10", order_type=2, pickup_time="2026-11-22 22:00", finish_time="2026-11-22 23:00",
    insurance="1", price="10", direct=True, goods=(samecity.Goods("花", 1, "鲜花"),), third_id="T1",
)  # fmt: skip
PARTY = ForeignParty(
    "Ann", "1 Main St", "Austin", "us", "73301", "+15550100", "1", "Texas", "Travis", "Co",
    "a@example.com", "TX", "t", "tt", "v", "e", "i",
)  # fmt: skip
INTL_ACCOUNT = IntlAccount("p", "n", "k", "s", "c")
LINE = CustomsLine(
    "T-shirt", 2, Decimal("9.5"), 200, "cn", "PCS", "T恤", "T-shirt", "SKU", 250, "610910",
    "61091000", 2,
)  # fmt: skip
PACKAGE = Package(500, reference="R1")
INTERNATIONAL = international.InternationalRequest(
    account=INTL_ACCOUNT, carrier="dhl", recipient=PARTY, sender=PARTY, cargo="衣服",
    weight_grams=500, packages=(PACKAGE,), lines=(LINE,), customs_value=Decimal(19),
    currency="USD", trade_term="DAP", service="P", remark="r", duties=Payer("DDU", "1"),
    freight=Payer("SHIPPER", "2"), invoice=Invoice(dt.date(2026, 11, 22), "I1", "C", "t", True),
    units="SI", shipped_at=NOW, packaging="YP", timezone="GMT+8", route_id="R", confirmation="1",
    saturday=True, battery="1",
)  # fmt: skip
PICKUP = pickup.PickupRequest(
    subject=1, third_order_id="shp1-1", carrier="jtexpress",
    recipient=pickup.Party("王超", "13900139000", "广东省深圳市南山区科技南十二路2号"),
    sender=pickup.Party("仓库", "13700137000", "浙江省杭州市余杭区文一西路969号"), cargo="T恤",
    weight_grams=1_500, remark="r", service_type="标准快递", day_type="今天", pickup_start="09:00",
    pickup_end="11:00", insured_value=Decimal(100), password_signing=True, pickup_code="1234",
)  # fmt: skip
LABEL = waybill.WaybillRequest(
    order_id="O1", carrier="zhongtong", recipient=PERSON, sender=PERSON, cargo="衣服",
    weight_grams=1_500, account=ACCOUNT, service="标准", number="1", count=2, volume=Decimal("0.1"),
    insured=Decimal(1), collected=Decimal(2), remark="r", check_man="m", with_children=True,
    with_return=True, printer="s", template="t", child_template="ct", return_template="rt",
)  # fmt: skip
STOP = intercept.InterceptRequest(
    carrier="zhongtong", number="73100012345678", kind=InterceptType.MODIFY_ADDRESS,
    account=ACCOUNT, recipient=PERSON, order_id="O1", reason="r", role="1", pay_type="THIRDPARTY",
    app_key="a", app_secret="b",
)  # fmt: skip
KD = {"api_key": "testApiKey", "secret": "testSecret"}
ASK = {"carrier": "usps", "number": "9926933413", "phone": "1", "from_": "a", "to": "b"}


def _subscribe(**more: Any) -> dict[str, str]:
    return tracking.build_subscribe(
        key="K", number="YT123456789", callback_url=URL, salt="s", phone="1234", **WHERE, **more
    )


def _param(form: dict[str, str]) -> dict[str, Any]:
    return json.loads(form["param"])


def _body(request: kd100.JsonRequest) -> dict[str, Any]:
    return json.loads(request.body)


def sent() -> dict[str, list[dict[str, Any]]]:
    """Message → what is sent for it, with every field we can send."""
    q = {"key": "K", "customer": "C", "carrier": "shunfeng", "number": "SF12345678"}
    abroad = tracking.Abroad("CN", "ems", "US", "usps")
    line = {"signer": SIGNER, "carrier": "jd"}
    ends = {"sender_address": "浙江省杭州市余杭区", "recipient_address": "广东省深圳市南山区"}
    both = {"task_id": "T", "order_id": "O"}
    ride = {"request": RIDE, "callback_url": URL, "salt": "s"}
    number = {"carrier": "jd", "number": "JD0076810060555"}
    return {
        "query.request": [
            _param(tracking.build_query(
                **q, **WHERE, phone="1234", level="8", with_courier=True, language="en"))
        ],
        "map.request": [
            _param(tracking.build_map_query(
                **q, **WHERE, phone="1234", template="m", with_courier=True))
        ],
        "subscribe.request": [_param(_subscribe(carrier="", abroad=abroad))],
        "map.subscribe": [
            _param(tracking.build_map_subscribe(
                key="K", carrier="jd", number="JD123456", callback_url=URL, salt="s", phone="1",
                template="m", **WHERE))
        ],
        "detect.request": [detection.build_detect(key="K", number="YT9693083639795")],
        "pickup.price.request": [
            _param(pickup_prices.build_price(
                **line, **ends, weight_grams=1_000, service_type="标准快递"))
        ],
        "pickup.batch_price.request": [
            _param(pickup_prices.build_batch_price(
                signer=SIGNER, carriers=[("jd", ""), ("ems", "特快")], weight_grams=1, **ends))
        ],
        "pickup.order.request": [
            _param(pickup.build_order(
                signer=SIGNER, request=PICKUP, callback_url=URL, salt="s"))
        ],
        "pickup.cancel.request": [
            _param(pickup.build_cancel(signer=SIGNER, reason="不寄了", **both))
        ],
        "pickup.detail.request": [
            _param(pickup.build_detail(signer=SIGNER, task_id="T", third_order_id="S"))
        ],
        "pickup.modify.request": [
            _param(pickup.build_modify(
                signer=SIGNER, day_type="明天", pickup_start="09:00", pickup_end="11:00", **both))
        ],
        "pickup.pay.request": [_param(pickup.build_pay(signer=SIGNER, order_id="O"))],
        "waybill.order.request": [
            _param(waybill.build_order(
                signer=SIGNER, request=LABEL, callback_url=URL, salt="s"))
        ],
        "waybill.reprint.request": [
            _param(waybill.build_reprint(signer=SIGNER, task_id="T", printer="p"))
        ],
        "waybill.custom.request": [
            _param(waybill.build_custom(
                signer=SIGNER, template="t", values={}, printer="p"))
        ],
        "waybill.cancel.request": [
            _param(waybill.build_cancel(
                signer=SIGNER, account=ACCOUNT, order_id="O", reason="r", **number))
        ],
        "waybill.time.request": [
            _param(estimate.build_estimate(
                **line, **WHERE, ordered_at=NOW, service="特惠送",
                nodes=[("2026-11-22 10:00:00", "已揽收")]))
        ],
        "waybill.price.request": [
            _param(estimate.build_freight(**line, **ends, weight_grams=1_000, monthly_card="m"))
        ],
        "waybill.receipt.request": [
            _param(waybill.build_receipt(signer=SIGNER, account=ACCOUNT, phone="1", **number))
        ],
        "waybill.intercept.request": [
            _param(intercept.build_intercept(
                signer=SIGNER, request=STOP, callback_url=URL, salt="s"))
        ],
        "reachable.request": [
            _param(reachable.build_reachable(
                **line, **ends, sender=("a", "1"), recipient=("b", "2")))
        ],
        "address.request": [
            _param(addresses.build_resolution(signer=SIGNER, content="张三 13800138000 深圳"))
        ],
        "address_abroad.request": [
            _param(addresses.build_foreign_resolution(
                signer=SIGNER, country="us", address="1 Main St", language="en"))
        ],
        "pickup_code.register.request": [
            _param(pickup_code.build_register(
                signer=SIGNER, recipient_phone="1", callback_url=URL, **number))
        ],
        "pickup_code.query.request": [_param(pickup_code.build_query(signer=SIGNER, **number))],
        "workorder.create.request": [
            _param(workorder.build_create(
                signer=SIGNER, kind="1", content="破损", order_id="O", callback_url=URL, salt="s",
                **number))
        ],
        "workorder.status.request": [
            _param(workorder.build_status(signer=SIGNER, consult_id="1"))
        ],
        "workorder.reply.request": [
            _param(workorder.build_reply(signer=SIGNER, consult_id="1", content="c"))
        ],
        "workorder.upload.request": [
            _param(workorder.build_upload(
                signer=SIGNER, consult_id="1", file_name="a.jpg", file_base64="QQ=="))
        ],
        "international.order.request": [
            _param(international.build_order(signer=SIGNER, request=INTERNATIONAL))
        ],
        "international.pickup.request": [
            _param(international.build_pickup(
                signer=SIGNER, account=INTL_ACCOUNT, carrier="dhl", sender=PARTY, recipient=PARTY,
                packages=(PACKAGE,), ready_at=NOW, closes="17:00", instruction="bell"))
        ],
        "international.cancel_pickup.request": [
            _param(international.build_cancel_pickup(
                signer=SIGNER, account=INTL_ACCOUNT, carrier="dhl", date=dt.date(2026, 11, 22),
                confirmation="C1", location="door"))
        ],
        "international.price.request": [
            _param(international.build_price(
                signer=SIGNER, carrier="yuantongguoji", country="US", weight_grams=500,
                service="P"))
        ],
        "samecity.price.request": [
            _param(samecity.build_ride(
                signer=SIGNER, method="price", carrier="dadatongcheng", **ride))
        ],
        "samecity.order.request": [
            _param(samecity.build_ride(
                signer=SIGNER, method="order", carrier="dadatongcheng", **ride))
        ],
        "samecity.batch.request": [
            _param(samecity.build_batch(
                signer=SIGNER, method="batchOrder", carriers=["dadatongcheng"], **ride))
        ],
        "samecity.cancel.request": [
            _param(samecity.build_cancel(signer=SIGNER, reason_code="1", reason="r", **both))
        ],
        "samecity.tip.request": [
            _param(samecity.build_tip(signer=SIGNER, tip=Decimal(2), remark="r", **both))
        ],
        "samecity.rider.request": [_param(samecity.build_rider(signer=SIGNER, order_id="O"))],
        "kd100.detect.request": [_body(kd100.build_detect(**KD, number="9926933413"))],
        "kd100.realtime.request": [_body(kd100.build_realtime(**KD, **ASK))],
        "kd100.create.request": [_body(kd100.build_create(**KD, **ASK, webhook_url=URL))],
    }  # fmt: skip


PLACE = {"number": "CN320507004000", "name": "江苏,苏州市"}
FULL_NODE = json.loads(payloads.POLLING)["lastResult"]["data"][0]
BARE_NODE = {"ftime": "2021-12-15 20:15:14", "context": "已揽收"}
PREDICTED = {
    "arriveTime": "2026-11-22 10:00:00", "leaveTime": "2026-11-22 12:00:00", "province": "江苏省",
    "city": "苏州市", "district": "相城区", "name": "苏州转运中心", "state": "已经过节点",
    "type": "转运中心",
}  # fmt: skip
TRACK = json.loads(payloads.QUERY_ANSWER) | {
    "arrivalTime": "2026-11-23 10:00:00", "totalTime": "30", "remainTime": "12",
    "predictedRoute": [PREDICTED], "trailUrl": "https://api.kuaidi100.com/tools/map/x_113.7,23.0_5",
    "courierInfo": {"pickupManName": "李", "pickupManPhone": "1,2", "deliveryManName": "王",
                    "deliveryManPhone": "3"},
    "routeInfo": {"from": PLACE, "cur": PLACE, "to": PLACE}, "data": [FULL_NODE, BARE_NODE],
}  # fmt: skip
PUSH = json.loads(payloads.POLLING) | {
    "autoCheck": "1", "comOld": "yunda", "comNew": "yuantong", "lastResult": TRACK,
    "destResult": TRACK,
}  # fmt: skip
FEE = {"feeType": "PACKAGINGFEE", "feeDesc": "包装费", "amount": "1", "payStatus": "0"}
PRICED = {
    "serviceType": "标准快递", "defPrice": "10.0", "overPrice": "0", "kuaidiCom": "yuantong",
    "defFirstPrice": "10.0", "defOverPrice": "0", "price": "10.0", "firstPrice": "10.0",
}  # fmt: skip
DETAILED = {
    "status": 15, "taskId": "T", "orderId": "O42", "kuaidiNum": "SF42", "courierName": "李师傅",
    "courierMobile": "13800138000", "freight": "18.5", "pickupStartTime": "09:00",
    "pickupEndTime": "11:00", "feeDetails": [FEE], "payStatus": "1",
}  # fmt: skip
SETTLED = {
    "status": "200", "kuaidicom": "shunfeng", "kuaidinum": "", "message": "成功", "taskId": "T",
    "data": {
        "orderId": "O42", "status": 15, "courierName": "李师傅", "courierMobile": "13800138000",
        "kuaidinum": "", "weight": "1", "defPrice": "20", "freight": "18.5", "volume": "1",
        "actualWeight": "2.5", "payStatus": "1", "pickupStartTime": "09:00",
        "pickupEndTime": "11:00", "dispatchData": {"courierName": "新"}, "feeDetails": [FEE],
    },
}  # fmt: skip
_WAYBILL = """taskId kuaidinum returnNum label bulkpen orgCode orgName destCode destName orgExtra
orgSortingCode orgSortingName destSortingCode destSortingName destExtra pkgCode pkgName road qrCode
kdComOrderNum expressCode expressName"""
WAYBILL = dict.fromkeys(_WAYBILL.split(), "1") | {"childNum": "1,2"}
ESTIMATED = {
    "taskId": "T", "fromName": "广州", "fromNum": "1", "toName": "深圳", "toNum": "2",
    "arrivalTime": "2023-10-13 10:00:00", "deliveryExpendTime": "1", "totalTime": "24",
    "remainTime": "24", "expType": "特惠送", "predictedRoute": [PREDICTED],
}  # fmt: skip
REPORT = {"kuaidicom": "jd", "kuaidinum": "J1", "orderId": "O", "status": "1", "message": "成功"}
RESOLVED = {
    "taskId": "T",
    "result": [{
        "content": "张三13800138000深圳市南山区", "mobile": ["13800138000"], "name": "张三",
        "address": "科技园", "xzq": {"fullName": "广东省深圳市南山区", "province": "广东省",
        "city": "深圳市", "district": "南山区", "subArea": "", "parentCode": "440300",
        "code": "440305", "level": "3"},
    }],
}  # fmt: skip
_ABROAD = "country province city district route streetNum postcode"
ABROAD = dict.fromkeys(_ABROAD.split(), "x")
CODE = {
    "kuaidicom": "zhongtong", "kuaidinum": "7310", "pickUpCode": "1-2-3", "pickUpAddress": "1号楼",
    "pickUpStation": "菜鸟驿站", "statusDesc": "已入库",
}  # fmt: skip
WORK = {
    "consultId": "1", "status": "1", "statusDesc": "处理中",
    "replies": [{"content": "c", "time": "2026-11-22 10:00:00", "author": "客服"}],
}  # fmt: skip
SHEET = {"type": "PDF", "content": "QQ==", "url": "https://x/1"}
PLACED_RIDE = {
    "taskId": "T", "orderId": "O", "kuaidinum": "K", "deliveryDistance": "1200",
    "deliverFee": "12.5", "discountFee": "10", "estimateDeliveryTime": "1800",
    "otherFee": [{"feeType": "1", "feeDesc": "夜间费", "amount": "2"}],
}  # fmt: skip
RIDE_PUSH = {
    "orderId": "O", "taskId": "T", "kuaidicom": "dadatongcheng", "status": "310",
    "statusDesc": "骑手已取货", "courierName": "张", "courierMobile": "13800138000",
    "updateTime": "2026-11-22 10:00:00",
}  # fmt: skip
KD_ITEM = {
    "context": "Delivered", "time": "2026-11-22 10:00:00", "order_status_code": 3,
    "order_status_description": "Delivered", "area_name": "Austin", "location": "TX",
}  # fmt: skip
KD_TRACK = {
    "carrier_id": "usps", "tracking_number": "9926933413", "order_status_code": 3,
    "items": [KD_ITEM],
}  # fmt: skip
Reader = Callable[[Any], Any]
READERS: dict[str, list[tuple[Reader, Any]]] = {
    "query.answer": [(tracking.read_query, TRACK)],
    "map.answer": [(tracking.read_query, TRACK)],
    "tracking.push": [(tracking.read_push, PUSH)],
    "map.push": [(tracking.read_push, PUSH)],
    "detect.answer": [(detection.parse_detection, json.loads(payloads.DETECTED))],
    "pickup.price.answer": [(pickup_prices.parse_price, PRICED)],
    "pickup.batch_price.answer": [(pickup_prices.parse_batch_price, [PRICED])],
    "pickup.order.answer": [(pickup.parse_order, json.loads(payloads.BOOKED)["data"])],
    "pickup.detail.answer": [(pickup.parse_detail, DETAILED)],
    "pickup.push": [(pickup.read_order_push, SETTLED)],
    "waybill.order.answer": [(waybill.parse_order, WAYBILL)],
    "waybill.print.answer": [(waybill.parse_printed, {"taskId": "T", "label": "u"})],
    "waybill.time.answer": [(estimate.parse_estimate, ESTIMATED)],
    "waybill.price.answer": [
        (estimate.parse_freight, {"kuaidicom": "jd", "combos": [{"price": "9", "expType": "x"}]})
    ],
    "waybill.receipt.answer": [
        (waybill.parse_receipt, {"imgUrl": "https://x/1", "imgBase64": ["QQ=="]})
    ],
    "waybill.push": [(waybill.read_push, REPORT | {"taskId": "T"})],
    "waybill.intercept.push": [(intercept.read_push, REPORT)],
    "reachable.answer": [
        (reachable.parse_reachable, {"reachable": True, "message": "m"}),
        (reachable.parse_reachable, {"reachable": "0", "reason": "r"}),
    ],
    "address.answer": [(addresses.parse_resolution, RESOLVED)],
    "address_abroad.answer": [(addresses.parse_foreign_resolution, {"result": ABROAD})],
    "pickup_code.register.answer": [(pickup_code.parse_registered, {"taskId": "T"})],
    "pickup_code.query.answer": [(pickup_code.parse_code, CODE)],
    "pickup_code.push": [(pickup_code.read_push, CODE | {"taskId": "T"})],
    "workorder.answer": [(workorder.parse_work_order, WORK), (workorder.parse_created, WORK)],
    "workorder.push": [
        (workorder.read_push, {
            "consultId": "1", "kuaidicom": "yuantong", "kuaidinum": "YT1", "status": "2",
            "statusDesc": "已回复", "content": "已加急", "time": "2026-11-22 10:00:00"})
    ],
    "international.order.answer": [
        (international.parse_order, {"kuaidinum": "1", "label": SHEET, "invoice": SHEET,
                                     "pkgNums": "1,2", "subNums": "3"})
    ],
    "international.pickup.answer": [
        (international.parse_pickup, {"pickupConfirmationNumber": "C1"})
    ],
    "international.price.answer": [
        (international.parse_price, {
            "firstPrice": "1", "overPriceUnit": "2", "price": "3", "defPrice": "4",
            "shippingFee": "5", "fuelAdditionalFee": "6", "resourceAdjustmentFee": "7"})
    ],
    "samecity.order.answer": [
        (samecity.parse_ride, PLACED_RIDE), (samecity.parse_placed_ride, PLACED_RIDE)
    ],
    "samecity.batch_price.answer": [
        (samecity.parse_batch_price,
         {"feeDetail": [{"kuaidiCom": "c", "distance": "1", "discountFee": "2"}]})
    ],
    "samecity.batch_order.answer": [
        (samecity.parse_batch_order, {"taskId": "T", "orderId": "O", "fee": [
            {"kuaidiCom": "c", "deliveryDistance": "1", "discountFee": "2"}]})
    ],
    "samecity.cancel.answer": [(samecity.parse_cancelled, {"cancelFee": "2"})],
    "samecity.rider.answer": [
        (samecity.parse_rider, {"courierLat": "39.9", "courierLng": "116.4", "lbsType": 1})
    ],
    "samecity.push": [(samecity.read_push, RIDE_PUSH)],
    "kd100.detect.answer": [
        (kd100.parse_detection, [{"carrier_id": "usps", "carrier_name": "USPS"}])
    ],
    "kd100.realtime.answer": [(kd100.parse_realtime, KD_TRACK)],
    "kd100.webhook": [
        (kd100.read_webhook, KD_TRACK | {"event": "update", "message": "m", "signer": "A"})
    ],
}  # fmt: skip
