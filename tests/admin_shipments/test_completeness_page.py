"""The page of completeness: a sentence, a table of heat, and the entries behind each cell."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.core import clock
from apps.shipments.choices import LedgerVerdict
from apps.shipments.models import CompletenessHour, ReconciliationRun
from apps.shipments.services import apply_snapshots, enter_booking, roll_up_completeness
from tests.admin_shipments.conftest import TRACK
from tests.shipments.builders import at, inbox_row, make_shipment, push
from tests.support.admin_pages import logged_in, text_of
from tests.support.people import make_merchant
from tests.support.query_counts import assert_query_count

PAGE = "/admin/shipments/completenesshour/"
ENTRIES = "/admin/shipments/ledgerentry/"


def hour(merchant: Merchant, *, ago: int = 1, **values: Any) -> CompletenessHour:
    """The figures of one hour; four nodes heard."""
    given = {"mode": "live", "carrier": "yuantong", "expected": 4, **values}
    when = clock.now().replace(minute=0) - dt.timedelta(hours=ago)
    return CompletenessHour.objects.create(hour=when, merchant=merchant, **given)


def healed(merchant: Merchant, number: str = "YT1000000001") -> None:
    """A parcel whose last node only a poll brought, an hour ago."""
    shipment = make_shipment(merchant, number, mode="live")
    with clock.frozen(at(29)):
        apply_snapshots([inbox_row(shipment, push(number, TRACK[:2]))])
        apply_snapshots([inbox_row(shipment, push(number, TRACK), source="poll")])
        roll_up_completeness()


def test_nothing_heard_is_said_so(merchant):
    assert "Nothing was heard in the last 24 hours." in text_of(logged_in(Role.MANAGER).get(PAGE))


def test_the_day_is_one_sentence(merchant):
    hour(merchant, missing=1, healed=1)
    hour(merchant, ago=3, carrier="zhongtong", late=2, late_2h=2, healed=2, wrong=1)
    hour(merchant, ago=30, missing=3, healed=3)
    text = text_of(logged_in(Role.MANAGER).get(PAGE))
    assert "we heard 8 nodes. Pushes never brought 1 of them and 2 came late" in text
    assert "polls healed 3, and 1 pushed nodes were withdrawn" in text
    assert "Pushes are 87.5 % complete." in text


def test_a_cell_leads_to_the_entries_it_counts(merchant):
    healed(merchant)
    client = logged_in(Role.MANAGER)
    page = client.get(PAGE).content.decode()
    [cell] = re.findall(r'cp-hot" title="[^"]*"><a href="([^"]+)"', page)
    entries = client.get(unescape(cell))
    assert "YT1000000001" in text_of(entries)
    assert "Push missing" in text_of(entries)


def test_sandbox_parcels_stay_out_of_the_day(merchant):
    hour(merchant, mode="sandbox", expected=77)
    client = logged_in(Role.MANAGER)
    assert "77" not in text_of(client.get(PAGE))
    assert "77" in text_of(client.get(f"{PAGE}?mode=sandbox"))


def test_a_merchant_sees_only_its_own(merchant):
    hour(merchant, expected=11)
    hour(make_merchant(slug="rice"), expected=5000)
    ReconciliationRun.objects.create(
        slot=at(29), claimed_at=at(29), budget=9, finished_at=clock.real_now()
    )
    text = text_of(logged_in(Role.MERCHANT, merchant=merchant).get(PAGE))
    assert "we heard 11 nodes" in text
    assert "reconciliation" not in text


@pytest.mark.parametrize("query", ["?mode=nonsense", "?mode=", "?mode=%00"])
def test_a_crooked_filter_breaks_nothing(merchant, query):
    hour(merchant)
    assert logged_in(Role.MANAGER).get(PAGE + query).status_code == 200


def test_the_page_costs_the_same_however_much_there_is(merchant):
    client = logged_in(Role.MANAGER)
    made = iter(range(1, 99))

    def make(n: int) -> None:
        for _ in range(n):
            hour(merchant, carrier=f"carrier{next(made)}", missing=1, healed=1)

    assert_query_count("admin.completeness", make=make, visit=lambda: client.get(PAGE))


def test_the_list_of_entries_costs_the_same_however_many_there_are(merchant):
    client = logged_in(Role.MANAGER)
    made = iter(range(1, 99))

    def make(n: int) -> None:
        for _ in range(n):
            shipment = make_shipment(merchant, f"YT20000000{next(made):02}")
            enter_booking(
                shipment_id=shipment.pk, verdict=LedgerVerdict.PUSH_MISSING, ours="a", theirs="b"
            )

    assert_query_count("admin.ledger", make=make, visit=lambda: client.get(ENTRIES))
