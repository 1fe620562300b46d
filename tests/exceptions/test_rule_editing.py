"""Rules are drafted, changed, let loose and gone back to; what cannot hold is refused by field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.choices import Role
from apps.core import clock
from apps.core.models import ActionLog
from apps.exceptions.errors import RuleEdited, RuleInvalid, RuleStands, RuleTooWide
from apps.exceptions.live_rules import current_book
from apps.exceptions.models import Rule, RuleVersion
from apps.exceptions.rule_rows import content_of
from apps.exceptions.services import (
    change_rule,
    draft_rule,
    go_back_to_version,
    switch_rule,
)
from tests.exceptions.watched import DAY, HOUR, NOON
from tests.support.people import make_user
from tests.support.shipments import make_shipment

pytestmark = pytest.mark.django_db


def content(**changes: Any) -> dict[str, Any]:
    """What somebody might draft."""
    return {
        "code": "silent_sf", "name": "顺丰停滞", "name_en": "SF silent",
        "sentence": "{carrier}停了{silence}。", "sentence_en": "{carrier} silent for {silence}.",
        "anchor": "last_scan", "hours": 24, "red_hours": 48, "days": "wall",
        "conditions": [{"field": "carrier", "op": "is", "value": ["shunfeng"]}],
        "severity": "amber", "group": "transit", "suppressed_by": [], "clears_itself": True,
        "limits": [], **changes,
    }  # fmt: skip


@pytest.fixture
def lead(db):
    return make_user(Role.MANAGER, username="lead")


def stalled() -> Rule:
    return Rule.objects.select_related("group").get(code="stalled_domestic")


def changed(rule: Rule, user: Any, **changes: Any) -> Rule:
    return change_rule(
        rule_id=rule.pk, version=rule.version, user=user, note="why",
        content=content_of(rule) | changes,
    )  # fmt: skip


LIMIT = {"carrier": "shunfeng", "service": "", "lane_from": "", "lane_to": "", "hours": 30.0,
         "red_hours": None}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": "nan"}, "hours"),
        ({"hours": float("inf")}, "hours"),
        ({"red_hours": 3}, "red_hours"),
        ({"anchor": "birth"}, "anchor"),
        ({"name": ""}, "name"),
        ({"sentence": "{nothing} here"}, "sentence"),
        ({"group": "nobody"}, "group"),
        ({"suppressed_by": ["no_such_rule"]}, "suppressed_by"),
        ({"suppressed_by": ["silent_sf"]}, "suppressed_by"),
        ({"conditions": [{"field": "carrier", "op": "is", "value": ["ghost"]}]}, "conditions"),
        ({"conditions": [{"field": "status", "op": "is", "value": ["asleep"]}]}, "conditions"),
        ({"conditions": [{"field": "scan_area", "op": "begins", "value": "99"}]}, "conditions"),
        ({"conditions": [{"field": "value", "op": "below", "value": float("nan")}]}, "conditions"),
        ({"conditions": [{"field": "value", "op": "below", "value": 1}] * 21}, "conditions"),
        ({"conditions": [{"field": "service", "op": "is", "value": ["x" * 70_000]}]}, "conditions"),
        ({"conditions": "all of them"}, "conditions"),
        ({"limits": [LIMIT, LIMIT]}, "limits"),
        ({"limits": [LIMIT | {"carrier": ""}]}, "limits"),
        ({"limits": [LIMIT | {"hours": "nan"}]}, "limits"),
        ({"limits": [LIMIT | {"lane_to": "99"}]}, "limits"),
        ({"limits": [7]}, "limits"),
        ({"code": "No spaces!"}, "code"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_with_its_field(lead, changes, field) -> None:
    with pytest.raises(RuleInvalid) as refused:
        draft_rule(user=lead, content=content(**changes), note="why")
    assert {one.field for one in refused.value.problems} == {field}
    assert not Rule.objects.filter(code="silent_sf").exists()


def test_rules_that_would_silence_each_other_are_refused(lead) -> None:
    rule = Rule.objects.select_related("group").get(code="customs_problem")
    with pytest.raises(RuleInvalid) as refused:
        changed(rule, lead, suppressed_by=["customs_held"])
    assert [one.field for one in refused.value.problems] == ["suppressed_by"]
    rule.refresh_from_db()
    assert (rule.version, rule.suppressed_by) == (1, [])


def test_a_draft_opens_nothing_and_a_change_holds_at_once(lead) -> None:
    made = draft_rule(user=lead, content=content(), note="why")
    assert made.code not in current_book().by_code
    switch_rule(rule_id=made.pk, version=1, was="draft", state="shadow", user=lead)
    assert current_book().by_code[made.code].is_shadow
    switch_rule(rule_id=made.pk, version=1, was="shadow", state="live", user=lead)
    change_rule(
        rule_id=made.pk, version=1, user=lead, content=content(hours=36, limits=[LIMIT]), note="x"
    )
    rule = current_book().by_code[made.code]
    assert (rule.spec.hours, rule.version, rule.is_shadow) == (36, 2, False)
    assert [one.hours for one in rule.spec.limits] == [30]
    log = ActionLog.objects.get(action="exceptions.rule.changed")
    assert (log.before["hours"], log.after["hours"]) == (24, 36)
    assert set(log.after) == {"hours", "limits"}


def test_of_two_editors_the_second_is_told_who_was_first(lead) -> None:
    rule, other = stalled(), make_user(Role.MANAGER, username="ann-first")
    changed(rule, other, hours=40)
    with pytest.raises(RuleEdited, match="ann-first"):
        changed(rule, lead, hours=60)
    with pytest.raises(RuleEdited):
        switch_rule(rule_id=rule.pk, version=2, was="shadow", state="off", user=lead)
    now = stalled()
    assert (now.hours, now.version, now.state) == (40, 2, "live")


def test_one_click_goes_back_to_what_a_rule_said_with_its_limits(lead) -> None:
    rule = stalled()
    changed(rule, lead, hours=40, limits=[LIMIT])
    changed(stalled(), lead, limits=[])
    back = go_back_to_version(rule_id=rule.pk, version=3, to_version=2, user=lead)
    assert (back.version, back.hours, back.limits.get().hours) == (4, 40, 30)
    assert RuleVersion.objects.get(rule=rule, version=4).content["limits"] == [LIMIT]
    with pytest.raises(RuleStands):
        go_back_to_version(rule_id=rule.pk, version=4, to_version=9, user=lead)
    with pytest.raises(RuleStands):
        changed(back, lead)


def test_a_rule_for_too_many_open_parcels_asks_with_the_number(lead, merchant) -> None:
    for index in range(4):
        make_shipment(
            merchant, created_at=NOON - DAY, last_event_at=NOON - index * 20 * HOUR,
            status_at=NOON, closed_at=None,
        )  # fmt: skip
    rule = stalled()
    with clock.frozen(NOON + HOUR):
        with pytest.raises(RuleTooWide) as asked:
            changed(rule, lead, hours=30)
        assert (asked.value.parcels, asked.value.open_parcels) == (2, 4)
        assert stalled().version == 1
        change_rule(
            rule_id=rule.pk, version=1, user=lead, content=content_of(rule) | {"hours": 30},
            note="yes", confirmed=True,
        )  # fmt: skip
        change_rule(
            rule_id=rule.pk, version=2, user=lead, content=content_of(rule) | {"hours": 31},
            note="half may", max_share=Decimal("0.5"),
        )  # fmt: skip
    assert stalled().hours == 31
