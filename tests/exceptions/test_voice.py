"""What customers say by week: rates with their interval, and a page that keeps merchants apart."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.actions import Actor
from apps.core.shares import share_of
from apps.exceptions.services import (
    ContactDraft,
    NpsDraft,
    record_contacts,
    record_nps,
    withdraw_contact,
)
from apps.exceptions.voice_figures import WEEKS, weekly_voice
from apps.exceptions.voice_math import Voice, net_promoters
from tests.support.admin_pages import logged_in, text_of
from tests.support.people import make_merchant
from tests.support.shipments import make_shipment

NOON = dt.datetime(2026, 11, 4, 4, 0, tzinfo=dt.UTC)
"""A Wednesday, noon in China."""
DAY = dt.timedelta(days=1)
PAGE = "/admin/exceptions/contact/voice/"
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def at_noon(db):
    with clock.frozen(NOON):
        yield


def delivered(merchant, at=NOON - DAY, **fields):
    places = {"origin_code": "440305000000", "destination_code": "330106000000"}
    more = {"status": "delivered", "delivered_at": at, "created_at": at - 3 * DAY}
    return make_shipment(merchant, **places | more | fields)


def said(row, *, mode="sandbox", reason="late", at=NOON):
    draft = ContactDraft(reason=reason, channel="phone", at=at, shipment_id=row.pk)
    (kept,) = record_contacts(merchant_id=row.merchant_id, drafts=[draft], mode=mode, actor=SYSTEM)
    return kept.row


def answered(row, *scores):
    drafts = [NpsDraft(score=score, shipment_id=row.pk) for score in scores]
    record_nps(merchant_id=row.merchant_id, drafts=drafts, mode="sandbox", actor=SYSTEM)


def figures(**changes):
    wanted = {"now": NOON, "mode": "sandbox", "by": "carrier", "merchant_id": None}
    return weekly_voice(**wanted | changes)


def test_few_answers_that_agree_are_not_certain():
    score = net_promoters(3, 0, 3)
    assert score.percent == 100
    assert score.low < 40


def test_a_score_lies_in_its_interval_and_narrows_with_answers():
    few, many = net_promoters(6, 2, 10), net_promoters(600, 200, 1_000)
    assert few.low < few.percent == many.percent == 40 < few.high
    assert many.high - many.low < (few.high - few.low) / 5


def test_a_rate_without_parcels_is_none_and_beyond_them_has_no_interval():
    assert share_of(1, 0) is None
    assert share_of(3, 2).percent == 150
    assert share_of(0, 50).low == pytest.approx(0, abs=1e-9)
    assert share_of(0, 50).high > 5


def test_a_parcel_counts_in_the_week_it_was_delivered_and_a_complaint_when_made(merchant):
    row = delivered(merchant, at=NOON - 7 * DAY)
    delivered(merchant, at=NOON - 40 * 7 * DAY)
    said(row)
    said(row, reason="address")
    answered(row, 10, 9, 7, 0)
    found = figures()
    assert len(found.weeks) == WEEKS
    assert found.weeks[-1] == dt.date(2026, 11, 2)
    assert found.total[-2] == Voice(delivered=1)
    assert found.total[-1] == Voice(0, 2, 1, 4, 2, 1)


def test_a_monday_begins_at_midnight_in_china(merchant):
    sunday = dt.datetime(2026, 11, 1, 15, 59, 59, tzinfo=dt.UTC)
    delivered(merchant, at=sunday)
    delivered(merchant, at=sunday + dt.timedelta(seconds=1))
    assert [one.delivered for one in figures().total[-2:]] == [1, 1]


def test_lanes_of_parcels_and_of_contacts_have_one_name(merchant):
    said(delivered(merchant))
    said(delivered(merchant, destination_country="US", destination_code=""))
    by_lane = figures(by="lane").by_key
    assert {key: (parts[-1].delivered, parts[-1].complaints) for key, parts in by_lane.items()} == {
        "44>33": (1, 1),
        "44>US": (1, 1),
    }


def test_live_and_sandbox_are_told_apart_and_withdrawn_contacts_left_out(merchant):
    said(delivered(merchant, mode="live"), mode="live")
    mistake = said(delivered(merchant))
    withdraw_contact(contact_id=mistake.pk, actor=SYSTEM)
    assert figures(mode="live").total[-1] == Voice(1, 1, 1)
    assert figures().total[-1] == Voice(1)


def test_a_merchants_user_sees_their_own_figures_and_no_other_merchant(merchant):
    other = make_merchant(name="Other Lamps")
    said(delivered(other, carrier="jd"))
    delivered(merchant)
    page = text_of(logged_in(Role.MERCHANT, merchant).get(PAGE, {"mode": "sandbox"}))
    assert "0 of 1" in page
    assert "JD" not in page
    staff = logged_in(Role.AUDITOR).get(PAGE, {"mode": "sandbox", "by": "merchant"})
    assert "Other Lamps" in text_of(staff)
    theirs = logged_in(Role.MERCHANT, merchant).get(PAGE, {"mode": "sandbox", "by": "merchant"})
    assert "Other Lamps" not in text_of(theirs)


@pytest.mark.parametrize("query", [{}, {"mode": "x", "by": "words"}, {"mode": "live"}])
def test_a_page_without_figures_says_so(query):
    answer = logged_in(Role.CUSTOMER_SERVICE).get(PAGE, query)
    assert answer.status_code == 200
    assert "nobody got in touch" in text_of(answer)
