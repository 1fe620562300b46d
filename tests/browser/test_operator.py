"""An operator's and a caller's day in the admin."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.core.models import ActionLog
from apps.orders.models import Booking
from apps.shipments.services import add_manual_event, assign_number
from tests.browser.conftest import PHONE
from tests.orders.builders import make_merchant, make_order
from tests.support.people import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONTRADICTION = "浙江省深圳市南山区科技园1号"


@pytest.fixture
def moving():
    """A parcel on its way to 王小明."""
    order = make_order(make_merchant(name="云裳服饰"), to_phone="13800138000")
    shipment = order.parcels.get().shipment
    assign_number(shipment_id=shipment.pk, carrier="yuantong", number="YT6180000000001")
    add_manual_event(shipment_id=shipment.pk, status="in_transit", text="快件已发往深圳转运中心")
    return order


def test_a_contradictory_address_is_mended_on_the_worklist(log_in):
    order = make_order(make_merchant(), to_address=CONTRADICTION)
    page = log_in(make_user(Role.OPERATOR))
    page.goto("/admin/orders/booking/")
    card = page.locator("body")
    assert order.number in card.inner_text()
    page.locator("[name=province]").first.fill("广东省")
    with page.expect_navigation():
        page.locator("[name=province]").first.press("Enter")
    assert Booking.objects.filter(parcel__order=order, problem="").exists()
    order.refresh_from_db()
    assert order.province == "广东省"


def test_a_parcel_is_found_by_its_number_and_told_at_a_glance(log_in, moving):
    page = log_in(make_user(Role.CUSTOMER_SERVICE))
    page.goto("/admin/shipments/shipment/?q=YT6180000000001")
    with page.expect_navigation():
        page.get_by_text("YT6180000000001").first.click()
    text = page.locator("body").inner_text()
    assert "运输中" in text
    assert "快件已发往深圳转运中心" in text
    assert moving.number in text


def test_a_name_is_masked_until_it_is_revealed_and_that_is_recorded(log_in, moving):
    page = log_in(make_user(Role.OPERATOR))
    page.goto(f"/admin/orders/order/{moving.pk}/change/")
    assert "王小明" not in page.content()
    assert "13800138000" not in page.content()
    assert not ActionLog.objects.filter(action="personal_data.revealed").exists()
    with page.expect_navigation():
        page.locator("form[action*='reveal'] button").first.click()
    assert "王小明" in page.content()
    assert ActionLog.objects.filter(action="personal_data.revealed").count() == 1


def test_an_auditor_is_offered_no_reveal(log_in, moving):
    page = log_in(make_user(Role.AUDITOR))
    page.goto(f"/admin/orders/order/{moving.pk}/change/")
    assert moving.number in page.content()
    assert page.locator("form[action*='reveal']").count() == 0


def test_the_pages_speak_english_to_an_english_browser(log_in, moving):
    page = log_in(make_user(Role.OPERATOR), language="en-GB")
    page.goto(f"/admin/shipments/shipment/{moving.parcels.get().shipment_id}/change/")
    assert "In transit" in page.locator("body").inner_text()


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/orders/order/",
        "/admin/orders/booking/",
        "/admin/shipments/shipment/",
        "/admin/shipments/event/",
        "/admin/baidiyun/inboxrow/",
    ],
)
def test_no_page_is_wider_than_a_phone(log_in, moving, path):
    make_order(make_merchant(), to_address=CONTRADICTION)
    page = log_in(make_user(Role.OPERATOR), size=PHONE)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]


def test_the_api_document_opens_without_the_internet(log_in, live_server):
    page = log_in(make_user(Role.OPERATOR))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/v1/docs")
    page.get_by_text("/api/v1/orders").first.wait_for()
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
