"""The home page: what is on fire, what to do, how is today."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from apps.accounts.choices import Role
from apps.baidiyun.models import Quarantine
from apps.core import clock
from apps.core.jobs import run_job
from apps.core.models import JobRun
from apps.core.services import set_world_clock
from apps.orders.models import Booking, Order
from apps.shipments.models import Shipment
from tests.orders.builders import NOW, booking_of, make_merchant, make_order
from tests.support.admin_pages import logged_in, text_of
from tests.support.query_counts import queries_of

HOME = "/admin/?mode="


def numbers(response) -> dict[str, int]:
    return {str(entry.label): entry.figure.value for entry in response.context["home_numbers"]}


def fires(response) -> list[str]:
    return [str(fire.title) for fire in response.context["home_fires"]]


def test_an_empty_portal_says_what_to_do_first(db):
    page = text_of(logged_in(Role.MANAGER).get(HOME))
    assert "No order has come in yet" in page
    assert "Add a merchant" in page
    assert "Issue a key" in page


def test_what_is_done_is_not_offered_again(merchant):
    page = text_of(logged_in(Role.MANAGER).get(HOME))
    assert "Add a merchant" not in page
    assert "Issue a key" in page


def test_today_counts_the_business_day_of_the_viewer(merchant):
    make_order(merchant)
    order = make_order(merchant)
    yesterday = NOW - dt.timedelta(hours=11)
    Order.objects.filter(pk=order.pk).update(created_at=yesterday)
    assert numbers(logged_in().get(HOME))["orders today"] == 1


def test_delivered_today_and_trouble_are_counted(merchant):
    shipments = [make_order(merchant).parcels.get().shipment for _ in range(3)]
    for shipment, status in zip(shipments, ("delivered", "delivered", "exception"), strict=True):
        Shipment.objects.filter(pk=shipment.pk).update(status=status, delivered_at=NOW)
    Shipment.objects.filter(pk=shipments[0].pk).update(delivered_at=NOW - dt.timedelta(days=2))
    found = numbers(logged_in().get(HOME))
    assert found["parcels delivered today"] == 1
    assert found["in trouble now"] == 1


def test_every_number_leads_to_the_rows_it_counts(merchant):
    for status in ("delivered", "exception", "refused"):
        shipment = make_order(merchant).parcels.get().shipment
        Shipment.objects.filter(pk=shipment.pk).update(status=status, delivered_at=NOW)
    make_order(merchant)
    client = logged_in()
    page = client.get(HOME)
    entries = [*page.context["home_numbers"], *page.context["home_parcels"]]
    for entry in entries:
        listed = client.get(entry.url)
        assert listed.status_code == 200, entry.url
        assert len(listed.context["cl"].result_list) == entry.figure.value, entry.url


def test_sandbox_orders_stay_out_of_a_live_day(merchant):
    make_order(merchant)
    client = logged_in()
    assert numbers(client.get("/admin/"))["orders today"] == 0
    assert numbers(client.get("/admin/?mode=sandbox"))["orders today"] == 1


def test_a_simulated_world_is_shown_and_counts_everything(merchant):
    make_order(merchant)
    set_world_clock(world_at=NOW, speed=120)
    response = logged_in().get("/admin/")
    assert "Simulated world" in text_of(response)
    assert numbers(response)["orders today"] == 1


def test_the_banner_stands_on_other_pages_too(merchant):
    set_world_clock(world_at=NOW, speed=120)
    client = logged_in()
    for page in ("/admin/orders/order/", "/admin/orders/booking/"):
        assert "Simulated world" in text_of(client.get(page))
    client.logout()
    assert "Simulated world" in text_of(client.get("/admin/login/"))


def test_without_a_simulated_world_nothing_claims_one(merchant):
    make_order(merchant)
    assert "Simulated world" not in text_of(logged_in().get(HOME))


def test_nothing_is_on_fire_when_all_is_well(merchant):
    make_order(merchant)
    assert "Nothing is on fire" in text_of(logged_in().get(HOME))


def test_a_silent_drain_is_on_fire(merchant, callback):
    make_order(merchant)
    callback("pending", ago=300)
    assert any("5 min" in title for title in fires(logged_in().get(HOME)))


def test_callbacks_that_just_came_are_no_fire(merchant, callback):
    make_order(merchant)
    callback("pending", ago=1)
    assert fires(logged_in().get(HOME)) == []


def test_parked_and_refused_callbacks_are_on_fire(merchant, callback):
    make_order(merchant)
    callback("parked")
    Quarantine.objects.create(
        slot=300, reason="bad_signature", body=b"x", size=1, received_at=clock.real_now()
    )
    titles = " ".join(fires(logged_in().get(HOME)))
    assert "could not be applied" in titles
    assert "were refused" in titles


def test_a_failing_job_is_on_fire_until_it_succeeds(merchant):
    make_order(merchant)
    client = logged_in()
    JobRun.objects.create(
        job="orders.book_ready",
        slot=NOW,
        holder="x",
        started_at=clock.real_now(),
        error="OperationalError: gone",
    )
    assert "orders.book_ready" in " ".join(fires(client.get(HOME)))
    run_job(job="orders.book_ready", slot=NOW + dt.timedelta(minutes=1), work=dict)
    assert fires(client.get(HOME)) == []


def test_what_was_not_booked_leads_to_the_worklist(merchant):
    booking = booking_of(make_order(merchant))
    Booking.objects.filter(pk=booking.pk).update(state="failed", problem="no_balance")
    client = logged_in()
    (entry,) = client.get(HOME).context["home_problems"]
    assert entry.figure.value == 1
    assert len(client.get(entry.url).context["jobs"]) == 1


def test_a_merchants_user_sees_only_their_own_day(merchant):
    other = make_merchant()
    make_order(merchant)
    make_order(other)
    response = logged_in(Role.MERCHANT, other).get(HOME)
    page = text_of(response)
    assert numbers(response)["orders today"] == 1
    assert sum(entry.figure.value for entry in response.context["home_parcels"]) == 1
    assert "Callbacks" not in page
    assert "Platform not connected" not in page


@pytest.mark.parametrize("role", [Role.CUSTOMER_SERVICE, Role.AUDITOR, Role.MANAGER])
def test_every_role_has_a_home(merchant, role):
    make_order(merchant)
    assert logged_in(role).get(HOME).status_code == 200


def test_the_menu_shows_only_what_the_viewer_may_open(merchant):
    page = text_of(logged_in(Role.MERCHANT, merchant).get(HOME))
    assert "Orders" in page
    for closed in ("Merchants", "People", "Job runs", "Refused callbacks"):
        assert closed not in page


def test_every_entry_of_the_menu_opens(merchant):
    client = logged_in(Role.MANAGER)
    groups = client.get(HOME).context["sidebar_navigation"]
    links = [item["link"] for group in groups for item in group["items"]]
    assert len(links) >= 15
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_the_home_page_costs_the_same_at_any_size(merchant, callback):
    client = logged_in()

    def cost(count: int) -> int:
        for _ in range(count):
            make_order(merchant)
            callback()
        client.get(HOME)
        return len(queries_of(lambda: client.get(HOME))[0])

    assert cost(2) == cost(20)


def test_a_slow_database_is_said_and_not_waited_for(merchant, monkeypatch):
    make_order(merchant)
    monkeypatch.setattr("apps.monitoring.home.HOME_TIMEOUT", "20ms")

    def slow(*args, **kwargs):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")

    monkeypatch.setattr("apps.monitoring.today.parcel_counts", slow)
    response = logged_in().get(HOME)
    assert response.status_code == 200
    assert "takes too long" in text_of(response)


def test_the_page_is_chinese_for_who_reads_chinese(merchant):
    make_order(merchant)
    page = text_of(logged_in(language="zh-hans").get(HOME))
    assert "今日订单" in page
    assert "未能下单" in page
