"""Reading shipments: what is found, how many queries it takes, which index it uses."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Merchant
from apps.shipments.admin.find import find_shipment_ids
from apps.shipments.models import Leg, Shipment
from apps.shipments.selectors import (
    due_for_poll,
    find_shipments,
    shipment_events,
    shipment_timeline,
    status_counts,
)
from apps.shipments.services import apply_snapshots
from tests.shipments.builders import LIFE, at, inbox_row, make_merchant, make_shipment, push

FILL = """
INSERT INTO shipments_shipment (uid, merchant_id, reference, mode, carrier, number, status,
  substatus, raw_state, risk, created_at, origin_code, destination_code, destination_country,
  phone_tail, sender_phone_tail, promise_source, snapshot_hash, version, unknown_codes,
  poll_due_at, closed_at)
SELECT 'shp_fill' || n, %s, 'R' || n, 'sandbox', 'yuantong', 'YT9' || lpad(n::text, 9, '0'),
  CASE WHEN n %% 50 = 0 THEN 'in_transit' ELSE 'delivered' END, '', '', 0,
  '2026-11-20'::timestamptz, '', '', 'CN', '', '', '', '', 1, 0,
  CASE WHEN n %% 50 = 0 THEN '2026-11-20'::timestamptz + n * interval '1 minute' END,
  CASE WHEN n %% 50 = 0 THEN NULL ELSE '2026-11-21'::timestamptz END
FROM generate_series(1, 20000) AS n;
"""
FILL_MORE = """
INSERT INTO shipments_leg (shipment_id, kind, carrier, carrier_before, number, sequence, zone,
  reach_back_days, opened_at, closed_at, snapshot_hash)
SELECT id, 'domestic', carrier, '', number, 1, 'Asia/Shanghai', 3, created_at, closed_at, ''
FROM shipments_shipment WHERE uid LIKE 'shp_fill%%';
INSERT INTO shipments_event (shipment_month, shipment_id, leg_id, key, occurred_at, original_time,
  zone, heard_at, text, original_text, code, status, substatus, certainty, area_code, area_name,
  location, sources)
SELECT '2026-11-01', leg.shipment_id, leg.id, decode(md5(leg.id::text || k), 'hex'),
  leg.opened_at + k * interval '1 hour', '', 'Asia/Shanghai', leg.opened_at, 't', '', '', '', '',
  0, '', '', '', 1
FROM shipments_leg AS leg, generate_series(1, 3) AS k;
ANALYZE shipments_shipment; ANALYZE shipments_leg; ANALYZE shipments_event;
"""


@pytest.fixture
def crowd(merchant: Merchant) -> Merchant:
    """20,000 shipments of a merchant, 2 % of them open, 60,000 events."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, [merchant.pk])
        cursor.execute(FILL_MORE.replace("%%", "%"))
    return merchant


def scans(query: QuerySet[Any]) -> str:
    """The plan as text."""
    return json.dumps(json.loads(query.explain(format="json")))


