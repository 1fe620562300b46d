"""An operator takes an HS code by keyboard and takes it back; by thumb on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.customs.hs import live
from apps.customs.models import HsConfirmation, HsOffer
from tests.browser.conftest import PHONE
from tests.customs.factories import make_product
from tests.orders.builders import make_merchant
from tests.support.people import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def confirmed() -> list[str]:
    return list(HsConfirmation.objects.filter(withdrawn_at=None).values_list("code", flat=True))


def test_a_code_is_taken_by_key_taken_back_and_taken_by_thumb(log_in):
    live.forget()
    mat = make_product(make_merchant(), name_cn="瑜伽垫", name_en="Yoga mat")
    page = log_in(make_user(Role.OPERATOR), size=PHONE)
    page.goto("/admin/customs/hsoffer/")
    page.evaluate("p => { document.querySelector('.hs-picker').dataset.product = p }", mat.pk)
    rows, done = page.locator(".hs-list button"), page.locator(".hs-done")

    page.fill(".hs-ask input", "TPE瑜伽垫")
    expect(rows).to_have_count(5)
    page.keyboard.press("ArrowDown")
    expect(rows.first).to_be_focused()
    page.keyboard.press("1")
    expect(done).to_contain_text("9506.91")
    assert confirmed() == ["950691"]

    page.keyboard.press("Enter")
    expect(rows).to_have_count(5)
    assert confirmed() == []

    box = rows.nth(1).bounding_box()
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= PHONE["width"]
    rows.nth(1).click()
    expect(done).to_be_visible()
    assert sorted(HsOffer.objects.values_list("outcome", flat=True)) == ["accepted", "undone"]
