"""``param`` of an order callback (contract §5.1)."""

from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox import carriers
from apps.sandbox.envelopes import dump
from apps.sandbox.plan import Plan

MESSAGES: dict[int, str] = {
    0: "下单成功", 1: "已接单", 2: "收件中", 9: "用户主动取消", 10: "已取件", 11: "揽货失败",
    12: "已退回", 13: "已签收", 14: "异常签收", 15: "已结算", 99: "订单已取消", 101: "运输中",
    155: "修改重量", 166: "订单复活", 400: "派送中", 610: "下单失败",
}  # fmt: skip
WEIGHED = frozenset({10, 15, 155})
COURIER_KNOWN = frozenset({1, 2, 10, 11, 15, 155})


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What a callback repeats of the order: platform id, weight in grams, freight as text."""

    order_id: str
    weight_grams: int
    freight: str


def build_order_push(plan: Plan, status: int, facts: OrderFacts) -> str:
    """The JSON of one status; ``data.status`` is a number, everything else is text.

    Carriers that give their number late name it only inside ``data``.
    """
    late = carriers.BY_CODE[plan.carrier].late_number
    courier = plan.pickup if status in COURIER_KNOWN else None
    weighed = status in WEIGHED
    kilograms = f"{facts.weight_grams / 1000:.2f}"
    return dump(
        {
            "kuaidicom": plan.carrier,
            "kuaidinum": "" if late else plan.number,
            "status": "200",
            "message": MESSAGES.get(status, ""),
            "data": {
                "orderId": facts.order_id,
                "status": status,
                "courierName": courier.name if courier else "",
                "courierMobile": courier.phone if courier else "",
                "kuaidinum": plan.number,
                "weight": kilograms if weighed else "",
                "defPrice": facts.freight if weighed else "",
                "freight": facts.freight if weighed else "",
                "volume": "",
                "actualWeight": kilograms if weighed else "",
                "feeDetails": [],
            },
        }
    )