def sql_plan(sql: str, params: list[Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql, params)
        return json.dumps(cursor.fetchone()[0])


def test_the_newest_of_a_merchant_come_from_an_index(crowd: Merchant) -> None:
    other = make_merchant("bob")
    plan = scans(Shipment.objects.filter(merchant=other).order_by("-id")[:50])
    assert "shipments_merchant_newest" in plan


def test_a_merchants_reference_is_found_by_an_index(crowd: Merchant) -> None:
    plan = scans(Shipment.objects.filter(merchant=crowd, reference="R77"))
    assert "shipments_merchant_reference" in plan


def test_a_carriers_number_is_found_by_an_index(crowd: Merchant) -> None:
    assert "shipments_leg_number" in scans(Leg.objects.filter(number="YT9000000077"))
    plan = scans(Shipment.objects.filter(number="YT9000000077", carrier="yuantong"))
    assert "shipments_number" in plan


def test_the_end_of_a_number_is_found_by_its_index_whatever_was_searched_before(
    crowd: Merchant,
) -> None:
    staff = SimpleNamespace(merchant_id=None)
    for term in ["9000000077", "YT9000000077", "YT90000"] * 4:
        find_shipment_ids(staff, term)

    with CaptureQueriesContext(connection) as asked:
        found = find_shipment_ids(staff, "000077")

    ends = [query["sql"] for query in asked if "REVERSE" in query["sql"]]
    assert found
    assert ["shipments_leg_tail" in sql_plan(sql.replace("%", "%%"), []) for sql in ends] == [True]


def test_the_newest_of_a_rare_status_come_from_an_index(crowd: Merchant) -> None:
    plan = scans(Shipment.objects.filter(status="refused").order_by("-id")[:50])
    assert "shipments_status_newest" in plan


@pytest.mark.parametrize("after", [None, (at(500), 1)])
def test_what_is_due_comes_from_the_partial_index_in_order(
    crowd: Merchant, after: tuple[Any, int] | None
) -> None:
    plan = scans(due_for_poll(now=at(2_000), limit=50, after=after))
    assert "shipments_poll_due" in plan
    assert "Sort" not in plan
    assert "Seq Scan" not in plan


def test_a_timeline_reads_one_partition_by_its_index(crowd: Merchant) -> None:
    shipment = Shipment.objects.filter(merchant=crowd).latest("id")
    plan = scans(shipment_events(shipment))
    assert "Seq Scan" not in plan
    assert plan.count('"Index Name"') == 1
    assert "p202611" in plan


def test_the_events_of_a_batch_are_read_by_the_primary_key(crowd: Merchant) -> None:
    ids = list(Shipment.objects.values_list("pk", flat=True)[:50])
    plan = sql_plan(
        "SELECT key FROM shipments_event WHERE shipment_month = ANY(%s::date[])"
        " AND shipment_id = ANY(%s)",
        [["2026-11-01"], ids],
    )
    assert "Seq Scan" not in plan
    assert "p202611" in plan
    assert "p202610" not in plan


def test_the_newest_events_of_all_come_from_the_index_on_the_id(crowd: Merchant) -> None:
    plan = sql_plan("SELECT id FROM shipments_event ORDER BY id DESC LIMIT 50", [])
    assert "p202611_id_idx" in plan


@pytest.mark.parametrize("ref", ["uid", "A-YT1000000001", "YT1000000001", " yt1000000001 "])
def test_a_shipment_is_found_by_whatever_the_caller_has(merchant: Merchant, ref: str) -> None:
    shipment = make_shipment(merchant)
    make_shipment(merchant, "YT1000000002")
    wanted = shipment.uid if ref == "uid" else ref
    assert list(find_shipments(merchant_id=merchant.pk, ref=wanted)) == [shipment]
    assert list(find_shipments(merchant_id=None, ref=wanted)) == [shipment]


@pytest.mark.parametrize("ref", ["uid", "A-YT1000000001", "YT1000000001"])
def test_another_merchants_shipment_is_not_found(merchant: Merchant, ref: str) -> None:
    shipment = make_shipment(merchant)
    stranger = make_merchant("mallory")
    wanted = shipment.uid if ref == "uid" else ref
    assert list(find_shipments(merchant_id=stranger.pk, ref=wanted)) == []


@pytest.mark.parametrize("ref", ["", "  ", "\x00", "nothing", "%"])
def test_what_nobody_has_finds_nothing(merchant: Merchant, ref: str) -> None:
    make_shipment(merchant)
    assert list(find_shipments(merchant_id=merchant.pk, ref=ref)) == []


def test_a_timeline_takes_one_query_however_long_it_is(
    merchant: Merchant, midday: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shipment = make_shipment(merchant)
    apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE))])
    shipment.refresh_from_db()

    with django_assert_num_queries(1):
        timeline = shipment_timeline(shipment)

    assert [leg.number for leg in timeline.legs] == [shipment.number]
    assert {event.leg_id for event in timeline.events} == {leg.id for leg in timeline.legs}
    assert [event.occurred_at for event in timeline.events] == [
        at(hours).replace(tzinfo=None).isoformat() for hours in (26, 24, 20, 5, 1)
    ]


def test_counts_name_every_status(merchant: Merchant) -> None:
    make_shipment(merchant)
    counts = status_counts(merchant_id=merchant.pk)
    assert counts["awaiting_pickup"] == 1
    assert counts["delivered"] == 0
    assert len(counts) == 16
    assert sum(status_counts(merchant_id=merchant.pk + 1).values()) == 0
