"""The home page: is it all right, what to do, how is today."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import connection

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.services import set_world_clock
from apps.exceptions import badge
from apps.monitoring.models import Alarm, AlertRule
from apps.orders.models import Booking, Order
from apps.shipments.models import Shipment
from tests.orders.builders import NOW, booking_of, make_merchant, make_order
from tests.support.admin_pages import logged_in, text_of
from tests.support.query_counts import queries_of

HOME = "/admin/?mode="


def numbers(response) -> dict[str, int]:
    return {str(entry.label): entry.figure.value for entry in response.context["home_numbers"]}


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


def open_alarm(slug: str, *, ago: float = 240, **given) -> Alarm:
    """Open an alarm of a starter rule some seconds ago."""
    rule = AlertRule.objects.get(slug=slug)
    since = clock.real_now() - dt.timedelta(seconds=ago)
    values = {"severity": rule.severity, "since": since, "value": 30.0, "limit": rule.limit}
    return Alarm.objects.create(rule=rule, **values | given)


def sentence(response) -> str:
    return response.context["home_verdict"].sentence


def test_a_calm_portal_says_so_in_one_sentence(merchant):
    make_order(merchant)
    response = logged_in().get(HOME)
    assert sentence(response) == "Everything is all right"
    assert response.context["home_verdict"].colour == "success"


def test_a_calm_portal_says_since_when(merchant):
    make_order(merchant)
    now = clock.real_now()
    open_alarm("redis_gone", ago=7200, until=now - dt.timedelta(hours=1), ended="recovered")
    assert "(60 min)" in logged_in().get(HOME).context["home_verdict"].below


def test_an_open_alarm_is_the_sentence_with_its_beginning(merchant):
    make_order(merchant)
    open_alarm("redis_gone")
    said = sentence(logged_in().get(HOME))
    assert said.startswith("Redis is gone, since ")
    assert "(4 min)" in said


def test_what_follows_from_an_open_alarm_is_not_counted_beside_it(merchant):
    make_order(merchant)
    cause = open_alarm("redis_gone")
    open_alarm("worker_dead", suppressed_by=cause)
    assert "more" not in sentence(logged_in().get(HOME))


def test_an_alarm_leads_to_what_to_do_and_to_its_acknowledgement(merchant):
    make_order(merchant)
    alarm = open_alarm("redis_gone")
    (fire,) = logged_in().get(HOME).context["home_fires"]
    assert fire.runbook == "/admin/runbook/redis_gone/"
    assert fire.asks == f"/admin/monitoring/alarm/{alarm.pk}/change/"


def test_who_took_it_up_is_said(merchant):
    make_order(merchant)
    client = logged_in()
    alarm = open_alarm("redis_gone")
    assert "Nobody has taken it up yet" in text_of(client.get(HOME))
    now = clock.real_now()
    Alarm.objects.filter(pk=alarm.pk).update(acknowledged_at=now, acknowledged_by="lin")
    assert "Taken up by lin" in text_of(client.get(HOME))


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


def slowly(*args, **kwargs):
    """Ask the database for a second of nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")


def test_a_slow_part_is_left_out_and_all_others_are_shown(merchant, monkeypatch):
    make_order(merchant)
    monkeypatch.setattr("apps.monitoring.home.page.HOME_SECONDS", 0.7)
    monkeypatch.setattr("apps.monitoring.today.parcel_counts", slowly)
    response = logged_in().get(HOME)
    assert response.context["home_late"][0] == "parcels"
    assert response.context["home_parcels"] is None
    assert "exception cases" in text_of(response)


def test_nothing_is_called_all_right_that_was_not_answered(merchant, monkeypatch):
    make_order(merchant)
    monkeypatch.setattr("apps.monitoring.home.page.HOME_SECONDS", 0.1)
    monkeypatch.setattr("apps.monitoring.home.page.data_age", slowly)
    response = logged_in().get(HOME)
    assert response.status_code == 200
    assert sentence(response) == "The database takes too long to answer"
    assert "Not answered in time" in text_of(response)


def test_the_page_is_chinese_for_who_reads_chinese(merchant):
    make_order(merchant)
    page = text_of(logged_in(language="zh-hans").get(HOME))
    assert "全部正常" in page
    assert "今日订单" in page
    assert "未能下单" in page


def test_the_menu_does_not_wait_for_its_numbers(merchant, monkeypatch):
    def slow(user):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr("apps.exceptions.badge._kept", badge._Kept())
    monkeypatch.setattr("apps.exceptions.badge.queue_counts", slow)
    began = time.monotonic()
    assert logged_in(Role.MANAGER).get("/admin/orders/order/").status_code == 200
    assert time.monotonic() - began < 4
