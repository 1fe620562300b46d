"""A finding is let go by role, with a reason, counted, reviewed, until its rule changes."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.core.counters import counter_totals
from apps.core.models import ActionLog
from apps.customs import services
from apps.customs.compliance.content import Condition
from apps.customs.compliance_selectors import (
    holding_findings,
    override_counts,
    overrides_to_review,
)
from apps.customs.errors import NotAllowedNow, ReasonNeeded, VersionChanged
from apps.customs.models import FindingOverride
from apps.customs.services import recheck_due
from apps.customs.services.compliance_overriding import acting_role
from apps.orders.models import Order
from apps.orders.services import follow_customs
from tests.customs.compliance.bound import BEFORE, bind, checks_of, consignment_of, rule
from tests.customs.declarations.abroad import abroad
from tests.orders.builders import NOW, booking_of
from tests.support.people import make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("platform", "business", "wall", "rules_only"),
]
MEI = Actor("user", "1", "mei")
HAN = Actor("user", "2", "han")
KEY = "no_germany"


def let_go(order: Order, **given: Any) -> Any:
    values: dict[str, Any] = {
        "rule_key": KEY,
        "reason": "licence seen",
        "actor": MEI,
        "role": "manager",
    }
    return services.override_finding(consignment=consignment_of(order), **(values | given))


@pytest.fixture
def held(shop: Merchant) -> Order:
    """An order to Germany that a rule stops."""
    bind(rule())
    return abroad(shop)


def test_a_manager_lets_it_go_and_the_booking_goes_too(held: Order) -> None:
    check = let_go(held)
    assert (check.result, check.cause) == ("let_go", "override")
    follow_customs()
    assert booking_of(held).state == "ready"
    assert counter_totals(name="customs.override") == {KEY: 1}
    row = FindingOverride.objects.get()
    assert (row.by, row.role, row.reason) == ("user:mei", "manager", "licence seen")
    assert ActionLog.objects.filter(action="customs.compliance.overridden").count() == 1


def test_staff_do_not_let_go_what_a_rule_stops_but_what_it_asks_for(
    held: Order, shop: Merchant
) -> None:
    with pytest.raises(NotAllowedNow) as refused:
        let_go(held, role="operator")
    assert refused.value.code == "role_too_low"
    bind(rule("paper", action="need_field", need="lines.material"), at=NOW)
    assert let_go(abroad(shop), rule_key="paper", role="operator").result == "let_go"


@pytest.mark.parametrize("role", ["merchant", "auditor", "customer_service", ""])
def test_no_other_role_lets_anything_go(held: Order, role: str) -> None:
    bind(rule("paper", action="manual_review"), at=NOW)
    recheck_due()
    with pytest.raises(NotAllowedNow):
        let_go(held, rule_key="paper", role=role)
    assert FindingOverride.objects.count() == 0


def test_without_a_reason_or_for_another_rule_nothing_is_let_go(held: Order) -> None:
    with pytest.raises(ReasonNeeded):
        let_go(held, reason=" \u200b ")
    with pytest.raises(NotAllowedNow):
        let_go(held, rule_key="another")
    with pytest.raises(VersionChanged):
        let_go(held, expected_check=checks_of(held)[-1].pk - 1)
    assert consignment_of(held).held_by_rules


def test_one_of_two_rules_let_go_still_holds(shop: Merchant) -> None:
    bind(rule(), rule("second"))
    order = abroad(shop)
    assert let_go(order).result == "held"
    assert [one.rule_key for one in holding_findings(consignment_of(order).pk)] == ["second"]


def test_it_ends_when_the_rule_says_something_else(held: Order) -> None:
    let_go(held)
    bind(rule(message_en="Forbidden since today."), at=NOW)
    recheck_due()
    assert consignment_of(held).held_by_rules
    assert FindingOverride.objects.get().withdrawn_at == NOW


def test_it_stays_when_only_the_rules_keeper_changes(held: Order) -> None:
    let_go(held)
    bind(rule(owner="somebody else", priority=3), at=NOW)
    assert recheck_due() == 1
    assert checks_of(held)[-1].result == "let_go"


def test_it_ends_when_the_goods_are_others(shop: Merchant) -> None:
    bind(rule("tote", Condition("hs", "starts_with", ("4202",))))
    order = abroad(shop)
    let_go(order, rule_key="tote")
    services.correct_record(
        consignment=consignment_of(order),
        changes={"lines.1.unit_price": "900.00", "lines.1.total": "1800.00", "total": "1800.00"},
        actor=MEI,
        reason="leather",
    )
    assert checks_of(order)[-1].result == "held"


def test_a_rule_that_changed_under_ones_eyes_is_not_let_go_unseen(held: Order) -> None:
    bind(rule(message_en="Forbidden since today."), at=BEFORE)
    with pytest.raises(VersionChanged):
        let_go(held)
    assert FindingOverride.objects.count() == 0


def test_somebody_else_reviews_it_and_may_take_it_back(held: Order) -> None:
    let_go(held)
    (row,) = overrides_to_review()
    with pytest.raises(NotAllowedNow) as refused:
        services.review_override(override=row, agrees=True, actor=MEI)
    assert refused.value.code == "same_person"
    with pytest.raises(ReasonNeeded):
        services.review_override(override=row, agrees=False, actor=HAN)
    services.review_override(override=row, agrees=False, actor=HAN, note="no licence here")
    assert consignment_of(held).held_by_rules
    assert list(overrides_to_review()) == []
    (counted,) = override_counts(since=BEFORE)
    assert (counted.made, counted.standing, counted.unreviewed) == (1, 0, 0)


def test_who_let_it_go_may_take_it_back_once(held: Order) -> None:
    let_go(held)
    row = FindingOverride.objects.get()
    services.withdraw_finding_override(override=row, reason="mistake", actor=MEI)
    assert checks_of(held)[-1].result == "held"
    with pytest.raises(NotAllowedNow):
        services.withdraw_finding_override(override=row, reason="again", actor=MEI)


def test_the_strongest_role_counts_and_the_rights_go_with_it() -> None:
    chief, clerk = make_user(role=Role.MANAGER), make_user(role=Role.OPERATOR)
    auditor = make_user(role=Role.AUDITOR)
    assert [acting_role(one) for one in (chief, clerk, auditor)] == ["manager", "operator", ""]
    assert [one.has_perm("customs.override_finding") for one in (chief, clerk, auditor)] == [
        True,
        True,
        False,
    ]
    assert [one.has_perm("customs.review_override") for one in (chief, clerk)] == [True, False]
