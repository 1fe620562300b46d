"""A clerk before the cut-off: one code completes many parcels, one key leads to what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.customs.hs import live
from apps.customs.models import Consignment, HsConfirmation
from apps.customs.services import reassess_changed
from apps.orders.choices import HoldReason
from apps.orders.models import Order
from apps.orders.services import follow_customs
from tests.customs.crossing import send, shop
from tests.orders.builders import booking_of
from tests.orders.conftest import business, platform, wall
from tests.support.people import make_user

__all__ = ["business", "platform", "wall"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HELD = HoldReason.DECLARATION.value


def waits(order: Order) -> bool:
    return HELD in booking_of(order).hold_reasons


def test_one_click_completes_two_parcels_and_a_key_leads_to_the_third(
    business: None, wall: object, log_in: Any
) -> None:
    live.forget()
    merchant = shop()
    HsConfirmation.objects.all().delete()
    orders = {c: send(merchant, c, transport="post").order for c in ("DE", "GB", "BR")}
    assert all(waits(order) for order in orders.values())
    page = log_in(make_user(Role.OPERATOR))
    page.goto("/admin/customs/consignment/desk/")
    expect(page.locator("[data-cu-row]")).to_have_count(3)

    page.locator("[data-cu-pick]").click()
    done = page.locator(".cu-picked .hs-done")
    page.locator(".cu-picked .hs-list button").first.click()
    expect(done).to_be_visible()
    done.locator("[data-hs=undo]").click()
    expect(page.locator(".cu-picked .hs-list button").first).to_be_visible()
    assert not HsConfirmation.objects.filter(withdrawn_at=None).exists()
    page.locator(".cu-picked .hs-list button").first.click()
    expect(page.locator(".cu-picked [data-cu-picked]")).to_be_visible()
    reassess_changed()
    follow_customs()
    assert {country: waits(order) for country, order in orders.items()} == {
        "DE": False, "GB": False, "BR": True,
    }  # fmt: skip

    page.reload()
    expect(page.locator("[data-cu-row]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    number = page.locator("#f-recipient-identifiers")
    expect(number).to_be_focused()
    page.keyboard.type("111.444.777-35")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cu-undo")).to_be_visible()
    brazil = Consignment.objects.get(destination="BR")
    assert brazil.is_complete
    follow_customs()
    assert not waits(orders["BR"])

    page.keyboard.press("u")
    expect(page.locator(".cu-undo")).to_have_count(0)
    brazil.refresh_from_db()
    assert not brazil.is_complete
    page.goto("about:blank")
