"""The lists of shipments and events: filters, scoping, constant queries."""

from __future__ import annotations

import pytest
from django.db import connection

from apps.accounts.choices import Role
from apps.shipments.models import Event, Shipment
from tests.admin_shipments.conftest import TRACK, travelled
from tests.shipments.builders import at, make_shipment, node
from tests.support.query_counts import assert_query_count

SHIPMENTS = "/admin/shipments/shipment/"
EVENTS = "/admin/shipments/event/"


def listed(response) -> int:
    return len(response.context["cl"].result_list)


def numbers(client, query: str) -> set[str]:
    response = client.get(f"{SHIPMENTS}?{query}")
    assert response.status_code == 200
    return {row.number for row in response.context["cl"].result_list}


@pytest.fixture
def make_shipments(merchant):
    made = iter(range(1, 1000))

    def make(count: int) -> None:
        for _ in range(count):
            travelled(make_shipment(merchant, f"YT{next(made):010d}"))

    return make


@pytest.fixture
def make_events(merchant):
    parcel = make_shipment(merchant)
    made: list[dict] = []

    def make(count: int) -> None:
        for _ in range(count):
            made.append(node(1 + len(made) / 10, f"扫描{len(made)}", "0"))
        travelled(parcel, tuple(made))

    return make


def test_the_list_of_shipments_takes_a_constant_number_of_queries(log_in, make_shipments):
    client = log_in()
    assert_query_count(
        "admin.shipments", make=make_shipments, visit=lambda: client.get(SHIPMENTS), shows=listed
    )


def test_a_search_takes_a_constant_number_of_queries(log_in, make_shipments):
    client = log_in()
    assert_query_count(
        "admin.shipments.search",
        make=make_shipments,
        visit=lambda: client.get(f"{SHIPMENTS}?q=YT0000"),
        shows=listed,
    )


def test_the_list_of_events_takes_a_constant_number_of_queries(log_in, make_events):
    client = log_in()
    assert_query_count(
        "admin.events", make=make_events, visit=lambda: client.get(EVENTS), shows=listed
    )


def test_a_merchants_user_sees_only_their_own_rows(log_in, merchant, other):
    travelled(make_shipment(merchant, "YT1000000001"))
    travelled(make_shipment(other, "YT2000000002"))
    client = log_in(Role.MERCHANT, other)

    assert numbers(client, "") == {"YT2000000002"}
    assert numbers(client, "q=YT1000000001") == set()
    assert numbers(client, f"merchant={merchant.pk}") <= {"YT2000000002"}
    events = client.get(EVENTS).context["cl"].result_list
    assert {event.shipment.number for event in events} == {"YT2000000002"}


def test_a_merchants_user_is_not_told_which_merchants_there_are(log_in, merchant, other):
    make_shipment(other)

    text = log_in(Role.MERCHANT, other).get(SHIPMENTS).content.decode()

    assert merchant.name not in text


def test_anothers_event_does_not_exist(log_in, merchant, other):
    travelled(make_shipment(merchant))
    event = Event.objects.first()

    client = log_in(Role.MERCHANT, other)

    assert client.get(f"{EVENTS}{event.pk}/change/").status_code == 404
    assert client.post(f"{EVENTS}{event.pk}/reveal/").status_code == 404


