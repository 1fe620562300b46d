"""Publications and corrections beside orders being placed, each with its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from apps.accounts.models import Merchant
from apps.core import clock
from apps.customs import services as customs
from apps.customs.choices import CheckCause, RuleStage
from apps.customs.compliance.content import Condition
from apps.customs.compliance_live import live_rules
from apps.customs.errors import VersionChanged
from apps.customs.selectors import current_record
from apps.customs.services import recheck_due
from apps.orders.models import Order
from apps.orders.services import follow_customs, send_ready_bookings
from tests.customs.compliance.bound import bind, checks_of, consignment_of, rule
from tests.customs.compliance.conftest import rules_only
from tests.customs.declarations.abroad import abroad
from tests.orders.builders import ACTOR, NOW, booking_of, make_merchant
from tests.orders.conftest import Platform
from tests.orders.test_concurrency import at_once
from tests.support.customs import ready_to_export

pytestmark = pytest.mark.usefixtures("wall", "rules_only")
__all__ = ["rules_only"]


@pytest.fixture
def shop(transactional_db: None) -> Merchant:
    merchant = make_merchant()
    ready_to_export(merchant)
    return merchant


def beside(work: Callable[[], Any]) -> threading.Thread:
    """Begin a work on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_no_order_slips_through_while_a_version_is_published(
    shop: Merchant, platform: Platform
) -> None:
    placed: list[Order] = []
    with clock.frozen(NOW):
        bind(rule("elsewhere", conditions=(Condition("ioss", "given"),)))
        with transaction.atomic():
            placed.append(abroad(shop))
            publishing = beside(lambda: bind(rule(), at=NOW))
            publishing.join(timeout=0.5)
            assert publishing.is_alive(), "the publication waits for the order's transaction"
            assert live_rules().versions["own"]["number"] == 1
        publishing.join(timeout=30)
        assert not publishing.is_alive()
        (order,) = placed
        assert [one.versions["own"]["number"] for one in checks_of(order)] == [1]
        assert booking_of(order).state == "ready"
        at_once(recheck_due, lambda: send_ready_bookings(limit=1), recheck_due)
        follow_customs()
    assert platform.booked == []
    assert booking_of(order).hold_reasons == ["compliance"]
    assert checks_of(order)[-1].versions["own"]["number"] == 2


def test_an_order_changed_while_it_is_checked_ends_with_a_check_of_what_it_became(
    shop: Merchant, platform: Platform
) -> None:
    with clock.frozen(NOW):
        bind(rule("vietnam", Condition("made_in", "in", ("VN",))))
        order = abroad(shop)
        row, record = consignment_of(order), current_record(consignment_of(order))

        def check() -> None:
            customs.check_consignment(
                consignment=row,
                record=record,
                record_version=1,
                stage=RuleStage.ORDER,
                cause=CheckCause.DAILY,
                actor=ACTOR,
            )

        def correct() -> None:
            customs.correct_record(
                consignment=row, changes={"lines.1.origin": "VN"}, actor=ACTOR, reason="there"
            )

        raised = at_once(check, correct, check)
    assert {type(one) for one in raised} <= {VersionChanged}
    last = checks_of(order)[-1]
    assert (last.record_version, last.result) == (2, "held")
    assert consignment_of(order).held_by_rules
