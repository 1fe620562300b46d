"""The page of routes: figures, shares, brake; who sees it and who changes it."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.choices import Role
from apps.baidiyun.models import ApiCall
from apps.core import clock
from apps.core.models import ActionLog
from apps.orders.models import LiveBrake, LiveShare, ShadowCall
from tests.orders.builders import booking_of, make_order
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.query_counts import assert_query_count

ROUTES = "/admin/orders/liveshare/"


def calls(good: int, bad: int, mode: str = "live") -> None:
    at = clock.real_now() - dt.timedelta(seconds=5)
    fine = {"ok": True, "http_status": 200, "return_code": "200", "duration_ms": 120}
    ApiCall.objects.bulk_create(
        ApiCall(product="book", mode=mode, at=at, **values)
        for values in [fine] * good + [{"ok": False, "error": "no answer"}] * bad
    )


def braked() -> LiveBrake:
    return LiveBrake.objects.create(calls=60, failed=9)


def post(client, change: str, **values):
    return client.post(f"{ROUTES}{change}/", values, follow=True)


def test_each_route_shows_volume_error_rate_and_latency(merchant, manual):
    make_order(merchant)
    calls(9, 1)
    page = text_of(logged_in().get(ROUTES))
    assert "10.0 %" in page
    assert "1 of 10 calls" in page
    assert "120 ms" in page
    response = logged_in().get(ROUTES)
    volumes = {card["mode"].value: card["parcels"] for card in response.context["routes"]}
    assert volumes == {"live": 0, "sandbox": 1, "manual": 1}


def test_calls_before_the_chosen_span_do_not_count(db):
    calls(10, 0)
    ApiCall.objects.update(at=clock.real_now() - dt.timedelta(hours=2))
    client = logged_in()
    assert "0 of 0 calls" in text_of(client.get(f"{ROUTES}?span=hour"))
    assert "0 of 10 calls" in text_of(client.get(f"{ROUTES}?span=day"))


def test_a_count_leads_to_exactly_those_shipments(merchant, manual):
    make_order(merchant)
    client = logged_in()
    rows = client.get(ROUTES).context["statuses"]
    cells = [cell for row in rows for cell in row["cells"] if cell["count"]]
    assert [cell["count"] for cell in cells] == [1, 1]
    for cell, mode in zip(cells, ("sandbox", "manual"), strict=True):
        listed = client.get(cell["link"]).context["cl"].result_list
        assert [shipment.mode for shipment in listed] == [mode]


def test_the_page_takes_a_constant_number_of_queries(shop):
    client = logged_in(Role.MANAGER)

    def make(count: int) -> None:
        for _ in range(count):
            user = client.user
            LiveShare.objects.create(merchant=shop, percent=1, note="n", raised_by=user)
            booking = booking_of(make_order(shop, mode="live"))
            ShadowCall.objects.create(
                booking=booking, product="price", agrees=False, ours={"price": "1"}
            )
        LiveBrake.objects.create(
            calls=50, failed=2, released_at=clock.real_now(), released_by=client.user, note="n"
        )

    assert_query_count("admin.routes", make=make, visit=lambda: client.get(ROUTES))


def test_a_manager_raises_the_share_by_one_step_with_a_note(db):
    response = post(logged_in(Role.MANAGER), "raise", percent="1", note="first parcels")
    assert said(response) == "The share is now 1 %."
    row = LiveShare.objects.get()
    assert (row.percent, row.note, row.raised_by.username[:7]) == (1, "first parcels", "manager")
    assert "first parcels" in text_of(response)
    assert ActionLog.objects.filter(action="orders.live_share.raised").count() == 1


@pytest.mark.parametrize("values", [{"percent": "5", "note": "too fast"}, {"percent": "1"}])
def test_no_step_is_skipped_and_none_goes_without_a_note(db, values):
    response = post(logged_in(Role.MANAGER), "raise", **values)
    assert response.status_code == 422
    assert not LiveShare.objects.exists()


def test_the_same_click_twice_raises_once(db):
    client = logged_in(Role.MANAGER)
    post(client, "raise", percent="1", note="first")
    assert post(client, "raise", percent="1", note="first").status_code == 422
    assert LiveShare.objects.count() == 1


def test_a_share_is_raised_for_one_merchant_and_carrier(shop):
    client = logged_in(Role.MANAGER)
    form = client.get(f"{ROUTES}raise/?merchant={shop.pk}&carrier=yuantong").context["form"]
    assert form.initial == {"merchant": shop.pk, "carrier": "yuantong", "percent": 1}
    post(client, "raise", merchant=shop.pk, carrier="yuantong", percent="1", note="one lane")
    row = LiveShare.objects.get()
    assert (row.merchant, row.carrier) == (shop, "yuantong")


def test_a_test_merchant_is_not_offered(merchant):
    response = post(logged_in(Role.MANAGER), "raise", merchant=merchant.pk, percent="1", note="no")
    assert response.status_code == 422
    assert not LiveShare.objects.exists()


def test_a_share_is_lowered_at_once_to_nothing(db):
    LiveShare.objects.create(percent=25, note="before")
    post(logged_in(Role.MANAGER), "lower", percent="0", note="address format changed")
    assert LiveShare.objects.first().percent == 0


def test_shadow_calls_go_on_and_off_and_leave_the_share(db):
    LiveShare.objects.create(percent=5, note="before")
    client = logged_in(Role.MANAGER)
    post(client, "shadow", shadow="on", note="compare")
    assert (LiveShare.objects.first().shadow, LiveShare.objects.first().percent) == (True, 5)
    post(client, "shadow", shadow="off", note="enough")
    assert LiveShare.objects.first().shadow is False


def test_the_shadow_comparison_names_what_differed(manual):
    ShadowCall.objects.create(
        booking=booking_of(manual),
        product="price",
        agrees=False,
        ours={"price": "10.00"},
        theirs={"price": "12.50"},
    )
    page = text_of(logged_in().get(ROUTES))
    assert manual.number in page
    assert "10.00" in page
    assert "12.50" in page


def test_the_brake_says_what_it_saw_and_a_manager_lets_go(db):
    brake = braked()
    client = logged_in(Role.MANAGER)
    assert "9 of 60 live calls" in text_of(client.get(ROUTES))
    response = post(client, "release", note="the platform is back")
    assert "The brake is off" in text_of(response)
    brake.refresh_from_db()
    assert (brake.note, brake.released_by) == ("the platform is back", client.user)


def test_the_brake_stays_on_without_a_note(db):
    braked()
    assert post(logged_in(Role.MANAGER), "release").status_code == 422
    assert LiveBrake.objects.filter(released_at__isnull=True).exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTOMER_SERVICE, Role.AUDITOR])
@pytest.mark.parametrize("change", ["raise", "lower", "shadow", "release"])
def test_others_see_the_routes_and_change_nothing(db, role, change):
    brake = braked()
    client = logged_in(role)
    page = client.get(ROUTES)
    assert page.status_code == 200
    assert f"{ROUTES}{change}/" not in page.content.decode()
    assert client.get(f"{ROUTES}{change}/").status_code == 403
    assert post(client, change, percent="1", shadow="on", note="me").status_code == 403
    assert not LiveShare.objects.exists()
    brake.refresh_from_db()
    assert brake.released_at is None


@pytest.mark.parametrize("page", ["", "raise/", "lower/", "shadow/", "release/"])
def test_for_a_merchant_there_are_no_routes(shop, page):
    client = logged_in(Role.MERCHANT, shop)
    assert client.get(f"{ROUTES}{page}").status_code == 404
    assert client.post(f"{ROUTES}{page}", {"percent": "1", "note": "me"}).status_code == 404
    assert not LiveShare.objects.exists()


@pytest.mark.parametrize("query", ["span=x", "span=", "merchant=%00&carrier=%27", "merchant=9e99"])
def test_odd_addresses_open_the_page(db, query):
    client = logged_in(Role.MANAGER)
    assert client.get(f"{ROUTES}?{query}").status_code == 200
    assert client.get(f"{ROUTES}raise/?{query}").status_code == 200
