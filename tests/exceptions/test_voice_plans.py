"""The figures of twelve weeks read twelve weeks: what lies before them is not passed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.actions import Actor
from apps.exceptions.models import Contact, NpsAnswer
from apps.exceptions.services import ContactDraft, NpsDraft, record_contacts, record_nps
from apps.exceptions.voice_figures import weekly_voice
from apps.shipments.models import Shipment
from tests.exceptions.watched import DAY, NOON
from tests.support.people import make_merchant
from tests.support.shipments import make_shipment

INDEXES = {
    "shipments_shipment": "shipments_delivered",
    "exceptions_contact": "exceptions_contact_at",
    "exceptions_npsanswer": "exceptions_nps_at",
}
MANY = 3_000
SYSTEM = Actor.system("test")


@pytest.fixture
def years(db: None) -> None:
    """A parcel, a contact and an answer of yesterday, and 3,000 of each from long before."""
    merchant = make_merchant()
    said: dict[str, Any] = {"shipment_id": None, "at": NOON - DAY, "parcel": "none"}
    parcel = make_shipment(merchant, status="delivered", delivered_at=NOON - DAY)
    common: dict[str, Any] = {"merchant_id": merchant.pk, "mode": "sandbox", "actor": SYSTEM}
    record_contacts(drafts=[ContactDraft(reason="late", channel="phone", **said)], **common)
    record_nps(drafts=[NpsDraft(score=9, **said)], **common)
    old = {"delivered_at": NOON - 400 * DAY, "status": "delivered", "mode": parcel.mode}
    Shipment.objects.bulk_create(
        Shipment(merchant=merchant, reference=f"old-{n}", created_at=NOON - 410 * DAY, **old)
        for n in range(MANY)
    )
    models: tuple[Any, ...] = (Contact, NpsAnswer)
    for model in models:
        row = model.objects.get()
        names = [
            one.attname for one in model._meta.concrete_fields if one.name not in ("id", "uid")
        ]
        held = {name: getattr(row, name) for name in names} | {"at": NOON - 400 * DAY}
        model.objects.bulk_create(model(**held) for _ in range(MANY))
    with connection.cursor() as cursor:
        for table in INDEXES:
            cursor.execute(f"ANALYZE {table}")


@pytest.mark.parametrize("by", ["carrier", "merchant", "lane"])
def test_each_figure_of_the_voice_is_read_by_the_moment_it_was_said(years: None, by: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        weekly_voice(now=NOON, mode="sandbox", by=by, merchant_id=None)
    for table, index in INDEXES.items():
        counted = next(
            one["sql"] for one in asked.captured_queries if f"FROM {table}" in one["sql"]
        )
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {counted}".replace("%", "%%"))
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert index in plan, plan
