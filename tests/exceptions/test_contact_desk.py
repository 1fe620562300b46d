"""Customer service records why somebody called, from the parcel or from a number."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.actions import Actor
from apps.exceptions.models import Case, Contact
from apps.exceptions.rulebook.judging import HOUR
from apps.exceptions.services import (
    ContactDraft,
    correct_contact,
    judge_shipments,
    record_contact,
    withdraw_contact,
)
from apps.exceptions.services.watching import refresh_watches
from tests.support.admin_pages import logged_in, text_of
from tests.support.people import make_merchant
from tests.support.shipments import make_shipment

NOON = dt.datetime(2026, 11, 3, 4, 0, tzinfo=dt.UTC)
RECORD = "/admin/exceptions/contact/record/"
LONG_AGO = NOON - dt.timedelta(days=9)
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def at_noon(db):
    with clock.frozen(NOON):
        yield


@pytest.fixture
def shipment():
    """A parcel that has been silent for days."""
    return make_shipment(
        make_merchant(), created_at=LONG_AGO, last_event_at=LONG_AGO, status_at=LONG_AGO,
        destination_code="330106000000", origin_code="440305000000",
    )  # fmt: skip


@pytest.fixture
def clerk():
    return logged_in(Role.CUSTOMER_SERVICE)


def judged(row) -> Case:
    refresh_watches(shipment_ids=[row.pk])
    judge_shipments(shipment_ids=[row.pk])
    return Case.objects.get(shipment=row, rule__code="stalled_domestic")


def said(row, reason="late", **more) -> Contact:
    draft = ContactDraft(reason=reason, channel="phone", **more)
    return record_contact(shipment_id=row.pk, draft=draft, actor=SYSTEM)


def test_one_click_records_what_the_customer_called_about(clerk, shipment):
    page = clerk.get(RECORD, {"q": shipment.number[-8:]})
    assert shipment.number in text_of(page)
    form = {"shipment": shipment.pk, "reason": "where_is_it", "channel": "phone", "words": "急"}
    answer = clerk.post(RECORD, form)
    assert answer.status_code == 302
    row = Contact.objects.get()
    assert (row.shipment_id, row.reason, row.words) == (shipment.pk, "where_is_it", "急")
    assert (row.lane_from, row.lane_to, row.mode) == ("44", "33", "sandbox")
    assert row.recorded_by is not None


def test_a_reason_that_is_none_is_refused_and_the_words_stay(clerk, shipment):
    form = {"shipment": shipment.pk, "reason": "angry", "channel": "phone", "words": "好气"}
    answer = clerk.post(RECORD, form)
    assert answer.status_code == 422
    assert "好气" in text_of(answer)
    assert not Contact.objects.exists()


@pytest.mark.parametrize("given", ["0", "-1", "x", "99999999999999999999", "１"])
def test_a_parcel_nobody_has_is_not_there(clerk, given):
    assert clerk.get(RECORD, {"shipment": given}).status_code == 404


def test_a_merchants_user_records_on_their_own_parcels_only(shipment):
    stranger = logged_in(Role.MERCHANT, make_merchant())
    form = {"shipment": shipment.pk, "reason": "late", "channel": "phone"}
    assert stranger.post(RECORD, form).status_code == 404
    assert shipment.number not in text_of(stranger.get(RECORD, {"q": shipment.number}))
    assert not Contact.objects.exists()


def test_an_auditor_records_nothing(shipment):
    reader = logged_in(Role.AUDITOR)
    form = {"shipment": shipment.pk, "reason": "late", "channel": "phone"}
    assert reader.post(RECORD, form).status_code == 403
    assert not Contact.objects.exists()


def test_a_complaint_marks_the_cases_with_its_earliest_moment_and_raises_them(shipment):
    case = judged(shipment)
    before = case.rank
    said(shipment, at=NOON - HOUR)
    said(shipment, at=NOON - 5 * HOUR)
    said(shipment, reason="address", at=NOON - 9 * HOUR)
    case.refresh_from_db()
    assert (case.complained_at, case.rank) == (NOON - 5 * HOUR, before + 5_000)


def test_a_withdrawn_complaint_is_forgotten_by_the_cases(shipment):
    case = judged(shipment)
    before = case.rank
    row = said(shipment)
    withdraw_contact(contact_id=row.pk, actor=SYSTEM)
    withdraw_contact(contact_id=row.pk, actor=SYSTEM)
    case.refresh_from_db()
    assert (case.complained_at, case.rank) == (None, before)


def test_a_case_opened_after_the_complaint_knows_of_it_but_not_of_a_withdrawn_one(shipment):
    mistake = said(shipment, at=NOON - 9 * HOUR)
    withdraw_contact(contact_id=mistake.pk, actor=SYSTEM)
    said(shipment, at=NOON - HOUR)
    assert judged(shipment).complained_at == NOON - HOUR


def test_a_correction_is_a_new_row_and_moves_the_complaint(shipment):
    case, other = judged(shipment), make_shipment(shipment.merchant)
    row = said(shipment)
    made = correct_contact(
        contact_id=row.pk,
        draft=ContactDraft(reason="late", channel="phone", parcel=other.number),
        actor=SYSTEM,
    )
    row.refresh_from_db()
    case.refresh_from_db()
    assert (made.shipment_id, made.replaces_id) == (other.pk, row.pk)
    assert row.withdrawn_at is not None
    assert case.complained_at is None


def test_the_page_of_a_shipment_shows_its_case_and_what_was_said(clerk, shipment):
    case = judged(shipment)
    said(shipment, words="电话 13812345678")
    page = clerk.get(
        reverse("admin:shipments_shipment_change", args=[shipment.pk])
    ).content.decode()
    assert f"/admin/exceptions/case/{case.pk}/change/" in page
    assert f"{RECORD}?shipment={shipment.pk}" in page
    assert "13812345678" not in page


def test_a_merchants_user_sees_contacts_and_no_case(shipment):
    case = judged(shipment)
    said(shipment)
    own = logged_in(Role.MERCHANT, shipment.merchant)
    page = own.get(reverse("admin:shipments_shipment_change", args=[shipment.pk])).content.decode()
    assert "/admin/exceptions/contact/" in page
    assert f"/admin/exceptions/case/{case.pk}/" not in page
