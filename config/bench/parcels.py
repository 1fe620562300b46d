"""Parcels for a measurement: shipments, legs, subscriptions, and the pushes about them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from typing import Any

import psycopg

EVENTS = 10
BEGAN = dt.datetime(2026, 11, 10, 8, 15, 14)  # noqa: DTZ001
CITIES = ("苏州", "无锡", "常州", "南京", "滁州", "合肥", "武汉", "长沙", "衡阳", "广州")
CODES = ("103", "1002", "1002", "1002", "1002", "1001", "1002", "1002", "1001", "5")
OPENED = "2026-11-10 00:00:00+00"
COPY_INBOX = (
    "COPY baidiyun_inboxrow (topic, source, token, carrier, number, mode, body_hash, param,"
    " received_at, state, attempts, next_at, error) FROM STDIN"
)
MERCHANT = """
INSERT INTO accounts_merchant ({columns}) SELECT {values}
WHERE NOT EXISTS (SELECT 1 FROM accounts_merchant WHERE slug = 'bench')
"""
SHIPMENTS = """
INSERT INTO shipments_shipment (id, uid, merchant_id, reference, mode, carrier, number, status,
    substatus, raw_state, risk, created_at, origin_code, destination_code, destination_country,
    phone_tail, sender_phone_tail, promise_source, snapshot_hash, version, unknown_codes,
    poll_due_at)
SELECT n, 'shp_bench' || n, %(merchant)s, 'B-' || n, %(mode)s, 'yuantong',
    'YT' || lpad(n::text, 12, '0'), 'awaiting_pickup', '', '', 15, %(opened)s, '', '', 'CN',
    '', '', '', '', 1, 0, %(opened)s
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
LEGS = """
INSERT INTO shipments_leg (shipment_id, kind, carrier, carrier_before, number, sequence, zone,
    reach_back_days, opened_at, snapshot_hash, snapshot_print)
SELECT n, 'domestic', 'yuantong', '', 'YT' || lpad(n::text, 12, '0'), 1, 'Asia/Shanghai', 3,
    %(opened)s, '', ''
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
SUBSCRIPTIONS = """
INSERT INTO baidiyun_subscription (token, topic, subject, carrier, number, kid, mode, state,
    phone_tail, origin, destination, attempts, next_at, retry_at, return_code, message,
    created_at, subscribed_at)
SELECT 'benchtoken' || lpad(n::text, 22, '0'), 'tracking', n, 'yuantong',
    'YT' || lpad(n::text, 12, '0'), 'k1', %(mode)s, 'active', '', '', '', 1, %(opened)s,
    %(opened)s, '200', '', %(opened)s, %(opened)s
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
TABLES = (
    "shipments_event", "shipments_shipmentchange", "shipments_leg", "shipments_carrierestimate",
    "baidiyun_inboxrow", "baidiyun_subscription", "webhooks_delivery", "webhooks_message",
    "shipments_shipment",
)  # fmt: skip


def token_of(number: int) -> str:
    """Return the token of a parcel's subscription."""
    return f"benchtoken{number:022d}"


def number_of(number: int) -> str:
    """Return the tracking number of a parcel."""
    return f"YT{number:012d}"


def push_of(number: int, *, events: int = EVENTS, said: str = "") -> str:
    """Return the push about a parcel: a life of its own in times, towns, people and numbers.

    ``said`` makes another message of the same track, as a platform that repeats itself does.
    """
    rng = random.Random(number)  # noqa: S311
    start = BEGAN + dt.timedelta(minutes=rng.randrange(1440))
    route = rng.sample(CITIES, len(CITIES))
    nodes = [_node(rng, route, start, n) for n in range(events)]
    nodes.reverse()
    result = {
        "message": "ok", "nu": number_of(number), "ischeck": "0", "com": "yuantong",
        "status": "200", "data": nodes, "state": nodes[0]["statusCode"], "condition": "F00",
        "isLoop": False,
        "routeInfo": {"from": {"number": "CN320507004000", "name": "江苏,苏州市,相城区,北桥"},
                      "cur": {"number": "CN440100000000", "name": "广东,广州市"}, "to": None},
    }  # fmt: skip
    push = {"status": "polling", "billstatus": said, "message": "", "lastResult": result}
    return json.dumps(push, ensure_ascii=False, separators=(",", ":"))


def build_parcels(
    connection: psycopg.Connection[Any], *, first: int, count: int, mode: str = "live"
) -> None:
    """Make numbered shipments with a leg and an open subscription each, live or sandbox."""
    row = connection.execute("SELECT id FROM accounts_merchant ORDER BY id LIMIT 1").fetchone()
    if row is None:
        raise RuntimeError("the database of the bench has no merchant")
    last = first + count - 1
    values = {"first": first, "last": last, "merchant": row[0], "opened": OPENED, "mode": mode}
    for sql in (SHIPMENTS, LEGS, SUBSCRIPTIONS):
        connection.execute(sql, values)


def fill_inbox(
    connection: psycopg.Connection[Any], *, first: int, count: int, said: str = ""
) -> None:
    """Put the push of every parcel into the inbox, due now."""
    now = dt.datetime.now(dt.UTC)
    with connection.cursor() as cursor, cursor.copy(COPY_INBOX) as copy:
        for number in range(first, first + count):
            param = push_of(number, said=said)
            digest = hashlib.sha256(f"{token_of(number)}\n{param}".encode()).digest()
            copy.write_row(
                ("tracking", "push", token_of(number), "", "", "", digest, param, now,
                 "pending", 0, now, "")
            )  # fmt: skip


def _node(
    rng: random.Random, route: list[str], start: dt.datetime, n: int
) -> dict[str, str | None]:
    here, there = route[n % len(route)], route[(n + 1) % len(route)]
    time = str(start + dt.timedelta(hours=5 * n, seconds=rng.randrange(3600)))
    phone = f"1{rng.randrange(3 * 10**9, 9 * 10**9)}"
    words = (
        f"【{here}转运中心】 已发出，下一站 【{there}转运中心】",
        f"【{here}市集散点】 已到达，扫描员：{phone[-4:]}号，下一站 【{there}】",
        f"【{here}{rng.randrange(1, 90)}号网点】 张三（{phone}）正在为您派送，请保持电话畅通",
    )
    place = rng.randrange(300)
    return {
        "time": time,
        "ftime": time,
        "context": words[2 if n == EVENTS - 1 else n % 2],
        "areaCode": f"CN32{place:04d}000000",
        "areaName": f"江苏,{here}市,{place}区",
        "status": "干线",
        "location": "",
        "areaCenter": f"120.{place:06d},31.298886",
        "areaPinYin": "su zhou shi",
        "statusCode": CODES[n % len(CODES)],
    }
