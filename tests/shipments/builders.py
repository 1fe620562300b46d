"""Snapshots and inbox rows for tests, as Baidiyun writes them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from apps.accounts.models import Merchant
from apps.baidiyun.models import InboxRow
from apps.core import clock
from apps.shipments.models import Shipment
from apps.shipments.services import open_shipment

CHINA = dt.timezone(dt.timedelta(hours=8))
START = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)


def at(hours: float) -> dt.datetime:
    """A moment some hours after the start."""
    return START + dt.timedelta(hours=hours)


def words(moment: dt.datetime) -> str:
    """The moment as a domestic carrier writes it."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def node(hours: float, text: str, code: str = "", **more: Any) -> dict[str, Any]:
    """One line of a track, ``hours`` after the start."""
    time = words(at(hours))
    return {"time": time, "ftime": time, "context": text, "statusCode": code, **more}


LIFE = (
    node(1, "【杭州】已揽收", "103"),
    node(5, "【杭州转运中心】已发出", "1002"),
    node(20, "【深圳】已到达", "1001"),
    node(24, "【深圳南山】正在派件", "5"),
    node(26, "【深圳南山】已签收，本人签收", "301"),
)


def push(
    number: str,
    nodes: tuple[dict[str, Any], ...] | list[dict[str, Any]],
    *,
    carrier: str = "yuantong",
    state: str | None = None,
    status: str = "polling",
    message: str = "",
    **more: Any,
) -> str:
    """The param of a push; nodes are listed newest first, as the platform does."""
    ordered = sorted(nodes, key=lambda item: item["time"], reverse=True)
    if state is None:
        state = ordered[0]["statusCode"] if ordered else ""
    result = {
        "message": "ok",
        "nu": number,
        "ischeck": "1" if state.startswith("3") else "0",
        "com": carrier,
        "status": "200" if ordered else "201",
        "state": state,
        "data": ordered,
    }
    body = {"status": status, "message": message, "lastResult": result, **more}
    return json.dumps(body, ensure_ascii=False)


_serial = iter(range(1, 10**9))


def inbox_row(
    shipment: Shipment | None,
    param: str,
    *,
    source: str = "push",
    received_at: dt.datetime | None = None,
    number: str | None = None,
) -> InboxRow:
    """An inbox row that is not stored: the applier reads it and writes nothing to it."""
    serial = next(_serial)
    if source == "poll":
        param = json.dumps(json.loads(param)["lastResult"], ensure_ascii=False)
    return InboxRow(
        id=serial,
        topic="tracking",
        source=source,
        token=f"t{serial}",
        subject=shipment.pk if shipment else None,
        carrier=shipment.carrier if shipment else "",
        number=(shipment.number if shipment else "") if number is None else number,
        mode="sandbox",
        body_hash=hashlib.sha256(param.encode()).digest(),
        param=param,
        received_at=received_at or clock.real_now(),
        next_at=clock.real_now(),
    )


def make_merchant(slug: str = "alice") -> Merchant:
    """A merchant that may own shipments."""
    return Merchant.objects.create(
        slug=slug,
        name=slug.title(),
        is_test=True,
        sender_name="王超",
        sender_phone="13800000000",
        sender_province="浙江省",
        sender_city="杭州市",
        sender_street="文三路1号",
    )


def make_shipment(merchant: Merchant, number: str = "YT1000000001", **more: Any) -> Shipment:
    """An open sandbox shipment with a number, created at the start."""
    values: dict[str, Any] = {
        "merchant_id": merchant.pk,
        "reference": f"A-{number}",
        "mode": "sandbox",
        "carrier": "yuantong",
        "number": number,
        "created_at": START,
        **more,
    }
    return open_shipment(**values)
