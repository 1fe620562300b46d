"""One shipment is answered exactly as the serializers of the document say."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from apps.accounts.api.rendering import FastJSONRenderer
from apps.shipments.api.detail import detail_of
from apps.shipments.api.serializers import ShipmentDetailSerializer
from apps.shipments.models import Event, Leg, LegFinding
from apps.shipments.selectors import shipment_by_uid, shipment_timeline
from tests.support.shipments import MOMENT, make_event, make_shipment


def by_the_serializers(shipment, *, masked: bool):
    shipment.newest_events = list(
        Event.objects.filter(shipment=shipment).order_by("-occurred_at", "-id")
    )
    with timezone.override(dt.UTC):
        data = ShipmentDetailSerializer(shipment, context={"masked": masked}).data
    return json.loads(JSONRenderer().render(data))


@pytest.mark.parametrize("masked", [False, True])
def test_every_field_is_what_the_serializers_would_say(merchant, masked):
    row = make_shipment(
        merchant,
        status="delivered",
        substatus="locker",
        promise_from=MOMENT,
        promise_to=MOMENT + dt.timedelta(days=2, microseconds=7),
        promise_source="lane",
        last_heard_at=MOMENT + dt.timedelta(microseconds=1500),
    )
    back = Leg.objects.create(
        shipment=row, kind="return", carrier="zhongtong", number="ZT99", sequence=2
    )
    first = row.legs.first()
    Leg.objects.filter(pk=first.pk).update(
        handed_over_at=MOMENT, planned_in=MOMENT, from_country="CN", to_country="DE"
    )
    for code, detail in (("silent", {"since": "2026-11-11T06:12:09Z"}), ("loop", {})):
        LegFinding.objects.create(shipment=row, leg=first, code=code, detail=detail)
    LegFinding.objects.create(shipment=row, leg=back, code="loop", cleared_at=MOMENT)
    make_event(row, first, sources=3, text="张三（13800000000）正在派送")
    make_event(row, back, index=1, sources=6, location="13800000000号柜")
    make_event(row, back, index=2, omitted_at=MOMENT)
    row.refresh_from_db()

    fast = detail_of(shipment_timeline(row), masked=masked)

    assert json.loads(FastJSONRenderer().render(fast)) == by_the_serializers(row, masked=masked)
    assert ("13800000000" in json.dumps(fast)) is not masked
    assert [leg["findings"] for leg in fast["legs"]] == [["loop", "silent"], []]
    assert fast["legs"][0]["silent_since"] == "2026-11-11T06:12:09Z"


@pytest.mark.django_db
def test_a_shipment_read_by_its_id_is_the_whole_row_with_its_merchant(
    merchant, django_assert_num_queries
):
    row = make_shipment(merchant)

    with django_assert_num_queries(1):
        found = shipment_by_uid(row.uid)
        beside = found.merchant

    names = [field.attname for field in row._meta.concrete_fields]
    row.refresh_from_db()
    assert [getattr(found, name) for name in names] == [getattr(row, name) for name in names]
    assert (beside, beside.slug) == (merchant, merchant.slug)
    assert found.get_deferred_fields() == set()


def test_an_id_that_is_not_there_or_not_text_finds_nothing(merchant):
    assert shipment_by_uid("shp_nobody") is None
    assert shipment_by_uid("shp_\x00") is None


@pytest.mark.parametrize(
    "data", [None, {"a": [1, "é", None, True]}, {"at": MOMENT}, {"n": 2**70}, {"x": {1: "y"}}]
)
def test_the_fast_encoder_writes_what_the_standard_one_would(data):
    fast, slow = FastJSONRenderer().render(data), JSONRenderer().render(data)
    assert fast == slow
