"""What the home page reads at size: 90 days of measurements, calls and orders beside the million
shipments of the big tables. Built once and kept; only the newest days are added again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from apps.core.metrics.names import DIMS, SEPARATOR, VIEWS, label_of, view_name
from config.bench.big_tables import MERCHANTS, PARCELS, Connection, ensure_full, fill
from config.bench.big_tables import without_indexes as unindexed
from config.bench.database import FULL, connect
from config.schedule import TICKS

MINUTES, HOURS, DAYS = dt.timedelta(days=8), dt.timedelta(days=90), dt.timedelta(days=90)
CARRIERS = ("yuantong", "zhongtong", "shentong", "yunda", "shunfeng", "jtexpress", "jd", "ems",
            "youzhengguonei", "debangkuaidi")  # fmt: skip
PRODUCTS = ("query", "subscribe", "book", "detail", "estimate", "price")
ENDPOINTS = ("orders", "order", "shipments", "shipment", "contacts", "positions", "rates", "usage")
CARRIERS_EACH = 4
MIDDLE = {"callback.visible": 40, "message.told": 52, "task.run": 45, "request.answered": 38}
"""The bucket most durations fall into (15 ms to 90 ms); calls take about 100 ms."""
FILL = """
INSERT INTO core_metricbucket (name, grain, start, label, bucket, count)
SELECT l.name, %(grain)s, t, l.label, l.middle + b,
       1 + mod(hashtext(l.label || t || b) & 2147483647, 40)
FROM unnest(%(names)s::text[], %(labels)s::text[], %(middles)s::int[], %(wide)s::int[],
            %(rare)s::int[]) AS l(name, label, middle, wide, rare),
     generate_series(%(since)s::timestamptz, %(until)s::timestamptz, %(step)s::interval) t,
     generate_series(0, l.wide - 1) b
