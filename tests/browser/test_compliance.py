"""A rule's way: drafted by one, published by another, an order stopped by it, rolled back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from apps.customs.compliance.content import SetContent
from apps.customs.models import ComplianceFinding, Consignment, RuleSetVersion
from apps.customs.services.compliance_editing import draft_content
from apps.customs.services.compliance_impact import run_impacts
from tests.customs.compliance.people import EU, a_set, published, sound_rule
from tests.customs.crossing import send, shop
from tests.orders.builders import NOW
from tests.orders.conftest import business, platform, wall
from tests.support.people import make_user

__all__ = ["business", "platform", "wall"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/customs/ruleset/"


def pick(page: Page, row: int, typed: str, option: str) -> None:
    """Type into a condition's chips and take what is offered, by keys."""
    box = page.locator(".cp-row").nth(row).get_by_role("combobox").last
    box.fill(typed)
    expect(page.locator(".cp-options li[aria-selected=true]").last).to_contain_text(option)
    box.press("Enter")


def test_a_rule_is_drafted_published_by_another_stops_an_order_and_is_rolled_back(
    business: None, wall: Any, log_in: Any
) -> None:
    wall.now = NOW
    writer, manager = make_user(Role.OPERATOR), make_user(Role.MANAGER)
    row = a_set("house")
    harmless = sound_rule("harmless", action="inform", fix_zh="", fix_en="")
    published(row, SetContent("house", (harmless,), (EU,)), author=writer, approver=manager, at=NOW)
    merchant = shop()
    send(merchant, "DE", transport="post")

    hers = log_in(writer)
    hers.goto(f"{LIST}{row.pk}/change/")
    hers.keyboard.press("n")
    expect(hers.locator("#f-title_zh")).to_be_focused()
    hers.fill("#f-title_zh", "德国纺织品须附材质说明")
    hers.fill("#f-title_en", "Textiles to Germany say what they are made of")
    pick(hers, 0, "germ", "德国")
    hers.keyboard.press("Alt+c")
    hers.locator(".cp-row").nth(1).get_by_label("field", exact=True).select_option("hs")
    pick(hers, 1, "6109", "6109")
    expect(hers.locator("#cp-said")).to_contain_text("目的地 属于 德国 且 HS 编码 开头是 6109")
    hers.select_option("#f-action", "block")
    expect(hers.locator("[data-problem=fix_zh].lm-bad")).to_be_visible()
    hers.fill("#f-message_zh", "运往德国的纺织品没有材质说明。")
    hers.fill("#f-message_en", "Textiles to Germany lack what they are made of.")
    hers.fill("#f-fix_zh", "请补充材质成分后重新提交。")
    hers.fill("#f-fix_en", "Add the composition and send it again.")
    hers.fill("#f-basis", "公司规定 2026-11")
    hers.locator("#cp-today").click()
    expect(hers.locator("#cp-fine")).to_be_visible()
    hers.locator("#cp-undo").click()
    expect(hers.locator("#f-checked")).to_have_value("")
    hers.locator("#cp-redo").click()
    expect(hers.locator("#cp-saved.cp-kept")).to_be_visible()
    expect(hers.locator("#cp-fine")).to_be_visible()
    hers.locator(".cp-go a").first.click()
    hers.fill("[name=text]", "Cotton T-shirt, 10.00, 150 g, 610910, DE")
    hers.locator("form.lm-form button[type=submit]").click()
    expect(hers.locator("#cp-told.lm-danger")).to_be_visible()
    hers.goto(f"{LIST}{row.pk}/impact/")
    hers.locator(".cp-go [value=start]").click()
    run_impacts()
    hers.reload()
    expect(hers.locator(".lm-number b").nth(1)).to_have_text("1")
    hers.goto(f"{LIST}{row.pk}/publish/")
    expect(hers.locator("#cp-publish")).to_have_count(0)
    assert not ComplianceFinding.objects.filter(action="block").exists()

    his = log_in(manager)
    his.goto(f"{LIST}{row.pk}/publish/")
    expect(his.locator(".cp-changes li")).to_have_count(1)
    his.fill("[name=note]", "德国海关要求")
    his.locator("#cp-publish button[type=submit]").click()
    his.wait_for_url("**/versions/")
    row.refresh_from_db()
    (rule,) = [one for one in draft_content(row).rules if one.action == "block"]

    send(merchant, "DE", transport="post")
    parcel = Consignment.objects.latest("pk")
    assert parcel.held_by_rules
    his.goto(f"/admin/customs/compliancecheck/?q={parcel.uid}")
    expect(his.locator(".cp-answer .cp-problem")).to_contain_text("请补充材质成分后重新提交")

    his.goto(f"{LIST}{row.pk}/versions/")
    his.locator(".cp-back button").last.click()
    expect(his.locator(".cp-version").first).to_contain_text("v3")
    newest = RuleSetVersion.objects.filter(rule_set=row).latest("number")
    assert newest.restores is not None
    assert (newest.number, newest.restores.number, newest.approver) == (3, 1, manager.username)
    assert rule.key not in str(newest.content)
    for page in (hers, his):
        page.goto("about:blank")
