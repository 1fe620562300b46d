"""Reading and cancelling orders."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.choices import Role, Scope
from apps.core import clock
from apps.core.models import ActionLog
from apps.orders.models import Booking, Order
from apps.shipments.models import Shipment
from tests.support.orders import make_order
from tests.support.people import client_of, make_user, session_of
from tests.support.query_counts import assert_query_count

URL = "/api/v1/orders"


def ids_of(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_the_list_shows_the_newest_first_with_its_shipments(client, merchant):
    old, new = make_order(merchant), make_order(merchant)
    answer = client.get(URL)
    assert ids_of(answer) == [new.uid, old.uid]
    shipment = Shipment.objects.get(parcel__order=new)
    assert answer.json()["results"][0]["shipments"][0]["id"] == shipment.uid


def test_the_list_holds_no_personal_data(client, merchant):
    make_order(merchant)
    text = client.get(URL).content.decode()
    assert not any(word in text for word in ("李雷", "13812345678", "科技园", "lilei"))


def test_following_next_visits_every_order_once(client, merchant):
    rows = [make_order(merchant) for _ in range(5)]
    seen, url = [], f"{URL}?page_size=2"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert seen == [row.uid for row in reversed(rows)]


def test_filters_select_exactly_what_they_name(client, merchant):
    start = clock.now().replace(microsecond=0)
    with clock.frozen(start - dt.timedelta(days=2)):
        old = make_order(merchant, number="OLD-1")
    new = make_order(merchant, number="NEW-1")
    Order.objects.filter(pk=new.pk).update(status="delivered", status_at=start)
    border = (start - dt.timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert ids_of(client.get(f"{URL}?status=delivered")) == [new.uid]
    assert ids_of(client.get(f"{URL}?status=booking&status=delivered")) == [new.uid, old.uid]
    assert ids_of(client.get(f"{URL}?number=OLD-1")) == [old.uid]
    assert ids_of(client.get(f"{URL}?created_after={border}")) == [new.uid]
    assert ids_of(client.get(f"{URL}?created_before={border}")) == [old.uid]
    assert ids_of(client.get(f"{URL}?updated_since={border}")) == [new.uid]
    assert ids_of(client.get(f"{URL}?mode=live")) == []


def test_the_list_takes_a_constant_number_of_queries(client, merchant):
    assert_query_count(
        "api.orders",
        make=lambda n: [make_order(merchant) for _ in range(n)],
        visit=lambda: client.get(URL),
        shows=lambda answer: len(answer.json()["results"]),
    )


@pytest.mark.django_db
def test_one_order_takes_a_constant_number_of_queries(client, merchant):
    from apps.orders.drafts import ParcelDraft

    orders = []
    assert_query_count(
        "api.order",
        make=lambda n: orders.append(
            make_order(merchant, parcels=tuple(ParcelDraft(weight_grams=500) for _ in range(n)))
        ),
        visit=lambda: client.get(f"{URL}/{orders[-1].uid}"),
    )


@pytest.mark.parametrize("number", ["A-1", "2026/11/A-1", "A#1", "A.1:2_3", "cancel", "x/y/z"])
def test_an_order_is_found_by_id_and_by_number(client, merchant, number):
    from urllib.parse import quote

    order = make_order(merchant, number=number)
    by_number = client.get(f"{URL}/{quote(number, safe='')}")
    assert by_number.status_code == 200
    assert by_number.json() == client.get(f"{URL}/{order.uid}").json()
    assert by_number.json()["id"] == order.uid


def test_staff_sees_the_recipient_masked_and_the_key_in_full(client, merchant):
    order = make_order(merchant, note="电话 13812345678")
    staff = session_of(make_user(Role.MANAGER)).get(f"{URL}/{order.uid}")
    own = client.get(f"{URL}/{order.uid}").json()
    hidden = ("李雷", "13812345678", "科技园", "502", "lilei")
    assert not any(word in staff.content.decode() for word in hidden)
    assert staff.json()["recipient"]["district"] == "南山区"
    assert staff.json()["originals"] == {}
    assert own["recipient"]["name"] == "李雷"
    assert own["recipient"]["phone"] == "13812345678"


def test_staff_who_ask_for_a_number_of_several_merchants_get_the_candidates(merchant, other):
    rows = [make_order(merchant, number="A-1"), make_order(other, number="A-1")]
    client = session_of(make_user(Role.OPERATOR))
    answer = client.get(f"{URL}/A-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "ambiguous_reference")
    assert {row["id"] for row in answer.json()["candidates"]} == {row.uid for row in rows}
    narrowed = client.get(f"{URL}/A-1?merchant={other.slug}")
    assert narrowed.json()["id"] == rows[1].uid


def cancel(client, order, **data):
    return client.post(f"{URL}/{order.uid}/cancel", data, format="json")


def test_an_order_that_was_not_sent_is_cancelled_at_once(client, merchant):
    order = make_order(merchant)
    answer = cancel(client, order, reason="changed their mind")
    shown = answer.json()
    assert (answer.status_code, shown["status"]) == (200, "cancelled")
    assert shown["cancel_reason"] == "changed their mind"
    assert shown["cancelled_at"].endswith("Z")
    assert Booking.objects.get().state == "cancelled"
    assert Shipment.objects.get().status == "cancelled"


def test_cancelling_twice_changes_nothing_and_answers_the_same(client, merchant):
    order = make_order(merchant)
    first = cancel(client, order, reason="first")
    again = cancel(client, order, reason="second")
    assert (again.status_code, again.json()) == (200, first.json())
    assert ActionLog.objects.filter(action="orders.cancelled").count() == 1


def test_cancelling_works_by_number_and_without_a_body(client, merchant):
    make_order(merchant, number="2026/A-1")
    answer = client.post(f"{URL}/2026%2FA-1/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")


def test_a_parcel_under_way_is_a_conflict_with_the_reason(client, merchant):
    order = make_order(merchant)
    Shipment.objects.update(status="in_transit")
    answer = cancel(client, order)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_picked_up")
    assert answer.json()["detail"]
    assert Order.objects.get(pk=order.pk).cancelled_at is None
    assert Booking.objects.get().state == "ready"
    assert not ActionLog.objects.filter(action="orders.cancelled").exists()


@pytest.mark.parametrize(
    "data", [{"reason": 1}, {"reason": "x" * 201}, {"why": "x"}, {"reason": "\x00"}]
)
def test_a_wrong_reason_is_named_and_nothing_is_cancelled(client, merchant, data):
    order = make_order(merchant)
    answer = client.post(f"{URL}/{order.uid}/cancel", data, format="json")
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json()["errors"]] == list(data)
    assert Order.objects.get(pk=order.pk).cancelled_at is None


def test_reading_does_not_allow_cancelling(merchant):
    order = make_order(merchant)
    client = client_of(merchant, scopes=[Scope.ORDERS_READ, Scope.SHIPMENTS_READ])
    assert cancel(client, order).status_code == 403
    assert client.get(f"{URL}/{order.uid}").status_code == 200
    assert Order.objects.get(pk=order.pk).cancelled_at is None


def test_a_get_never_cancels(client, merchant):
    order = make_order(merchant)
    answer = client.get(f"{URL}/{order.uid}/cancel")
    assert answer.status_code == 405
    assert Order.objects.get(pk=order.pk).cancelled_at is None
