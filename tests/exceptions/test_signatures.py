"""Signatures are scored from rows: whose courier, how soon, how many together."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.utils import translation

from apps.core import clock
from apps.core.actions import Actor
from apps.exceptions.admin.case_evidence import figures_of
from apps.exceptions.models import Case, Watch
from apps.exceptions.services import ContactDraft, judge_shipments, record_contact
from apps.exceptions.services.signatures import score_signatures
from apps.exceptions.services.watching import refresh_watches
from apps.shipments.models import Leg, Shipment
from tests.support.orders import make_order
from tests.support.shipments import make_event, make_shipment

NOON = dt.datetime(2026, 11, 3, 4, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DISTRICT = "330106000000"
SIGNED = "【杭州市】已签收，签收人：家门口，派件员：王强，电话：{phone}"


@pytest.fixture(autouse=True)
def at_noon(db):
    with clock.frozen(NOON):
        yield


def signed(merchant, *, after: float, at=NOON, phone="13800100001", text=SIGNED, **fields):
    """A parcel signed for ``after`` minutes after it went out, and watched."""
    fields = {"destination_code": DISTRICT, "status": "delivered", "delivered_at": at} | fields
    row = make_shipment(merchant, created_at=NOON - dt.timedelta(days=2), **fields)
    leg = Leg.objects.get(shipment=row)
    out = {"status": "out_for_delivery", "occurred_at": at - after * MINUTE}
    make_event(row, leg, text="派件中", **out)
    make_event(
        row, leg, status="delivered", occurred_at=at, text=text.format(phone=phone),
        area_code="CN330106000000",
    )  # fmt: skip
    refresh_watches(shipment_ids=[row.pk])
    return row


def score(*rows: Shipment) -> list[int | None]:
    score_signatures(shipment_ids=[row.pk for row in rows])
    found = {watch.pk: watch.signed_score for watch in Watch.objects.all()}
    return [found[row.pk] for row in rows]


def test_a_signature_at_once_at_the_door_is_doubted(merchant):
    assert score(signed(merchant, after=2), signed(merchant, after=90)) == [65, 20]
    parts = Watch.objects.order_by("pk")[0].signed_parts
    assert parts["instant"] == {"points": 45, "minutes": 2.0}


def test_signatures_of_one_courier_within_a_minute_are_counted(merchant):
    rows = [signed(merchant, after=60, at=NOON + dt.timedelta(seconds=20 * n)) for n in range(4)]
    other_man = signed(merchant, after=60, phone="13800100002")
    elsewhere = signed(merchant, after=60, destination_code="310106000000")
    later = signed(merchant, after=60, at=NOON + 5 * MINUTE)
    assert score(*rows, other_man, elsewhere, later) == [50, 50, 50, 50, 20, 65, 20]


def test_a_parcel_signed_with_later_ones_is_scored_anew_and_looked_at(merchant):
    first = signed(merchant, after=60)
    assert score(first) == [20]
    rest = [signed(merchant, after=60) for _ in range(2)]
    score(*rest)
    watch = Watch.objects.get(pk=first.pk)
    assert watch.signed_score == 50
    assert watch.next_check_at == NOON


def test_what_the_recipient_said_before_counts_and_only_as_a_number(merchant):
    before, now = signed(merchant, after=90), signed(merchant, after=90)
    for row in (before, now):
        order = make_order(merchant)
        parcel = order.parcels.get()
        parcel.shipment = row
        parcel.save()
    record_contact(
        shipment_id=before.pk,
        draft=ContactDraft(reason="not_received", channel="phone", at=NOON - 60 * MINUTE),
        actor=Actor.system("test"),
    )
    score(now)
    assert Watch.objects.get(pk=now.pk).signed_parts["history"] == {"points": 10, "claims": 1}


def test_one_that_is_delivered_no_longer_has_no_score(merchant):
    row = signed(merchant, after=2)
    score(row)
    Shipment.objects.filter(pk=row.pk).update(delivered_at=None, status="returning")
    assert score(row) == [None]


def test_a_doubted_signature_opens_a_case_before_the_customer_writes(merchant):
    row = signed(merchant, after=2)
    score(row)
    with transaction.atomic():
        judge_shipments(shipment_ids=[row.pk])
    case = Case.objects.get(shipment=row, rule__code="not_received")
    assert case.evidence["signed_score"] == 65
    assert case.complained_at is None
    with translation.override("en"):
        told = dict(figures_of(case))
    assert told["+45"] == "Signed for 2.0 min after it went out for delivery"
    assert "+20" in told


def test_scoring_takes_the_same_number_of_statements_for_any_number(
    merchant, django_assert_num_queries
):
    rows = [signed(merchant, after=2 + n) for n in range(5)]
    with django_assert_num_queries(5):
        score_signatures(shipment_ids=[row.pk for row in rows])
