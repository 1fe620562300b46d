"""The API of completeness: a merchant sees its own figures, narrowed and summed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import F

from apps.core import clock
from apps.shipments.models import CompletenessHour

URL = "/api/v1/completeness"
NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def hours(merchant, other):
    """Two carriers over three hours, and as much of another shop."""
    for owner in (merchant, other):
        for ago, carrier in ((0, "yuantong"), (2, "yuantong"), (2, "zhongtong"), (30, "yuantong")):
            CompletenessHour.objects.create(
                hour=NOW.replace(minute=0) - dt.timedelta(hours=ago),
                merchant=owner, mode="sandbox", carrier=carrier,
                expected=10, missing=1, late=2, healed=3, late_2h=2,
            )  # fmt: skip
    CompletenessHour.objects.filter(merchant=other).update(expected=F("expected") + 1000, wrong=7)
    with clock.frozen(NOW):
        yield


def test_a_merchant_sees_its_own_figures_of_the_last_day(client):
    answer = client.get(URL).json()
    assert answer["totals"] == {
        "expected": 30, "missing": 3, "late": 6, "wrong": 0, "healed": 9, "unreachable": 0,
        "late_30m": 0, "late_2h": 6, "late_6h": 0, "late_24h": 0, "late_more": 0, "share": 0.9,
    }  # fmt: skip
    assert [(row["hour"], row["carrier"]) for row in answer["hours"]] == [
        ("2026-11-22T09:00:00Z", "yuantong"),
        ("2026-11-22T07:00:00Z", "yuantong"),
        ("2026-11-22T07:00:00Z", "zhongtong"),
    ]
    assert answer["hours"][0]["carrier_name"] == "YTO Express"


def test_naming_the_other_shop_shows_nothing_of_it(client):
    answer = client.get(f"{URL}?merchant=other-shop").json()
    assert (answer["totals"]["expected"], answer["hours"]) == (0, [])


def test_figures_can_be_narrowed_to_a_carrier_and_a_time(client):
    one = client.get(f"{URL}?carrier=zhongtong").json()
    assert (one["totals"]["expected"], len(one["hours"])) == (10, 1)
    late = client.get(f"{URL}?since=2026-11-22T08:10:00Z").json()
    assert (late["since"], late["totals"]["expected"]) == ("2026-11-22T08:00:00Z", 10)
    all_of_it = client.get(f"{URL}?since=2020-01-01T00:00:00Z").json()
    assert (all_of_it["since"], len(all_of_it["hours"])) == ("2026-10-22T09:00:00Z", 4)


@pytest.mark.parametrize(
    "query", ["since=yesterday", "since=2026-11-22T08:00:00", "carrier=" + "x" * 999, "page_size=1"]
)
def test_what_cannot_be_read_is_refused(client, query):
    assert client.get(f"{URL}?{query}").status_code == 400


def test_nothing_can_be_written(client):
    assert client.post(URL, {}, format="json").status_code == 405
