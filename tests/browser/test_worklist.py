"""Somebody works through cases by keyboard alone; two people on one case do not undo each other."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from apps.exceptions.models import Case, CaseNote
from tests.exceptions.worklist_world import plant_worklist
from tests.support.people import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORKLIST = "/admin/exceptions/case/?view=unacknowledged"


def open_list(log_in: Any, role: Role, **more: Any) -> Page:
    """Open the worklist for somebody, the first case beside it."""
    page = log_in(make_user(role), **more)
    page.goto(WORKLIST)
    expect(page.locator("#cs-panel .cs-case")).to_be_visible()
    return page


def current(page: Page) -> int:
    """The id of the case the keys act on."""
    return int(page.locator(".cs-row.cs-on").get_attribute("data-id") or 0)


def settled(page: Page) -> None:
    """Wait until nothing is asked or sent any more."""
    page.wait_for_function("csDesk.busy.size === 0 && !document.querySelector('dialog[open]')")


def act(page: Page, *keys: str) -> int:
    """Press the keys for the current case and wait until it is done; return its id."""
    pk = current(page)
    version = page.evaluate("csList.current().version")
    for key in keys:
        page.keyboard.press(key)
        if key in "wrdo":
            expect(page.locator("#cs-ask")).to_be_visible()
    page.wait_for_function("([id, was]) => csList.find(id).version > was", arg=[pk, version])
    settled(page)
    return pk


def test_ten_cases_are_worked_through_by_keyboard_and_one_is_undone(log_in):
    amy = make_user(Role.MANAGER)
    plant_worklist(amy, count=12)
    page = open_list(log_in, Role.OPERATOR)
    done: dict[int, tuple[str, str]] = {}
    for keys, state, more in (
        (("a",), "acknowledged", ""), (("w", "1"), "waiting", "carrier"),
        (("r", "3"), "resolved", "carrier_fixed"), (("d", "1"), "dismissed", "false_alarm"),
        (("o", "1"), "open", ""), (("w", "3"), "waiting", "customs"),
        (("r", "1"), "resolved", "moved_on"), (("r", "2"), "resolved", "delivered"),
        (("d", "2"), "dismissed", "duplicate"), (("r", "4"), "resolved", "customer_informed"),
    ):  # fmt: skip
        done[act(page, *keys)] = (state, more)
        if keys == ("a",):
            page.keyboard.press("j")
    assert len(done) == 10
    last = list(done)[-1]
    page.keyboard.press("u")
    page.wait_for_function("id => csList.find(id).state === 'open'", arg=last)
    settled(page)
    assert current(page) == last
    done[last] = ("open", "")

    rows = Case.objects.in_bulk(done)
    found = {pk: (rows[pk].state, rows[pk].waiting_for or rows[pk].close_reason) for pk in done}
    assert found == done
    page.keyboard.press("n")
    page.locator("#cs-ask-note").fill("客户同意再等一天")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#cs-panel")).to_contain_text("客户同意再等一天")
    assert CaseNote.objects.get(case=last).text == "客户同意再等一天"
    page.goto("about:blank")


def test_the_second_of_two_hears_who_was_first_and_keeps_what_was_typed(log_in):
    amy = make_user(Role.MANAGER)
    plant_worklist(amy, count=6)
    first = open_list(log_in, Role.CUSTOMER_SERVICE)
    second = open_list(log_in, Role.OPERATOR)
    pk = current(first)
    assert current(second) == pk
    act(first, "a")
    second.keyboard.press("w")
    second.locator("#cs-ask-note").fill("网点说明天派")
    second.keyboard.press("Control+Enter")
    expect(second.locator("#cs-ask-error")).to_contain_text("customer_service")
    assert second.locator("#cs-ask-note").input_value() == "网点说明天派"
    case = Case.objects.get(pk=pk)
    assert (case.state, case.version) == ("acknowledged", 2)
    second.keyboard.press("Control+Enter")
    settled(second)
    case.refresh_from_db()
    assert (case.state, case.waiting_for) == ("waiting", "carrier")
    for page in (first, second):
        page.goto("about:blank")
