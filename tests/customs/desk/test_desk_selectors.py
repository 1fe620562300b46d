"""What the desk lists, in which order, and by which index."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.core import clock
from apps.customs import desk_selectors as desk
from apps.customs.choices import Severity, Supplier
from apps.customs.desk_ages import Age, limits_of
from apps.customs.desk_figures import desk_figures, summed
from apps.customs.desk_fixes import common_fixes
from tests.customs.factories import (
    HOUR,
    MOMENT,
    make_consignment,
    make_exporter,
    make_line,
    make_record,
    missing,
)
from tests.support.people import make_merchant, make_user
from tests.support.planner import believe_big

DAY = 24 * HOUR
TABLES = ("customs_consignment", "customs_declaration", "customs_recordversion")


@pytest.fixture
def merchant(db: None) -> Merchant:
    return make_merchant()


@pytest.fixture
def clerk(db: None) -> Any:
    return make_user(Role.OPERATOR)


def references(rows: Any) -> list[str]:
    return [getattr(row, "consignment", row).reference for row in rows]


def test_what_leaves_first_stands_first_and_what_has_no_cut_off_last(
    merchant: Merchant, clerk: Any
) -> None:
    for name, cut_off in (("late", MOMENT - HOUR), ("never", None), ("soon", MOMENT + HOUR)):
        make_consignment(
            merchant, findings=[missing()], record=make_record(reference=name), cut_off=cut_off
        )
    make_consignment(merchant, record=make_record(reference="whole"))
    assert references(desk.incomplete(clerk)) == ["late", "soon", "never"]
    counts = desk.desk_counts(clerk, now=MOMENT)
    assert (counts.incomplete, counts.late, counts.soon) == (3, 1, 1)


def test_what_was_cancelled_or_let_go_waits_for_nobody(merchant: Merchant, clerk: Any) -> None:
    make_consignment(merchant, findings=[missing()], borders=[{"state": "cancelled"}])
    make_consignment(
        merchant,
        findings=[missing()],
        overridden_at=MOMENT,
        override_reason="the shop insists",
        record=make_record(reference="let go"),
    )
    assert references(desk.incomplete(clerk)) == []
    assert references(desk.let_go(clerk, now=MOMENT)) == ["let go"]


def test_questions_come_by_when_they_are_due_and_holds_by_their_age(
    merchant: Merchant, clerk: Any
) -> None:
    for n, (state, hours) in enumerate([("info_required", 5), ("info_required", 2), ("held", 1)]):
        border = {"state": state, "state_at": MOMENT - n * HOUR}
        if state == "info_required":
            border["answer_due"] = MOMENT + hours * HOUR
        make_consignment(merchant, borders=[border], record=make_record(reference=f"{hours}"))
    assert references(desk.asked(clerk)) == ["2", "5"]
    assert references(desk.held(clerk)) == ["1"]


def test_what_lies_at_customs_for_a_day_without_a_word_is_seen(
    merchant: Merchant, clerk: Any
) -> None:
    for name, hours in (("long", 30), ("fresh", 20)):
        border = {"state": "processing", "state_at": MOMENT - hours * HOUR}
        make_consignment(merchant, borders=[border], record=make_record(reference=name))
    assert references(desk.silent(clerk, now=MOMENT)) == ["long"]


def test_a_merchants_user_sees_none_of_another_shops(merchant: Merchant) -> None:
    make_consignment(merchant, findings=[missing()], borders=[{"state": "draft"}])
    make_consignment(merchant, borders=[{"state": "held"}])
    stranger = make_user(Role.MERCHANT, merchant=make_merchant())
    counts = desk.desk_counts(stranger, now=MOMENT)
    assert not any((counts.incomplete, counts.held, counts.asked, counts.silent, counts.let_go))
    assert common_fixes(stranger) == []


def test_one_fix_is_offered_for_every_parcel_of_a_product(merchant: Merchant, clerk: Any) -> None:
    other = make_merchant()
    for n in range(3):
        record = make_record(lines=(make_line(1), make_line(2, sku="PB-10", title="充电宝")))
        found = [missing(line=2), missing("recipient.phone", None, supplier=Supplier.STOREFRONT)]
        make_consignment(merchant, record=record, findings=found, cut_off=MOMENT + n * HOUR)
    alone = make_record(lines=(make_line(1, sku="PB-10"),))
    make_consignment(other, record=alone, findings=[missing(), missing("origin")])
    [fix] = common_fixes(clerk)
    assert (fix.merchant_id, fix.sku, fix.field, fix.parcels) == (
        merchant.pk, "PB-10", "hs_code", 3,
    )  # fmt: skip
    assert (fix.title, fix.cut_off) == ("充电宝", MOMENT)


def test_what_only_the_exporter_lacks_is_one_fix_for_the_shop(
    merchant: Merchant, clerk: Any
) -> None:
    lack = missing("exporter.identifiers", None, supplier=Supplier.EXPORTER)
    advice = missing("exporter.phone", None, supplier=Supplier.EXPORTER, severity=Severity.WARN)
    for _n in range(2):
        make_consignment(merchant, findings=[lack, advice])
    [fix] = common_fixes(clerk)
    assert (fix.sku, fix.field, fix.parcels) == ("", "exporter.identifiers", 2)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        (
            "incomplete",
            "customs_consignment_open|customs_declaration_due|customs_declaration_state",
        ),
        ("asked", "customs_declaration_"),
        ("held", "customs_declaration_held"),
        ("silent", "customs_declaration_inside"),
        ("let_go", "customs_consignment_let_go"),
    ],
)
def test_each_list_starts_from_what_is_open(clerk: Any, name: str, index: str) -> None:
    believe_big(*TABLES)
    given = {"now": MOMENT} if name in {"silent", "let_go"} else {}
    plan = getattr(desk, name)(clerk, **given)[:50].explain()
    assert any(one in plan for one in index.split("|")), plan
    assert "Seq Scan" not in plan


def ended(merchant: Merchant, days: float, **border: Any) -> None:
    at = MOMENT - border.pop("ago", 0) * DAY
    given = {"state": "released", "state_at": at, "entered_at": at - days * DAY, "first_try": True}
    record = make_record(border.pop("destination", "DE"))
    make_consignment(merchant, record=record, created_at=at - 10 * DAY, borders=[given | border])


def test_figures_are_told_by_week_with_how_many_they_are_of(merchant: Merchant) -> None:
    ended(merchant, 2, human_seconds=300)
    ended(merchant, 4, first_try=False, ago=7)
    ended(merchant, 1, state="cancelled", first_try=None)
    found = desk_figures(now=MOMENT, mode="sandbox", merchant_id=None)
    last = found.weeks[-1]
    assert (last.ended, last.judged, last.first_try, last.touched) == (1, 1, 1, 1)
    assert last.minutes == 5
    whole = summed(found.weeks)
    assert (whole.declared, whole.complete, whole.ended, whole.first_try) == (3, 3, 2, 1)
    assert desk_figures(now=MOMENT, mode="live", merchant_id=None).lanes == ()


def test_a_lane_tells_its_days_and_says_when_they_are_few(merchant: Merchant) -> None:
    make_exporter(merchant)
    for days in (1, 2, 3):
        ended(merchant, days, destination="BR")
    ended(merchant, 9, destination="BR", ago=50)
    ended(merchant, 1, destination="BR", entered_at=None)
    [lane] = desk_figures(now=MOMENT, mode="sandbox", merchant_id=None).lanes
    assert (lane.origin, lane.destination, lane.direction) == ("CN", "BR", "import")
    assert (lane.whole.released, lane.whole.count, lane.whole.median) == (5, 4, 2.5)
    assert (lane.recent.median, lane.before.median) == (2.0, 9.0)
    assert lane.whole.is_few
    assert (lane.whole.least, lane.whole.most) == (1.0, 9.0)
    assert lane.weeks[-1].count == 3


def test_figures_of_one_shop_hold_nothing_of_another(merchant: Merchant) -> None:
    ended(merchant, 2)
    other = make_merchant()
    found = desk_figures(now=MOMENT, mode="sandbox", merchant_id=other.pk)
    assert summed(found.weeks).declared == 0
    assert found.lanes == ()


def test_figures_read_twelve_weeks_and_not_what_lies_before(merchant: Merchant) -> None:
    believe_big(*TABLES)
    with CaptureQueriesContext(connection) as asked:
        desk_figures(now=clock.now(), mode="sandbox", merchant_id=None)
    plans = []
    for one in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {one['sql']}".replace("%", "%%"))
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
    indexes = ("customs_consignment_created", "customs_declaration_ended")
    assert all(any(index in plan for index in indexes) for plan in plans), plans


def test_an_age_is_amber_and_red_when_the_table_says() -> None:
    def tone(state: str, hours: int, **given: Any) -> str:
        told = {"direction": "import", "service": "line", "is_sensitive": False} | given
        return Age(dt.timedelta(hours=hours), limits_of(state, **told)).tone

    assert tone("info_required", 0) == "warning"
    assert tone("held", 24) == "danger"
    assert [tone("processing", n) for n in (71, 72, 120)] == ["info", "warning", "danger"]
    assert [tone("processing", n, service="express") for n in (23, 24, 48)] == [
        "info", "warning", "danger",
    ]  # fmt: skip
    assert tone("processing", 25, is_sensitive=True) == "warning"
    assert tone("processing", 25, direction="export") == "warning"
