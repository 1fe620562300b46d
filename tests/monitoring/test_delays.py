"""Delays are measured where they happen and shown with what was promised."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.baidiyun.models import InboxRow
from apps.baidiyun.services.delays import note_delays
from apps.core import clock
from apps.core.metrics import book
from apps.core.metrics.names import Metric
from apps.core.metrics.reading import histogram, histograms_by_label
from apps.monitoring.delay_chart import draw
from apps.monitoring.delays import Span, recent_delays, stages
from apps.monitoring.exposition import exposition
from apps.monitoring.selectors import portal_state
from apps.shipments.services import apply_snapshots
from apps.shipments.tasks import count_heard as count_heard_task
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, push
from tests.support.people import make_merchant, make_user, session_of

NOW = dt.datetime(2026, 11, 11, 6, 0, tzinfo=dt.UTC)


@pytest.fixture
def merchant(db) -> Merchant:
    return make_merchant()


@pytest.fixture(autouse=True)
def empty_book(db):
    book._counts.clear()
    yield
    book._counts.clear()


def settled(waited: float, *, source: str = "push", carrier: str = "yuantong") -> InboxRow:
    now = clock.real_now()
    return InboxRow(
        source=source,
        carrier=carrier,
        received_at=now - dt.timedelta(seconds=waited),
        applied_at=now,
    )


def an_hour_ago() -> dt.datetime:
    return clock.real_now() - dt.timedelta(hours=1)


def test_what_was_pushed_is_counted_by_carrier_and_what_was_asked_for_is_not() -> None:
    note_delays([settled(0.2), settled(0.3), settled(9, carrier="sf"), settled(1, source="poll")])
    book.flush()
    found = histograms_by_label(name=Metric.CALLBACK_APPLIED, since=an_hour_ago())
    assert {label: part.total for label, part in found.items()} == {"sf": 1, "yuantong": 2}
    assert histogram(name=Metric.CALLBACK_VISIBLE, since=an_hour_ago()).total == 3


def test_a_row_that_failed_is_not_counted() -> None:
    row = settled(1)
    row.applied_at = None
    note_delays([row])
    assert book.flush() == 0


def test_events_count_once_by_the_portals_clock(merchant: Merchant) -> None:
    earlier = make_shipment(merchant, number="YT8800000000")
    with clock.frozen(at(50)):
        apply_snapshots([inbox_row(earlier, push(earlier.number, list(LIFE)))])
    count_heard_task()
    shipment = make_shipment(merchant, number="YT8800000001")
    with clock.frozen(at(30)):
        apply_snapshots([inbox_row(shipment, push(shipment.number, list(LIFE)))])
    begin = clock.real_now()
    for minutes in (1, 2, 2, 3):
        with time_machine.travel(begin + dt.timedelta(minutes=minutes), tick=False):
            count_heard_task()
    with time_machine.travel(begin + dt.timedelta(minutes=3), tick=False):
        found = histograms_by_label(name=Metric.EVENT_HEARD, since=an_hour_ago())
    assert {label: part.total for label, part in found.items()} == {"yuantong": len(LIFE)}
    longest = found["yuantong"].percentile(1.0)
    assert longest is not None
    assert 29 * 3600 <= longest <= 29 * 3600 * 1.1


def test_nothing_is_late_before_anything_was_measured() -> None:
    assert all(delay.is_empty and not delay.is_late for delay in recent_delays())


def test_a_promise_that_is_broken_is_marked() -> None:
    note_delays([settled(60)] * 3)
    book.flush()
    late = {stage.metric: stage.whole.is_late for stage in stages(Span.HOUR)}
    assert late[Metric.CALLBACK_VISIBLE]
    assert not late[Metric.MESSAGE_TOLD]


def test_status_and_metrics_tell_the_same_histogram() -> None:
    note_delays([settled(0.2)] * 4)
    book.flush()
    said = portal_state()["delays"]["callback.applied"]
    assert said["count"] == 4
    assert 0.2 <= said["p99"] <= 0.22
    assert json.dumps(portal_state()["delays"])
    text = exposition().decode()
    assert 'lastmile_delay_seconds_count{stage="callback.applied"} 4.0' in text
    assert 'lastmile_scrape_failed{source="delays"} 0.0' in text


def test_the_page_says_what_was_measured_and_refreshes_by_itself() -> None:
    note_delays([settled(60)] * 3)
    book.flush()
    page = session_of(make_user(Role.OPERATOR)).get(reverse("admin:core_metricbucket_changelist"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "dl-late" in text
    assert "dl-chart" in text


def test_an_empty_page_says_so() -> None:
    client = session_of(make_user(Role.OPERATOR))
    page = client.get(reverse("admin:core_metricbucket_changelist") + "?span=week&stage=rubbish")
    assert page.status_code == 200
    assert 'dl-chart"' not in page.content.decode()


def test_a_merchants_user_does_not_find_the_page() -> None:
    client = session_of(make_user(Role.MERCHANT, merchant=make_merchant()))
    assert client.get(reverse("admin:core_metricbucket_changelist")).status_code == 404


def test_a_gap_in_the_course_is_a_gap_in_the_line() -> None:
    points = [(NOW + dt.timedelta(minutes=n), value) for n, value in enumerate((1.0, None, 2.0))]
    chart = draw(middle=points, high=points, limit=5.0)
    assert chart.high.count("M") == 2
    assert "L" not in chart.high
    assert chart.limit is not None


def test_nothing_measured_is_no_picture() -> None:
    assert draw(middle=[(NOW, None)], high=[(NOW, None)], limit=5.0).is_empty
