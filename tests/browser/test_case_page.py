"""The dialogs of a case page: a step asks for what it needs, closing asks whether it helped."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.exceptions.models import Case, CaseStep
from tests.exceptions.worklist_world import plant_worklist
from tests.support.people import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_compensation_is_asked_for_refused_mended_and_said_to_have_helped(log_in: Any) -> None:
    manager = make_user(Role.MANAGER)
    case = plant_worklist(manager, count=6)[0]
    page = log_in(manager)
    page.goto(f"/admin/exceptions/case/{case.pk}/change/")
    ask = page.locator("#cs-ask")

    page.locator("[data-step=compensate]").click()
    expect(ask).to_be_visible()
    expect(page.locator("#cs-ask-about")).to_contain_text(case.shipment.number)
    ask.locator("[name=amount]").fill("lots")
    ask.locator("[name=currency]").fill("CNY")
    page.locator("#cs-ask-do").click()
    expect(page.locator("#cs-ask-error")).to_be_visible()
    assert not CaseStep.objects.filter(case=case).exists()

    ask.locator("[name=amount]").fill("20")
    page.locator("#cs-ask-do").click()
    expect(page.locator(".cs-steps")).to_be_visible()
    step = CaseStep.objects.get(case=case)
    assert (step.kind, step.state, step.helped) == ("compensate", "done", None)
    assert step.details == {"amount": "20.00", "currency": "CNY"}

    page.keyboard.press("r")
    expect(ask).to_be_visible()
    page.locator(f"#cs-ask-helped select[data-step='{step.pk}']").select_option("no")
    page.locator("#cs-ask-options .cs-option[data-value=delivered]").click()
    page.locator("#cs-ask-do").click()
    page.wait_for_url("**/admin/exceptions/case/**")
    expect(page.locator(".cs-kind .lm-success").first).to_be_visible()
    step.refresh_from_db()
    closed = Case.objects.get(pk=case.pk)
    assert (closed.state, closed.close_reason, step.helped) == ("resolved", "delivered", False)
    page.goto("about:blank")
