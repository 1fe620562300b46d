"""The home page keeps itself up to date while it is looked at, and says when it cannot."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.core import clock
from apps.monitoring.models import Alarm, AlertRule
from tests.browser.conftest import PHONE
from tests.support.people import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = "**/admin/home/now/**"
TURN = """state => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def plant_alarm() -> None:
    """Let an alarm have been open for four minutes."""
    rule = AlertRule.objects.get(slug="redis_gone")
    since = clock.real_now() - dt.timedelta(minutes=4)
    Alarm.objects.create(rule=rule, severity="red", since=since, value=30.0, limit=10.0)


def test_the_sentence_changes_by_itself_and_a_failing_refresh_is_said(log_in: Any):
    page = log_in(make_user(Role.OPERATOR), size=PHONE)
    page.clock.install()
    page.reload()
    sentence, live = page.locator("#hm-sentence"), page.locator("#hm-live")
    expect(sentence).to_have_text("全部正常")

    plant_alarm()
    with page.expect_response(NOW):
        page.clock.run_for(11_000)
    expect(sentence).to_contain_text("（4 分钟）")
    expect(live).to_contain_text("Redis")

    page.route(NOW, lambda route: route.abort())
    page.clock.run_for(11_000)
    expect(page.locator("#hm-fresh-words")).to_contain_text("刷新失败")
    expect(live).to_contain_text("刷新失败")
    expect(sentence).to_contain_text("Redis")

    page.unroute(NOW)
    page.locator("#hm-again").click()
    expect(live).to_have_text("刷新已恢复。")

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(TURN, "hidden")
    page.clock.run_for(60_000)
    assert [url for url in asked if "/home/" in url] == []
    page.evaluate(TURN, "visible")
    expect(page.locator("#hm-fresh")).to_have_attribute("data-state", "fine")
    assert any("/home/now/" in url for url in asked)
