"""The charts of the home page: now and a week ago, and from a point to the calls behind it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts.choices import Role
from apps.baidiyun.models import ApiCall
from apps.core import clock
from apps.core.metrics import bucket_of
from apps.core.metrics.names import label_of, views_of
from apps.core.models import MetricBucket
from tests.orders.builders import make_merchant
from tests.support.admin_pages import logged_in
from tests.support.planner import believe_big

CHART = "/admin/home/chart/"
MINUTE = dt.timedelta(minutes=1)


def this_minute() -> dt.datetime:
    return clock.real_now().replace(second=0, microsecond=0)


def measured(seconds: float, count: int, *, at: dt.datetime, **about: Any) -> None:
    """Count calls as the recorder does, under all their dimensions and each view."""
    told = {"mode": "sandbox", "product": "query", "carrier": "yuantong", "merchant": "-",
            "blame": "ok"} | about  # fmt: skip
    label = label_of(*told.values())
    for name, key in (("call.answered", label), *views_of("call.answered", label)):
        MetricBucket.objects.create(
            name=name, grain="minute", start=at, label=key, bucket=bucket_of(seconds), count=count
        )


def chart(client: Client | None = None, **asked: str) -> dict[str, Any]:
    answer = (client or logged_in()).get(CHART, {"mode": "sandbox", **asked})
    assert answer.status_code == 200
    return dict(answer.json())


@pytest.fixture
def busy(db: None) -> dt.datetime:
    """Two products three minutes ago, and one of them a week before."""
    at = this_minute() - 3 * MINUTE
    measured(0.1, 20, at=at)
    measured(0.4, 5, at=at, product="book", carrier="-")
    measured(0.05, 9, at=at - dt.timedelta(days=7))
    return at


def test_a_chart_has_this_hour_and_the_same_hour_a_week_ago(busy):
    told = chart()
    (line,) = told["lines"]
    values = [value for value in line["now"] if value is not None]
    assert values == [pytest.approx(0.4, rel=0.1)]
    assert [value for value in line["before"] if value is not None] == [
        pytest.approx(0.05, rel=0.1)
    ]
    assert line["now"].index(values[0]) == next(
        n for n, value in enumerate(line["before"]) if value is not None
    )
    assert told["limit"] == pytest.approx(0.2)


def test_lines_are_told_apart_by_a_dimension_the_weightiest_first(busy):
    assert [(line["key"], line["count"]) for line in chart(by="product")["lines"]] == [
        ("query", 20), ("book", 5)
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["query\x00", "x" * 5000, "' OR 1=1 --", "|"])
def test_a_line_may_be_asked_for_in_any_words(busy, key):
    told = chart(by="product", key=key)
    assert len(told["lines"]) == 1
    assert chart(by="merchant", key="9" * 30)["lines"][0]["count"] == 0


def test_a_line_that_stands_alone_has_its_line_of_a_week_ago(busy):
    assert [line["before"] for line in chart(by="product")["lines"]] == [None, None]
    (line,) = chart(by="product", key="query")["lines"]
    assert line["key"] == "query"
    assert [value for value in line["before"] if value is not None]


def test_only_what_we_or_the_vendor_did_wrong_is_an_error(busy):
    measured(0.1, 5, at=busy, blame="vendor")
    measured(0.2, 10, at=busy, blame="caller")
    (line,) = chart(of="errors")["lines"]
    assert [value for value in line["now"] if value is not None] == [pytest.approx(5 / 40)]


def test_a_line_that_fell_silent_is_still_drawn(db):
    measured(0.1, 5, at=this_minute() - dt.timedelta(days=7, minutes=5), carrier="jd")
    assert [line["key"] for line in chart(by="carrier")["lines"]] == ["jd"]


def test_a_dimension_the_figure_does_not_have_is_taken_as_none(busy):
    assert chart(of="told", by="merchant")["by"] == ""


def call_at(at: dt.datetime, **given: Any) -> ApiCall:
    values = {"product": "query", "mode": "sandbox", "url_path": "/poll", "ok": True, "at": at,
              "carrier": "yuantong", "blame": "ok"}  # fmt: skip
    return ApiCall.objects.create(**values | given)


@pytest.mark.parametrize(
    ("by", "key"), [("", ""), ("product", "query"), ("carrier", "yuantong"), ("merchant", "-")]
)
def test_a_point_leads_to_exactly_the_calls_behind_it(busy, by, key):
    merchant = make_merchant()
    other = {"product": "book", "carrier": "jd", "merchant_id": merchant.pk}
    inside = [call_at(busy), call_at(busy + dt.timedelta(seconds=59, milliseconds=900))]
    call_at(busy - dt.timedelta(seconds=1))
    call_at(busy + MINUTE)
    call_at(busy, mode="live")
    elsewhere = call_at(busy + dt.timedelta(seconds=5), **other)
    client = logged_in()
    told = chart(client, by=by)
    line = next(line for line in told["lines"] if line["key"] == key)
    step = next(n for n, value in enumerate(line["now"]) if value is not None)
    listed = client.get(f"{line['href']}&{told['steps'][step]['query']}")
    expected = {call.pk for call in (*inside, *(() if by else (elsewhere,)))}
    assert {row.pk for row in listed.context["cl"].result_list} == expected


def test_a_point_of_the_errors_leads_to_the_errors_alone(busy):
    measured(0.1, 1, at=busy, blame="vendor")
    wrong = call_at(busy, ok=False, blame="vendor")
    call_at(busy, ok=False, blame="caller")
    call_at(busy)
    client = logged_in()
    told = chart(client, of="errors")
    (line,) = told["lines"]
    step = next(n for n, value in enumerate(line["now"]) if value is not None)
    listed = client.get(f"{line['href']}&{told['steps'][step]['query']}")
    assert [row.pk for row in listed.context["cl"].result_list] == [wrong.pk]


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("product__exact=query", "baidiyun_call_product_at"),
        ("carrier=yuantong", "baidiyun_call_carrier_at"),
        ("merchant=1", "baidiyun_call_merchant_at"),
        ("outcome=error", "baidiyun_call_failed_at"),
    ],
)
def test_the_calls_of_a_few_minutes_are_found_by_an_index(db, asked, index):
    local = timezone.localtime(this_minute() - dt.timedelta(days=3))
    day, hour = local.strftime("%Y-%m-%d"), local.strftime("%H:%M")
    stretch = f"at_from_0={day}&at_from_1={hour}:00&at_to_0={day}&at_to_1={hour}:59"
    rows = logged_in().get(f"/admin/baidiyun/apicall/?{asked}&{stretch}").context["cl"].queryset
    believe_big("baidiyun_apicall")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        sql, params = rows[:50].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert f"Index Scan Backward using {index}" in plan
    assert "Seq Scan on baidiyun_apicall" not in plan


def test_charts_are_no_business_of_a_merchants_user(db):
    client = logged_in(Role.MERCHANT, make_merchant())
    assert client.get(CHART).status_code == 404


def test_a_role_that_may_not_see_measurements_gets_no_chart(db):
    assert logged_in(Role.CUSTOMER_SERVICE).get(CHART).status_code == 404


@pytest.mark.parametrize("asked", ["of=%00", "reach=year", "by=blame", "mode=prod", "of=a&of=b"])
def test_strange_wishes_are_answered_with_the_usual_chart(db, asked):
    assert logged_in().get(f"{CHART}?{asked}").status_code == 200


def test_a_chart_that_takes_too_long_says_so(db, monkeypatch):
    def slow(**asked: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")

    monkeypatch.setattr("apps.monitoring.home.views.HOME_SECONDS", 0.05)
    monkeypatch.setattr("apps.monitoring.home.views.draw", slow)
    answer = logged_in().get(CHART)
    assert answer.status_code == 503
    assert "too long" in answer.json()["late"]
