"""A million open parcels that are watched, with their orders, built in a minute and kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from config.bench.big_tables import MERCHANT, MERCHANTS, fill, without_indexes
from config.bench.database import connect, drop, ready

WATCHED = "lastmile_watched"
PARCELS = 1_000_000
HEARD = "now() - mod(i * 7919, 2400) * interval '1 minute'"
"""Last heard of within the last 40 hours: none is silent for the 48 of the rule yet."""
BOOKED = "now() - interval '3 days'"
SHIPMENT = {
    "id": "i", "uid": "'shp_' || lpad(i::text, 20, 'a')", "merchant_id": f"1 + mod(i, {MERCHANTS})",
    "mode": "'live'", "carrier": "'yuantong'", "number": "'YT' || lpad(i::text, 12, '0')",
    "status": "'in_transit'", "created_at": BOOKED, "picked_up_at": f"{BOOKED} + interval '1 hour'",
    "status_at": HEARD, "last_event_at": HEARD, "last_heard_at": HEARD, "version": "3",
    "destination_country": "'CN'", "origin_code": "'330100000000'",
    "destination_code": "'440300000000'", "promise_from": "now()",
    "promise_to": "now() + interval '3 days'",
}  # fmt: skip
WATCH = {
    "shipment_id": "i", "checked_at": HEARD, "scan_area": "'330100000000'",
    "next_check_at": f"{HEARD} + interval '48 hours'", "first_scan_at": BOOKED,
}  # fmt: skip
ORDER = {
    "id": "i", "uid": "'ord_' || lpad(i::text, 20, 'a')", "merchant_id": f"1 + mod(i, {MERCHANTS})",
    "number": "'B-' || i", "mode": "'live'", "status": "'in_progress'", "status_at": BOOKED,
    "recipient_name": "'李雷'", "recipient_phone": "'13800000000'", "country": "'CN'",
    "currency": "'CNY'", "value": "mod(i, 900)", "created_at": BOOKED,
    "placed_at": f"{BOOKED} - interval '1 hour'",
}  # fmt: skip
LINE = {
    "id": "i", "order_id": "i", "position": "1", "title": "'龙井 250g'", "quantity": "1",
    "goods_class": "'food'",
}  # fmt: skip
PARCEL = {"id": "i", "order_id": "i", "shipment_id": "i", "position": "1", "weight_grams": "500"}
BOOKING = {
    "id": "i", "parcel_id": "i", "attempt": "1", "state": "'booked'", "carrier": "'yuantong'",
    "hold_reasons": "'{}'", "third_order_id": "'shp_' || i || '-1'", "booked_at": BOOKED,
}  # fmt: skip
HALVES = (
    (("shipments_shipment", SHIPMENT), ("exceptions_watch", WATCH)),
    (
        ("orders_order", ORDER), ("orders_orderline", LINE), ("orders_parcel", PARCEL),
        ("orders_booking", BOOKING),
    ),
)  # fmt: skip


def ensure_watched() -> str:
    """Return the address of the database with the watched parcels, built now if not whole."""
    url = ready(WATCHED)
    with connect(WATCHED) as held:
        row = held.execute("SELECT count(*) FROM exceptions_watch").fetchone()
        if row == (PARCELS,):
            return url
    drop(WATCHED)
    url = ready(WATCHED)
    with connect(WATCHED) as made:
        fill(made, "accounts_merchant", MERCHANT, first_i=1, last_i=MERCHANTS)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_fill_half, range(2)))
    with connect(WATCHED) as made:
        made.execute("VACUUM ANALYZE")
        made.execute("CHECKPOINT")
    return url


def _fill_half(number: int) -> None:
    """Fill some of the tables over a connection of its own."""
    with connect(WATCHED) as made:
        made.execute("SET session_replication_role = replica")
        made.execute("SET synchronous_commit = off")
        for table, values in HALVES[number]:
            with without_indexes(made, table):
                fill(made, table, values, first_i=1, last_i=PARCELS)
