"""Consignments are checked by what binds: on order, on change, and again while they wait."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.customs import services
from apps.customs.choices import CheckCause, RuleStage
from apps.customs.compliance.content import Condition
from apps.customs.compliance_selectors import (
    due_for_check,
    holding_findings,
    latest_check,
    said,
    snapshot_seen,
    words_found,
)
from apps.customs.errors import NotAllowedNow, VersionChanged
from apps.customs.models import ComplianceCheck, ComplianceFinding, CurrencyRate, Declaration
from apps.customs.selectors import current_record
from apps.customs.services import recheck_due
from apps.shipments.models import Shipment
from apps.shipments.services import assign_number
from tests.customs.compliance.bound import bind, checks_of, consignment_of, rule
from tests.customs.declarations.abroad import BRAZIL, abroad
from tests.orders.builders import ACTOR, NOW, booking_of, make_order

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("platform", "business", "wall", "rules_only"),
]
A_DAY = dt.timedelta(days=1)
UNKNOWABLE = Condition("watt_hours", "over", ("100",))


def test_without_any_rule_nothing_is_checked_and_nothing_written(shop: Merchant) -> None:
    order = abroad(shop)
    assert booking_of(order).state == "ready"
    assert ComplianceCheck.objects.count() == 0
    assert recheck_due() == 0


def test_a_parcel_at_home_is_not_checked(shop: Merchant) -> None:
    bind(rule(conditions=(Condition("lines", "at_least", ("1",)),)))
    assert checks_of(make_order(shop)) == []


def test_a_rule_that_fires_holds_the_parcel_and_says_by_which_version(shop: Merchant) -> None:
    version = bind(rule("tote", Condition("hs", "starts_with", ("4202",))))
    order = abroad(shop)
    (check,) = checks_of(order)
    assert (check.result, check.stage, check.cause) == ("held", "order", "ordered")
    assert check.versions == {"own": {"number": 1, "digest": version.digest}}
    (found,) = holding_findings(check.consignment_id)
    assert (found.rule_key, found.action, found.line, found.set_version) == ("tote", "block", 1, 1)
    assert said(found, "message") == {"zh": "品名太笼统。", "en": "The name says nothing."}
    assert booking_of(order).hold_reasons == ["compliance"]
    order.refresh_from_db()
    assert order.status == "blocked"


def test_a_rule_for_elsewhere_leaves_a_check_that_passed(shop: Merchant) -> None:
    bind(rule())
    order = abroad(shop, BRAZIL)
    (check,) = checks_of(order)
    assert (check.result, list(check.findings.all())) == ("passed", [])
    assert "compliance" not in booking_of(order).hold_reasons


def test_what_was_seen_is_kept_without_the_person(shop: Merchant) -> None:
    bind(rule(action="warn"))
    (check,) = checks_of(abroad(shop))
    seen = json.dumps(snapshot_seen(check), ensure_ascii=False)
    assert check.result == "warned"
    assert '"destination": "DE"' in seen
    for secret in ("Mustermann", "Heidestra", "15112345678"):
        assert secret not in seen


def test_what_nobody_can_judge_goes_to_a_person(shop: Merchant) -> None:
    bind(rule("big_battery", UNKNOWABLE))
    order = abroad(shop)
    (found,) = holding_findings(consignment_of(order).pk)
    assert (found.action, found.is_unjudged) == ("manual_review", True)
    assert booking_of(order).state == "held"


def test_what_would_only_inform_holds_nobody_though_it_cannot_be_judged(shop: Merchant) -> None:
    bind(rule("big_battery", UNKNOWABLE, action="inform"))
    order = abroad(shop)
    assert checks_of(order)[0].result == "passed"
    assert booking_of(order).state == "ready"


def test_a_corrected_record_is_checked_again(shop: Merchant) -> None:
    bind(rule("no_origin", Condition("made_in", "in", ("CN",))))
    order = abroad(shop)
    services.correct_record(
        consignment=consignment_of(order),
        changes={"lines.1.origin": "VN"},
        actor=ACTOR,
        reason="made there",
    )
    last = checks_of(order)[-1]
    assert (last.cause, last.record_version, last.result) == ("changed", 2, "passed")


def test_a_record_that_changed_meanwhile_is_not_checked_by_its_old_version(shop: Merchant) -> None:
    bind(rule())
    row = consignment_of(abroad(shop))
    before = ComplianceCheck.objects.count()
    with pytest.raises(VersionChanged):
        services.check_consignment(
            consignment=row,
            record=current_record(row),
            record_version=row.record_version + 1,
            stage=RuleStage.ORDER,
            cause=CheckCause.CHANGED,
            actor=ACTOR,
        )
    assert ComplianceCheck.objects.count() == before


def test_a_publication_has_what_waits_checked_again_once(shop: Merchant) -> None:
    bind(rule("elsewhere", conditions=(Condition("destination", "in", ("JP",)),)))
    order = abroad(shop)
    bind(rule(), at=NOW)
    assert recheck_due() == 1
    assert [(one.cause, one.result) for one in checks_of(order)] == [
        ("ordered", "passed"),
        ("rules", "held"),
    ]
    assert recheck_due() == 0


def test_the_first_publication_finds_what_was_never_checked(shop: Merchant) -> None:
    order = abroad(shop)
    bind(rule(), at=NOW)
    assert recheck_due() == 1
    assert consignment_of(order).held_by_rules


def test_a_new_rate_has_everything_judged_by_it_checked_again(shop: Merchant) -> None:
    bind(rule("dear", Condition("value", "over", ("1000",), currency="CNY")))
    order = abroad(shop)
    CurrencyRate.objects.create(currency="EUR", cny=90, valid_from=NOW.date(), source="test")
    assert recheck_due() == 1
    assert checks_of(order)[-1].result == "held"


def test_every_day_what_waits_is_checked_and_sees_the_same_only_once(shop: Merchant) -> None:
    bind(rule())
    order = abroad(shop)
    with clock.frozen(NOW + A_DAY):
        assert recheck_due() == 1
        assert recheck_due() == 0
    with clock.frozen(NOW + 2 * A_DAY):
        assert recheck_due() == 1
    first, second, third = checks_of(order)
    assert (second.cause, second.snapshot) == ("daily", {"same_as": first.pk})
    assert snapshot_seen(third) == first.snapshot


def test_rounds_are_bounded_and_go_on_where_they_stopped(shop: Merchant) -> None:
    for _ in range(3):
        abroad(shop)
    bind(rule(), at=NOW)
    assert [recheck_due(limit=2), recheck_due(limit=2), recheck_due(limit=2)] == [2, 1, 0]


def test_one_that_cannot_be_checked_stops_no_other(
    shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = abroad(shop), abroad(shop)
    bind(rule(), at=NOW)
    from apps.customs.services import compliance_rechecking

    pk = consignment_of(broken).pk

    def read(row: Any) -> Any:
        if row.pk == pk:
            raise ValueError("unreadable")
        return current_record(row)

    monkeypatch.setattr(compliance_rechecking, "current_record", read)
    assert recheck_due() == 1
    assert (checks_of(broken), len(checks_of(sound))) == ([], 1)
    assert due_for_check(consignment_of(sound).checked_key, limit=5) == [pk]


def test_what_has_left_is_held_no_more_but_its_history_says_what_was_found(
    shop: Merchant,
) -> None:
    bind(rule("no_handing_over", stage="hand_over"))
    order = abroad(shop)
    Shipment.objects.filter(parcel__order=order).update(status="picked_up")
    with transaction.atomic():
        services.follow_consignments([consignment_of(order).shipment_id])
    assert [(one.stage, one.result) for one in checks_of(order)] == [
        ("order", "passed"),
        ("hand_over", "held"),
    ]
    with clock.frozen(NOW + A_DAY):
        assert recheck_due() == 0


def test_a_cancelled_parcel_is_checked_no_more(shop: Merchant) -> None:
    bind(rule())
    order = abroad(shop)
    Shipment.objects.filter(parcel__order=order).update(status="cancelled")
    with transaction.atomic():
        services.follow_consignments([consignment_of(order).shipment_id])
    with clock.frozen(NOW + A_DAY):
        assert recheck_due() == 0
    assert len(checks_of(order)) == 1


def test_a_rule_for_declaring_refuses_the_declaration_and_the_check_stays(shop: Merchant) -> None:
    bind(rule("no_declaring", stage="declare"))
    order = abroad(shop)
    assert checks_of(order)[0].result == "passed"
    row = consignment_of(order)
    assign_number(shipment_id=row.shipment_id, carrier="emsguoji", number="EE123456785CN")
    with transaction.atomic():
        services.follow_consignments([row.shipment_id])
    border = Declaration.objects.get(consignment=row, direction="export")
    with pytest.raises(NotAllowedNow) as refused:
        services.submit_declaration(declaration=border, actor=ACTOR)
    assert refused.value.code == "compliance"
    assert (checks_of(order)[-1].stage, checks_of(order)[-1].result) == ("declare", "held")
    border.refresh_from_db()
    assert border.state == "complete"


def test_what_is_on_its_way_is_declared_whatever_orders_are_asked_now(shop: Merchant) -> None:
    order = abroad(shop)
    row = consignment_of(order)
    assign_number(shipment_id=row.shipment_id, carrier="emsguoji", number="EE123456785CN")
    Shipment.objects.filter(pk=row.shipment_id).update(status="in_transit")
    with transaction.atomic():
        services.follow_consignments([row.shipment_id])
    bind(rule(), at=NOW)
    border = Declaration.objects.get(consignment=row, direction="import")
    assert services.submit_declaration(declaration=border, actor=ACTOR).state == "submitted"
    bind(rule(), rule("no_declaring", stage="declare"), at=NOW)
    other = Declaration.objects.get(consignment=row, direction="export")
    with pytest.raises(NotAllowedNow):
        services.submit_declaration(declaration=other, actor=ACTOR)


def test_only_the_words_of_the_shops_own_text_are_kept(shop: Merchant) -> None:
    bind(rule("tote", Condition("brand", "in", ("aoki", "secret brand"))))
    order = abroad(shop)
    stored = json.dumps(
        list(ComplianceFinding.objects.values_list("evidence", flat=True)), ensure_ascii=False
    )
    assert "aoki" in stored
    assert "secret brand" not in stored
    check = latest_check(consignment_of(order).pk)
    assert check is not None
    assert [words_found(one) for one in check.findings.all()] == [[]]


@pytest.mark.parametrize("table", ["compliancecheck", "compliancefinding", "findingoverride"])
def test_the_database_keeps_what_was_checked_and_let_go(shop: Merchant, table: str) -> None:
    from django.db import connection

    bind(rule())
    services.override_finding(
        consignment=consignment_of(abroad(shop)), rule_key="no_germany", reason="licence",
        actor=Actor("user", "1", "mei"), role="manager",
    )  # fmt: skip
    for change in ("DELETE FROM", "UPDATE"):
        what = " SET id = id + 1000" if change == "UPDATE" else ""
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{change} customs_{table}{what}")