WHERE mod(hashtext(l.label || b || t) & 2147483647, l.rare) = 0
ON CONFLICT DO NOTHING
"""
CALL = {
    "product": "(ARRAY['query','subscribe','book','detail','estimate','price'])[1 + mod(i, 6)]",
    "mode": "'live'", "url_path": "'/poll/query.do'", "subject": "i", "ok": "mod(i, 400) <> 0",
    "carrier": "(ARRAY['yuantong','zhongtong','shentong','yunda','shunfeng'])[1 + mod(i, 5)]",
    "merchant_id": f"1 + mod(i, {MERCHANTS})", "http_status": "200", "duration_ms": "mod(i, 300)",
    "blame": "CASE WHEN mod(i, 400) <> 0 THEN 'ok' ELSE 'vendor' END",
    "at": "now() - (%(last)s - i) * interval '604800 seconds' / %(last)s",
    "response": "repeat('{}', 200)",
}  # fmt: skip
ORDER = {
    "id": "i", "uid": "'ord_' || lpad(i::text, 20, 'a')", "number": "'N' || i", "mode": "'live'",
    "merchant_id": f"1 + mod(i, {MERCHANTS})", "country": "'CN'", "currency": "'CNY'",
    "status": "CASE WHEN mod(i, 5) = 0 THEN 'in_progress' ELSE 'delivered' END", "value": "100",
    "created_at": "now() - (%(last)s - i) * interval '300 days' / %(last)s",
}  # fmt: skip


@dataclass(frozen=True)
class Labels:
    """Labels of one metric or view: how many buckets wide, and one in how many is there."""

    name: str
    labels: tuple[str, ...]
    wide: int
    rare: int

    @property
    def middle(self) -> int:
        """The first bucket of its durations."""
        return MIDDLE.get(self.name.partition("/")[0], 52)


def labels() -> list[Labels]:
    """Return every metric with its labels as a portal of 20 merchants has them."""
    found = [
        Labels("callback.visible", CARRIERS, 8, 2), Labels("callback.applied", CARRIERS, 8, 2),
        Labels("event.heard", CARRIERS, 8, 2), Labels("message.told", ("",), 12, 1),
        Labels("task.run", tuple(label_of(tick.task, "done") for tick in TICKS), 2, 1),
    ]  # fmt: skip
    calls = [
        ("live", made, carrier, str(merchant), blame)
        for merchant, made in product(range(1, MERCHANTS + 1), PRODUCTS)
        for carrier in (CARRIERS * 2)[merchant % 10 : merchant % 10 + CARRIERS_EACH]
        for blame in ("ok", "vendor")
    ]
    asked = list(product(ENDPOINTS, map(str, range(1, MERCHANTS + 1)), ("ok", "caller", "ours")))
    for name, combinations in (("call.answered", calls), ("request.answered", asked)):
        found += _with_views(name, combinations)
    return found


def _with_views(name: str, combinations: Sequence[Sequence[str]]) -> Iterator[Labels]:
    """Yield the labels of all dimensions, thinly met, and of every view, met by the minute; what
    failed is met much less often."""
    dims = DIMS[name]
    kinds: list[tuple[str, tuple[str, ...], int, int]] = [(name, dims, 3, 24)]
    kinds += [(view_name(name, view), view, 12, 3) for view in VIEWS[name]]
    for kind, kept, wide, rare in kinds:
        places = [dims.index(dim) for dim in kept]
        for is_well in (True, False):
            met = {
                SEPARATOR.join(each[place] for place in places)
                for each in combinations
                if (each[-1] == "ok") is is_well
            }
            yield Labels(kind, tuple(sorted(met)), wide, rare if is_well else rare * 20)


def fill_metrics(
    connection: Connection, *, grain: str, since: dt.datetime, until: dt.datetime
) -> None:
    """Write measurements of every minute, hour or day between two moments, both included."""
    for each in labels():
        n = len(each.labels)
        connection.execute(
            FILL,
            {
                "grain": grain, "names": [each.name] * n, "labels": list(each.labels),
                "middles": [each.middle] * n, "wide": [each.wide] * n,
                "rare": [each.rare if grain == "minute" else max(1, each.rare // 24)] * n,
                "since": since, "until": until, "step": f"1 {grain}",
            },
        )  # fmt: skip


def ensure_home() -> str:
    """Return the address of the big tables with all the home page reads, built where missing."""
    url = ensure_full()
    now = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
    with connect(FULL) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        _ensure_rows(connection)
        for grain, kept in (("minute", MINUTES), ("hour", HOURS), ("day", DAYS)):
            _ensure_grain(connection, grain, kept, now)
    with connect(FULL) as connection:
        for table in ("core_metricbucket", "baidiyun_apicall", "orders_order"):
            connection.execute(f"VACUUM ANALYZE {table}".encode())
    return url


def _ensure_rows(connection: Connection) -> None:
    for table, values in (("baidiyun_apicall", CALL), ("orders_order", ORDER)):
        held = connection.execute(f"SELECT max(id) FROM {table}".encode()).fetchone()  # noqa: S608
        if held and held[0] is not None:
            continue
        with connection.transaction(), unindexed(connection, table):
            fill(connection, table, values, first_i=1, last_i=PARCELS)


def _ensure_grain(connection: Connection, grain: str, kept: dt.timedelta, now: dt.datetime) -> None:
    """Add what is missing up to now; the first time everything that is kept."""
    row = connection.execute(
        "SELECT max(start) FROM core_metricbucket WHERE grain = %s AND name = 'callback.visible'",
        [grain],
    ).fetchone()
    newest = row[0] if row else None
    begin = {"minute": now, "hour": now.replace(minute=0), "day": now.replace(hour=0, minute=0)}
    since = begin[grain] - kept
    if isinstance(newest, dt.datetime):
        fill_metrics(connection, grain=grain, since=max(newest, since), until=begin[grain])
        return
    with connection.transaction(), unindexed(connection, "core_metricbucket"):
        fill_metrics(connection, grain=grain, since=since, until=begin[grain])
