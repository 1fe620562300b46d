"""The rules a process keeps are those that hold."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.accounts.models import Merchant
from apps.core import clock
from apps.exceptions.live_rules import current_book
from apps.exceptions.models import CalendarDay, Case, Rule, RuleLimit, Watch
from apps.exceptions.services import look_at_due
from tests.exceptions.test_judging_shipments import look, make_parcel, watch
from tests.exceptions.watched import HOUR, NOON

pytestmark = pytest.mark.django_db


def test_an_edit_by_whatever_way_holds_at_once() -> None:
    before = current_book()
    assert current_book() is before
    rule = Rule.objects.get(code="stalled_domestic")
    Rule.objects.filter(pk=rule.pk).update(hours=36)
    assert current_book().by_code["stalled_domestic"].spec.hours == 36
    RuleLimit.objects.create(rule=rule, carrier="yunda", hours=30)
    assert len(current_book().by_code["stalled_domestic"].spec.limits) == 1
    day = dt.date(2026, 12, 1)
    CalendarDay.objects.create(region="CN", day=day, is_working=False, name="闭馆")
    assert not current_book().calendars.of("CN").is_working(day)
    assert current_book().fingerprint != before.fingerprint


def test_a_draft_that_is_edited_asks_nothing_anew() -> None:
    Rule.objects.filter(code="no_track").update(state="draft")
    before = current_book()
    Rule.objects.filter(code="no_track").update(hours=60)
    assert current_book().stamp != before.stamp
    assert current_book().fingerprint == before.fingerprint
    assert "no_track" not in current_book().by_code


def test_a_rule_in_the_shadow_silences_none_that_is_live() -> None:
    Rule.objects.filter(code="customs_food").update(state="shadow")
    silencing = current_book().by_code["customs_held"].spec.suppressed_by
    assert "customs_problem" in silencing
    assert "customs_food" not in silencing


def test_a_rule_that_cannot_be_read_says_nothing_and_keeps_no_other_from_being_asked(
    merchant: Merchant,
) -> None:
    watch(make_parcel(merchant))
    look(NOON + 49 * HOUR)
    wrong = [{"field": "weather", "op": "is", "value": ["rain"]}]
    Rule.objects.filter(code="stalled_domestic").update(conditions=wrong)
    failed = make_parcel(merchant, status="attempt_failed")
    watch(failed, at=NOON + 50 * HOUR)
    Watch.objects.update(next_check_at=NOON)
    with clock.frozen(NOON + 51 * HOUR):
        assert look_at_due().shipments == 2
    assert set(Case.objects.values_list("rule__code", "state")) == {
        ("stalled_domestic", "open"),
        ("attempt_failed", "open"),
    }
