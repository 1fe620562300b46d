"""Orders and the rules: what is held is not sent, the shop reads why and hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import translation
from rest_framework.test import APIClient

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.customs import services as customs
from apps.customs.compliance.content import Condition
from apps.customs.services import recheck_due
from apps.orders.admin.declaring import lacks_of
from apps.orders.errors import NotAllowedNow
from apps.orders.labels import LabelAnswer
from apps.orders.models import Label, Order
from apps.orders.services import (
    correct_order_address,
    follow_customs,
    print_label,
    release_booking,
    send_ready_bookings,
)
from apps.webhooks.models import Message
from tests.customs.compliance.bound import bind, checks_of, consignment_of, rule
from tests.customs.compliance.conftest import rules_only
from tests.customs.declarations.abroad import abroad
from tests.customs.declarations.conftest import shop
from tests.orders.builders import ACTOR, NOW, booking_of, make_merchant, make_order
from tests.orders.conftest import Platform
from tests.support.people import client_of, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business", "wall", "rules_only")]
__all__ = ["rules_only", "shop"]
URL = "/api/v1/orders"


def kinds() -> list[str]:
    rows = Message.objects.filter(kind__startswith="order.").order_by("id")
    return list(rows.values_list("kind", flat=True))


def let_go(order: Order) -> None:
    customs.override_finding(
        consignment=consignment_of(order), rule_key="no_germany", reason="licence", actor=ACTOR,
        role="manager",
    )  # fmt: skip


def test_what_was_published_since_it_was_ordered_stops_it_before_it_is_sent(
    shop: Merchant, platform: Platform
) -> None:
    order, home = abroad(shop), make_order(shop)
    bind(rule(), at=NOW)
    send_ready_bookings()
    assert [one.third_order_id for one in platform.booked] == [booking_of(home).third_order_id]
    booking = booking_of(order)
    assert (booking.state, booking.hold_reasons, booking.sends) == ("held", ["compliance"], 0)
    assert [(one.stage, one.cause) for one in checks_of(order)] == [("pack", "stage")]


def test_a_rule_for_packing_is_asked_when_it_is_about_to_be_sent(
    shop: Merchant, platform: Platform
) -> None:
    bind(rule(stage="pack"))
    order = abroad(shop)
    assert booking_of(order).state == "ready"
    send_ready_bookings()
    assert (platform.booked, booking_of(order).hold_reasons) == ([], ["compliance"])


def test_sending_asks_once_where_nothing_changed_since(shop: Merchant, platform: Platform) -> None:
    bind(rule(action="warn"))
    order = abroad(shop)
    send_ready_bookings()
    assert [one.stage for one in checks_of(order)] == ["order", "pack"]
    assert len(platform.booked) == 1


def test_nobody_talks_a_rule_away_by_releasing_the_booking(
    shop: Merchant, platform: Platform
) -> None:
    bind(rule())
    order = abroad(shop)
    with pytest.raises(NotAllowedNow) as refused:
        release_booking(booking_id=booking_of(order).pk, actor=ACTOR)
    assert refused.value.code == "compliance"
    let_go(order)
    follow_customs()
    send_ready_bookings()
    assert len(platform.booked) == 1


def test_an_order_that_is_sent_elsewhere_is_freed(shop: Merchant, platform: Platform) -> None:
    bind(rule())
    order = abroad(shop)
    fields = {"country": "FR", "city": "Paris", "street": "Rue de Rivoli 1", "postcode": "75001"}
    correct_order_address(order_id=order.pk, fields=fields, actor=ACTOR)
    assert checks_of(order)[-1].cause == "changed"
    assert "compliance" not in booking_of(order).hold_reasons


def test_a_label_is_not_printed_while_a_rule_for_handing_over_holds(
    shop: Merchant, platform: Platform
) -> None:
    bind(rule(stage="hand_over"))
    order = abroad(shop)
    send_ready_bookings()
    parcel = order.parcels.get()
    asked: list[Any] = []

    def ask(question: Any) -> LabelAnswer:
        asked.append(question)
        return LabelAnswer(ok=True, url="https://example.org/l.png")

    with pytest.raises(NotAllowedNow) as refused:
        print_label(parcel_id=parcel.pk, actor=ACTOR, ask=ask)
    assert (refused.value.code, asked, Label.objects.count()) == ("compliance", [], 0)
    assert (checks_of(order)[-1].stage, checks_of(order)[-1].result) == ("hand_over", "held")
    let_go(order)
    print_label(parcel_id=parcel.pk, actor=ACTOR, ask=ask)
    assert len(asked) == 1


def test_the_shop_is_told_once_when_it_is_held_and_once_when_it_goes(
    shop: Merchant, platform: Platform
) -> None:
    bind(rule())
    order = abroad(shop)
    follow_customs()
    follow_customs()
    assert kinds() == ["order.held"]
    data = Message.objects.get(kind="order.held").payload["data"]
    assert (data["order"], data["findings"][0]["rule"]) == (order.uid, "no_germany")
    assert "Mustermann" not in str(data)
    let_go(order)
    follow_customs()
    assert kinds() == ["order.held", "order.released"]


def test_the_rules_of_a_later_version_hold_what_was_ready(
    shop: Merchant, platform: Platform
) -> None:
    order = abroad(shop)
    follow_customs()
    assert booking_of(order).state == "ready"
    bind(rule(), at=NOW)
    recheck_due()
    follow_customs()
    assert booking_of(order).hold_reasons == ["compliance"]
    order.refresh_from_db()
    assert (order.status, kinds()) == ("blocked", ["order.held"])


def test_the_order_says_field_and_fix_in_both_languages(shop: Merchant) -> None:
    bind(rule("tote", Condition("hs", "starts_with", ("4202",))))
    order = abroad(shop)
    shown = client_of(shop).get(f"{URL}/{order.uid}").json()
    (parcel,) = shown["compliance"]
    (found,) = parcel["findings"]
    assert (parcel["parcel"], parcel["result"]) == (1, "held")
    assert (found["rule"], found["field"], found["line"]) == ("tote", "lines.1.hs_code", 1)
    assert found["fix"] == {
        "zh": "写清材质和用途。",
        "en": "Name what it is made of and what for.",
    }
    assert [hold["code"] for hold in shown["holds"]] == ["compliance"]
    assert shown["holds"][0]["fields"] == ["lines.1.hs_code"]


def test_another_shop_reads_nothing_of_it(shop: Merchant) -> None:
    bind(rule())
    order = abroad(shop)
    stranger: APIClient = client_of(make_merchant())
    answer = stranger.get(f"{URL}/{order.uid}")
    assert answer.status_code == 404
    assert "no_germany" not in answer.content.decode()


def test_findings_tell_no_more_of_a_rule_than_what_fired(shop: Merchant) -> None:
    hidden = Condition("brand", "not_in", ("secret rival",))
    bind(rule("brands", hidden), rule("elsewhere", conditions=(Condition("ioss", "given"),)))
    order = abroad(shop)
    shown = client_of(shop).get(f"{URL}/{order.uid}").content.decode()
    assert "brands" in shown
    for secret in ("secret rival", "elsewhere", "digest", '"ann"', "owner"):
        assert secret not in shown


def test_an_order_at_home_says_nothing_of_rules(shop: Merchant) -> None:
    order = make_order(shop)
    assert client_of(shop).get(f"{URL}/{order.uid}").json()["compliance"] == []


def test_the_worklist_says_what_the_rules_say(shop: Merchant, rf: RequestFactory) -> None:
    bind(rule())
    order = abroad(shop)
    request = rf.get("/")
    request.user = make_user(role=Role.OPERATOR)
    shipment = order.parcels.get().shipment_id
    with translation.override("en"):
        told = lacks_of(request, [booking_of(order)])[shipment]
    assert told["said"] == ["The name says nothing."]
    assert str(consignment_of(order).pk) in told["url"]