def test_filters_keep_what_they_say(log_in, merchant, other):
    travelled(make_shipment(merchant, "YT1000000001"))
    travelled(make_shipment(merchant, "YT1000000002"), (*TRACK, node(26, "已签收", "301")))
    make_shipment(other, "SF1000000003", carrier="shunfeng", mode="manual")
    Shipment.objects.filter(number="YT1000000001").update(promise_from=at(0), promise_to=at(29))
    Shipment.objects.filter(number="YT1000000002").update(promise_from=at(0), promise_to=at(20))
    client = log_in()

    assert numbers(client, "status__exact=delivered") == {"YT1000000002"}
    assert numbers(client, "carrier=shunfeng") == {"SF1000000003"}
    assert numbers(client, "mode__exact=manual") == {"SF1000000003"}
    assert numbers(client, f"merchant={other.pk}") == {"SF1000000003"}
    assert numbers(client, "promise=late") == {"YT1000000001"}
    assert numbers(client, "silent=6") == {"YT1000000001", "SF1000000003"}
    assert numbers(client, "silent=12") == {"SF1000000003"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("created_at_from_0=2026-11-20", {"YT1000000001"}),
        ("created_at_to_0=2026-11-20", {"YT1000000001"}),
        ("created_at_from_0=2026-11-21", set()),
        ("created_at_to_0=2026-11-19", set()),
        ("created_at_from_0=2026-11-20&created_at_from_1=09:30:00", set()),
        ("created_at_from_0=nonsense&created_at_to_1=25:99", {"YT1000000001"}),
    ],
)
def test_a_range_of_days_is_read_in_the_viewers_zone(log_in, merchant, query, found):
    make_shipment(merchant, "YT1000000001")

    assert numbers(log_in(), query) == found


@pytest.mark.parametrize(
    "query", ["silent=abc", "merchant=1%27", "carrier=nobody", "promise=x", "p=99999", "o=1"]
)
def test_a_nonsensical_filter_is_no_error(log_in, merchant, query):
    make_shipment(merchant)

    assert log_in().get(f"{SHIPMENTS}?{query}").status_code in {200, 302}


def test_events_are_filtered_by_code_status_and_unknown_codes(log_in, merchant):
    travelled(make_shipment(merchant), (*TRACK, node(25, "未知", "9977")))
    client = log_in()

    def texts(query: str) -> list[str]:
        return [row.text for row in client.get(f"{EVENTS}?{query}").context["cl"].result_list]

    assert texts("unknown=1") == ["未知"]
    assert texts("code=9977") == ["未知"]
    assert texts("status__exact=picked_up") == ["【杭州市】已揽收"]
    assert len(texts("q=YT1000000001")) == 4
    assert texts("q=YT9999999999") == []
    assert len(texts("heard_at_from_0=2026-11-21&heard_at_to_0=2026-11-21")) == 4
    assert texts("heard_at_to_0=2026-11-20") == []
    assert texts("heard_at_to_0=2026-10-31") == []


def test_the_list_of_events_is_always_masked(log_in, shipment):
    client = log_in()
    client.post(f"/admin/shipments/shipment/{shipment.pk}/reveal/")

    text = client.get(EVENTS).content.decode()

    assert "13712345678" not in text
    assert "137****5678" in text


def test_nobody_edits_adds_or_deletes_events_and_shipments(log_in, shipment):
    client = log_in(Role.MANAGER)
    event = Event.objects.first()

    assert client.get(f"{SHIPMENTS}add/").status_code == 404
    assert client.get(f"{EVENTS}add/").status_code == 403
    assert client.get(f"{EVENTS}{event.pk}/delete/").status_code == 404
    client.post(f"{EVENTS}{event.pk}/change/", {"text": "changed"})
    assert Event.objects.get(pk=event.pk).text == event.text


def plan(sql: str, *params: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("model", [Shipment, Event])
def test_the_order_of_a_list_is_that_of_an_index(merchant, model):
    travelled(make_shipment(merchant))
    sql, params = model.objects.order_by("-id")[:50].query.sql_with_params()

    shown = plan(sql, *params)

    assert "Index Scan Backward" in shown
    assert "Sort" not in shown.replace("Merge Append", "").replace("Sort Key", "")


def test_one_event_is_masked_until_revealed(log_in, shipment):
    client = log_in()
    event = Event.objects.get(status="out_for_delivery")
    address = f"{EVENTS}{event.pk}/"

    hidden = client.get(f"{address}change/").content.decode()
    assert "13712345678" not in hidden
    assert f"{address}reveal/" in hidden
    client.post(f"{address}reveal/")

    assert "13712345678" in client.get(f"{address}change/").content.decode()
