"""``param`` of a ride's callback (contract §5.4), and of the older interface's (§5.5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.sandbox.envelopes import dump
from apps.sandbox.plan import Courier
from apps.sandbox.ride_plan import RideEvent

CHINA = dt.timezone(dt.timedelta(hours=8))
WALL = "%Y-%m-%d %H:%M:%S"
WORDS: dict[int, str] = {
    0: "下单成功，等待骑手接单", 100: "骑手已接单", 210: "骑手正赶往商家", 230: "骑手已到店",
    310: "骑手已取货", 510: "配送异常", 515: "骑手改派中", 520: "配送完成", 720: "订单已取消",
}  # fmt: skip
OLDER: dict[int, int] = {0: 0, 100: 1, 210: 1, 230: 1, 310: 10, 510: 10, 515: 1, 520: 13, 720: 99}
"""The older interface's states: 0 placed, 1 accepted, 10 picked up, 13 signed, 99 cancelled."""
OLDER_WORDS = {0: "下单成功", 1: "已接单", 10: "已取货", 13: "已签收", 99: "订单已取消"}


@dataclass(frozen=True, slots=True)
class RideFacts:
    """What a callback repeats of the ride: the platform's ids, carrier, number."""

    task_id: str
    order_id: str
    carrier: str
    number: str


def wall_time(at: int) -> str:
    """China's wall clock of an epoch second."""
    return dt.datetime.fromtimestamp(at, CHINA).strftime(WALL)


def build_ride_push(facts: RideFacts, event: RideEvent, rider: Courier | None) -> str:
    """The JSON of one state; every value is text."""
    return dump(
        {
            "orderId": facts.order_id,
            "taskId": facts.task_id,
            "kuaidicom": facts.carrier,
            "status": str(event.status),
            "statusDesc": WORDS[event.status],
            "courierName": rider.name if rider else "",
            "courierMobile": rider.phone if rider else "",
            "updateTime": wall_time(event.at),
        }
    )


def build_older_push(facts: RideFacts, event: RideEvent, rider: Courier | None) -> str:
    """The same for ``sameCity/order``; its shape is not documented and taken from §5.1."""
    status = OLDER[event.status]
    return dump(
        {
            "kuaidicom": facts.carrier,
            "kuaidinum": facts.number,
            "status": "200",
            "message": OLDER_WORDS[status],
            "data": {
                "orderId": facts.order_id,
                "status": status,
                "courierName": rider.name if rider else "",
                "courierMobile": rider.phone if rider else "",
                "kuaidinum": facts.number,
            },
        }
    )
