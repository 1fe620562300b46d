"""A parcel from Hangzhou to Berlin over six carriers' numbers, waiting for an answer to customs."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.shipments.models import Leg, Shipment
from apps.shipments.services import LegPlan, apply_snapshots, link_leg, plan_leg
from tests.shipments.builders import at, make_shipment, node, push
from tests.shipments.crossing import Saying, report

WHO = Actor("user", "1", "amy")
BERLIN = ZoneInfo("Europe/Berlin")
LINE, NUMBER = "yw56", "YW118800420017"
NOW = at(190)
HANGZHOU = {"areaCode": "CN330106000000", "areaName": "浙江,杭州市,西湖区",
            "areaCenter": "120.13,30.26"}  # fmt: skip
YIWU = {
    "areaCode": "CN330782000000",
    "areaName": "浙江,金华市,义乌市",
    "areaCenter": "120.07,29.31",
}
SHANGHAI = {"areaCode": "CN310115000000", "areaName": "上海,上海市,浦东新区",
            "areaCenter": "121.54,31.22"}  # fmt: skip


def there(hours: float, text: str, code: str, place: str) -> dict[str, Any]:
    """A line of a carrier in Germany, in its local time."""
    time = at(hours).astimezone(BERLIN).strftime("%Y-%m-%d %H:%M:%S")
    return {"time": time, "ftime": time, "context": text, "statusCode": code, "location": place}


LEGS: tuple[tuple[str, str, str, tuple[dict[str, Any], ...]], ...] = (
    (
        "domestic", "yuantong", "YT8891234567012",
        (node(1, "【杭州市西湖区】已揽收，揽收员：李明（13712345678）", "103", **HANGZHOU),
         node(9, "快件已到达【义乌转运中心】", "1001", **YIWU),
         node(12, "快件已送达燕文义乌仓，交接完成", "301", **YIWU)),
    ),
    (
        "origin_hub", "disifang", "4PX3002911400CN",
        (node(14, "【义乌】国际仓入库，称重 0.642 kg", "1001", **YIWU),
         node(20, "【义乌】集包完成，发往【上海浦东】口岸", "1002", **YIWU)),
    ),
    (
        "export_customs", "emsguoji", "LV118840217CN",
        (node(27, "【上海浦东】等待出口报关", "10", **SHANGHAI),
         node(31, "【上海浦东】出口申报审核中", "11", **SHANGHAI),
         node(36, "【上海浦东】出口海关放行", "12", **SHANGHAI)),
    ),
    (
        "line_haul", LINE, NUMBER,
        (node(44, "航班已从【上海浦东】起飞，前往【德国】莱比锡", "1002", **SHANGHAI),
         there(60, "Arrived in destination country", "1001", "Germany,Leipzig")),
    ),
    (
        "import_customs", "dhlecommerce", "GM6051182700420",
        (there(63, "Awaiting clearance - Leipzig", "10", "Germany,Leipzig"),
         there(70, "Clearance processing - Leipzig", "11", "Germany,Leipzig"),
         there(160, "Clearance delay: customs requests information - commercial invoice, Leipzig",
               "13", "Germany,Leipzig")),
    ),
    ("last_mile", "dhlde", "00340434655612345679", ()),
)  # fmt: skip
PLANS = {
    "domestic": (0, 12), "origin_hub": (12, 24), "export_customs": (24, 34),
    "line_haul": (36, 58), "import_customs": (58, 106), "last_mile": (106, 154),
}  # fmt: skip
COUNTRIES = {
    "line_haul": ("CN", "DE"), "import_customs": ("DE", "DE"), "last_mile": ("DE", "DE"),
}  # fmt: skip


def six_legs(merchant: Merchant) -> Shipment:
    """Return the parcel as everybody has told of it."""
    with clock.frozen(NOW):
        shipment = make_shipment(
            merchant, NUMBER, carrier=LINE, kind="line_haul", destination_country="DE",
            reference="SO-2026-11-0417",
        )  # fmt: skip
        for kind, carrier, number, _nodes in LEGS:
            if kind != "line_haul":
                link_leg(
                    shipment_id=shipment.pk, kind=kind, carrier=carrier, number=number, actor=WHO,
                    reason="booked with the line, order 4417", plan=plan_of(kind),
                )  # fmt: skip
        booked = Leg.objects.get(shipment=shipment, kind="line_haul")
        plan_leg(leg_id=booked.pk, plan=plan_of("line_haul"))
        for kind, carrier, number, nodes in LEGS:
            if nodes:
                param = push(number, list(nodes), carrier=carrier)
                heard = at(162) if kind == "import_customs" else at(61)
                apply_snapshots([report(shipment, Saying(carrier, number, param, heard))])
        shipment.refresh_from_db()
    return shipment


def plan_of(kind: str) -> LegPlan:
    """When and where a leg should run."""
    begin, end = PLANS[kind]
    home, away = COUNTRIES.get(kind, ("CN", "CN"))
    return LegPlan(home, away, at(begin), at(end))
