"""The rule form's rows of pickers: what is picked is what is kept; one parcel is tried unsaved."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.exceptions.models import Rule, RuleLimit
from tests.exceptions.worklist_world import plant_worklist
from tests.support.people import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_conditions_limits_and_a_placeholder_are_picked_tried_and_kept(log_in: Any) -> None:
    manager = make_user(Role.MANAGER)
    case = plant_worklist(manager, count=6)[0]
    rule = Rule.objects.get(code="stalled_domestic")
    kept = len(rule.conditions)
    page = log_in(manager, language="en-US")
    page.goto(f"/admin/exceptions/rule/{rule.pk}/edit/")
    rows = page.locator("#conditions .rl-row")
    expect(rows).to_have_count(kept)

    page.locator("#conditions [data-add]").click()
    expect(rows).to_have_count(kept + 1)
    rows.last.get_by_label("field", exact=True).select_option("value")
    rows.last.get_by_role("spinbutton").fill("500")
    page.locator("[name=parcel]").fill(case.shipment.uid)
    page.locator("[data-try] button").click()
    expect(page.locator("#try-answer .rl-no").first).to_be_visible()

    page.locator("#limits [data-add]").click()
    limit = page.locator("#limits .rl-row").last
    limit.locator("select").first.select_option("shunfeng")
    limit.locator("input[type=number]").first.fill("30")
    rows.last.get_by_role("button").last.click()
    expect(rows).to_have_count(kept)
    english = page.locator("[name=sentence_en]")
    english.fill("Nothing from ")
    page.locator("[data-placeholders] [data-name=carrier]").click()
    expect(english).to_have_value("Nothing from {carrier}")
    page.locator("[name=max_percent]").fill("100")
    page.locator("[name=note]").fill("顺丰停得短")
    page.locator("#rule-form button[type=submit]").click()
    page.wait_for_url(f"**/exceptions/rule/{rule.pk}/change/")

    changed = Rule.objects.get(pk=rule.pk)
    assert (changed.version, changed.sentence_en) == (rule.version + 1, "Nothing from {carrier}")
    assert changed.conditions == rule.conditions
    limits = RuleLimit.objects.filter(rule=rule)
    assert [(one.carrier, float(one.hours)) for one in limits] == [("shunfeng", 30.0)]
    page.goto("about:blank")
