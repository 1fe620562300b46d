"""The short way of a first snapshot does exactly what the general way does."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import Merchant
from apps.shipments.codes import TABLES
from apps.shipments.models import Shipment
from apps.shipments.services import apply_snapshots, applying, recompute_shipment
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, node, push

pytestmark = pytest.mark.usefixtures("midday")

CODES = tuple(TABLES["baidiyun"])
WORDS = (
    "【杭州】已揽收", "正在派件，13800000000", "已签收，本人签收", "误签收，已撤销签收",
    "a\\b 路 1\\n2",
    " 前后  空格 ", "emoji 🚚 到达", "換行\n第二行", "\t", "",
)  # fmt: skip
PLACES: tuple[dict[str, str], ...] = (
    {}, {"areaCode": "CN330100000000", "areaName": "浙江,杭州市"}, {"location": "back\\slash"},
    {"areaCenter": "120.15,30.28"}, {"areaCenter": "0.0,-0.0"}, {"areaName": "東京\x1e都"},
)  # fmt: skip
TIMES = (
    "2026-W47-5 10:00:00",
    "2026-11-20",
    "2026-11-20T10:00:00",
    "no time",
    "1999-01-01 00:00:00",
)
TABLES_COMPARED = {
    "event": "shipment_id, key, occurred_at, original_time, zone, heard_at, text, original_text,"
    " code, status, substatus, certainty, area_code, area_name, location, longitude::text,"
    " latitude::text, sources, omitted_at",
    "shipment": "status, substatus, status_at, status_known_at, raw_state, risk, last_event_at,"
    " last_heard_at, poll_due_at, picked_up_at, delivered_at, closed_at, snapshot_hash, version,"
    " unknown_codes",
    "leg": "closed_at, snapshot_hash, snapshot_print, snapshot_newest_at, snapshot_received_at",
    "shipmentchange": "from_status, to_status, from_substatus, to_substatus, kinds, at",
}


def some_push(rng: random.Random, number: str) -> str:
    nodes = []
    for _ in range(rng.randrange(6)):
        code = rng.choice(CODES) if rng.random() < 0.9 else rng.choice(("", "9999"))
        hours = rng.choice((1, 2, 3, 3.001, 20, -100)) if rng.random() < 0.5 else rng.random() * 30
        item = node(hours, rng.choice(WORDS), code, **rng.choice(PLACES))
        if rng.random() < 0.05:
            item["time"] = rng.choice(TIMES)
        nodes.append(item)
    status = rng.choice(("polling", "polling", "shutdown", "abort"))
    return push(number, nodes, status=status, state=rng.choice(CODES))


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """What the last apply left, identities of the run apart; then everything is forgotten."""
    found = {}
    with connection.cursor() as cursor:
        for name, columns in TABLES_COMPARED.items():
            order = "shipment_id, id" if name == "shipmentchange" else columns
            cursor.execute(f"SELECT {columns} FROM shipments_{name} ORDER BY {order}")
            found[name] = cursor.fetchall()
    return found


def apply_all(shipments: list[Shipment], params: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Apply, look, and take it all back."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        pairs = zip(shipments, params, strict=True)
        rows = [inbox_row(item, param, received_at=at(30)) for item, param in pairs]
        apply_snapshots(rows)
        found = stored()
        assert all(recompute_shipment(shipment_id=item.pk).agrees for item in shipments)
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    return found


@pytest.mark.parametrize("seed", range(6))
def test_both_ways_write_the_same_rows(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    rng = random.Random(seed)
    shipments = [make_shipment(merchant, f"YT77{index:09d}") for index in range(120)]
    params = [some_push(rng, shipment.number) for shipment in shipments]
    taken = []
    read_first = applying.read_first

    def counted(*given: Any, **named: Any) -> Any:
        first = read_first(*given, **named)
        taken.append(first is not None)
        return first

    monkeypatch.setattr(applying, "read_first", counted)
    short = apply_all(shipments, params)
    monkeypatch.setattr(applying, "read_first", lambda *_given, **_named: None)
    general = apply_all(shipments, params)

    assert short == general
    assert sum(taken) > 10
    assert not all(taken)


def test_a_plain_first_push_takes_the_short_way(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = make_shipment(merchant)
    monkeypatch.setattr(applying.store, "load_events", lambda _shipments: None)
    monkeypatch.setattr(applying._Batch, "_apply", None)

    (answer,) = apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE))])

    assert answer.state == "applied"
