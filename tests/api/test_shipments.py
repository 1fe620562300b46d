"""Reading shipments by list and by reference."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.shipments.models import Leg, ShipmentChange
from tests.support.people import client_of
from tests.support.query_counts import assert_query_count
from tests.support.shipments import MOMENT, make_event, make_shipment

URL = "/api/v1/shipments"


def ids_of(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_the_list_shows_the_newest_first(client, merchant):
    old, new = make_shipment(merchant), make_shipment(merchant)
    assert ids_of(client.get(URL)) == [new.uid, old.uid]


def test_following_next_visits_every_shipment_once(client, merchant):
    rows = [make_shipment(merchant) for _ in range(7)]
    seen, url = [], f"{URL}?page_size=3"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert seen == [row.uid for row in reversed(rows)]


def test_previous_leads_back_to_the_page_before(client, merchant):
    for _ in range(5):
        make_shipment(merchant)
    first = client.get(f"{URL}?page_size=2").json()
    second = client.get(first["next"]).json()
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_a_shipment_that_arrives_while_paging_is_neither_doubled_nor_shifts_others(
    client, merchant
):
    rows = [make_shipment(merchant) for _ in range(4)]
    first = client.get(f"{URL}?page_size=2").json()
    make_shipment(merchant)
    second = client.get(first["next"]).json()
    seen = [row["id"] for row in first["results"] + second["results"]]
    assert seen == [row.uid for row in reversed(rows)]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("status=delivered", {"b"}),
        ("status=delivered&status=in_transit", {"a", "b"}),
        ("carrier=shunfeng", {"c"}),
        ("order_number=A-77", {"a"}),
        ("tracking_number=SF1", {"c"}),
        ("created_after=2026-11-12T00:00:00Z", {"b", "c"}),
        ("created_before=2026-11-12T00:00:00Z", {"a"}),
        ("created_after=2026-11-12T08:00:00%2B08:00&created_before=2026-11-13T00:00:00Z", {"b"}),
        ("mode=manual", {"c"}),
        ("status=delivered&carrier=shunfeng", set()),
    ],
)
def test_filters_select_exactly_what_they_name(client, merchant, query, wanted):
    day = dt.timedelta(days=1)
    rows = {
        "a": make_shipment(merchant, reference="A-77"),
        "b": make_shipment(merchant, status="delivered", created_at=MOMENT + day),
        "c": make_shipment(
            merchant,
            status="customs",
            carrier="shunfeng",
            number="SF1",
            mode="manual",
            created_at=MOMENT + 2 * day,
        ),
    }
    assert set(ids_of(client.get(f"{URL}?{query}"))) == {rows[name].uid for name in wanted}


def test_updated_since_selects_by_what_changed_and_not_by_age(client, merchant):
    changed, quiet = make_shipment(merchant), make_shipment(merchant)
    for row, at in ((changed, MOMENT + dt.timedelta(hours=5)), (quiet, MOMENT)):
        ShipmentChange.objects.create(
            shipment=row, merchant_id=merchant.pk, to_status="in_transit", kinds=["status"], at=at
        )
    assert ids_of(client.get(f"{URL}?updated_since=2026-11-11T10:00:00Z")) == [changed.uid]


@pytest.mark.parametrize("pattern", ["A-%25", "A-_", "%25", "_", "A%5C-1"])
def test_wildcards_of_sql_match_nothing(client, merchant, pattern):
    make_shipment(merchant, reference="A-1")
    assert ids_of(client.get(f"{URL}?order_number={pattern}")) == []
    assert client.get(f"{URL}/{pattern}").status_code == 404


def test_the_list_takes_a_constant_number_of_queries(client, merchant):
    assert_query_count(
        "api.shipments",
        make=lambda n: [make_shipment(merchant, events=2) for _ in range(n)],
        visit=lambda: client.get(URL),
        shows=lambda answer: len(answer.json()["results"]),
    )


def test_one_shipment_takes_a_constant_number_of_queries(client, merchant):
    row = make_shipment(merchant)
    leg, taken = row.legs.get(), iter(range(100))
    assert_query_count(
        "api.shipment",
        make=lambda n: [make_event(row, leg, index=next(taken)) for _ in range(n)],
        visit=lambda: client.get(f"{URL}/{row.uid}"),
        shows=lambda answer: len(answer.json()["events"]),
    )


@pytest.mark.parametrize("field", ["uid", "reference", "number"])
def test_a_shipment_is_found_by_id_order_number_and_tracking_number(client, merchant, field):
    row = make_shipment(merchant)
    make_shipment(merchant)
    answer = client.get(f"{URL}/{getattr(row, field)}")
    assert (answer.status_code, answer.json()["id"]) == (200, row.uid)


@pytest.mark.parametrize(
    "number", ["2026/11/A-1", "A 1", "A#1", "订单-1", "a?b", "A+1", "..", "A%1"]
)
def test_an_order_number_may_hold_whatever_a_shop_writes(client, merchant, number):
    from urllib.parse import quote

    row = make_shipment(merchant, reference=number)
    answer = client.get(f"{URL}/{quote(number, safe='')}")
    assert answer.status_code == 200, answer.content
    assert answer.json()["id"] == row.uid


def test_a_number_typed_in_full_width_finds_the_shipment(client, merchant):
    row = make_shipment(merchant, number="YT8801")
    assert client.get(f"{URL}/ＹＴ８８０１").json()["id"] == row.uid


def test_the_number_of_a_return_leg_finds_the_shipment(client, merchant):
    row = make_shipment(merchant)
    Leg.objects.create(shipment=row, kind="return", carrier="zhongtong", number="ZT99", sequence=2)
    assert client.get(f"{URL}/ZT99").json()["id"] == row.uid
    assert ids_of(client.get(f"{URL}?tracking_number=ZT99")) == [row.uid]


def test_several_matches_are_a_conflict_that_lists_the_candidates(client, merchant):
    rows = [make_shipment(merchant, reference="A-5"), make_shipment(merchant, reference="A-5")]
    answer = client.get(f"{URL}/A-5")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "ambiguous_reference")
    assert [row["id"] for row in body["candidates"]] == [row.uid for row in reversed(rows)]
    assert body["more"] is False


def test_candidates_are_only_ones_own(client, merchant, other):
    row = make_shipment(merchant, reference="A-5")
    make_shipment(other, reference="A-5")
    assert client.get(f"{URL}/A-5").json()["id"] == row.uid


def test_events_come_newest_first_with_both_times(client, merchant):
    row = make_shipment(merchant, events=3)
    events = client.get(f"{URL}/{row.uid}").json()["events"]
    assert [event["occurred_at"] for event in events] == [
        "2026-11-11T06:02:00Z",
        "2026-11-11T06:01:00Z",
        "2026-11-11T06:00:00Z",
    ]
    assert events[0]["local_time"] == "2026-11-11 14:02:00"
    assert events[0]["zone"] == "Asia/Shanghai"
    assert events[0]["heard_at"] == "2026-11-11T06:03:30Z"


def test_the_answer_says_how_old_it_is(client, merchant):
    row = make_shipment(merchant, last_heard_at=MOMENT + dt.timedelta(hours=2))
    assert client.get(f"{URL}/{row.uid}").json()["data_as_of"] == "2026-11-11T08:00:00Z"


def test_words_follow_the_language_of_the_request(merchant):
    row = make_shipment(merchant, status="delivered", substatus="locker", carrier="shunfeng")
    english = client_of(merchant, language="en").get(f"{URL}/{row.uid}").json()
    chinese = client_of(merchant, language="zh-CN").get(f"{URL}/{row.uid}").json()
    assert (english["status"], chinese["status"]) == ("delivered", "delivered")
    assert english["status_text"] == "Delivered · Locker or station"
    assert chinese["status_text"].startswith("已")
    assert (english["carrier_name"], chinese["carrier_name"]) == ("SF Express", "顺丰速运")


def test_every_source_of_an_event_is_named(client, merchant):
    row = make_shipment(merchant)
    make_event(row, row.legs.get(), sources=3)
    assert client.get(f"{URL}/{row.uid}").json()["events"][0]["sources"] == ["push", "poll"]


def test_a_promise_is_an_object_or_null(client, merchant):
    without = make_shipment(merchant)
    promised = make_shipment(
        merchant,
        promise_from=MOMENT,
        promise_to=MOMENT + dt.timedelta(days=2),
        promise_source="lane",
    )
    assert client.get(f"{URL}/{without.uid}").json()["promise"] is None
    assert client.get(f"{URL}/{promised.uid}").json()["promise"] == {
        "earliest": "2026-11-11T06:00:00Z",
        "latest": "2026-11-13T06:00:00Z",
        "source": "lane",
    }
