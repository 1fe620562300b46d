"""Records are written by version; declarations move; bookings wait and go."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.customs import services
from apps.customs.errors import CannotChange, NotAllowedNow, ReasonNeeded, VersionChanged
from apps.customs.models import Consignment, Declaration, ProductNews
from apps.customs.selectors import current_record
from apps.orders.errors import NotAllowedNow as OrderRefuses
from apps.orders.models import Order
from apps.orders.services import (
    cancel_order,
    correct_order_address,
    follow_customs,
    release_booking,
    retry_booking,
)
from apps.webhooks.models import Message
from tests.customs.declarations.abroad import BRAZIL, abroad
from tests.orders.builders import ACTOR, NOW, booking_of
from tests.support.customs import SKU, bag
from tests.support.people import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform", "business", "wall")]
CPF = "111.444.777-35"
TAX_ID = {"recipient.identifiers": [{"kind": "br_cpf", "value": CPF, "country": "BR"}]}


@pytest.fixture
def lin(db: None) -> Actor:
    """Somebody of customs staff."""
    return Actor.user(make_user(role=Role.OPERATOR))


def consignment_of(order: Order) -> Consignment:
    return Consignment.objects.get(shipment__parcel__order=order)


def border(order: Order, direction: str = "import") -> Declaration:
    return Declaration.objects.get(consignment__shipment__parcel__order=order, direction=direction)


def supply(order: Order, changes: dict[str, Any], actor: Actor, **given: Any) -> None:
    row = consignment_of(order)
    services.supply_missing(consignment=row, changes=changes, actor=actor, **given)


def test_what_was_missing_is_supplied_and_the_booking_goes(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop, BRAZIL)
    assert booking_of(order).hold_reasons == ["declaration"]
    supply(order, TAX_ID, lin)
    assert booking_of(order).state == "held"
    assert follow_customs() == 1
    booking = booking_of(order)
    assert (booking.state, booking.hold_reasons, booking.problem) == ("ready", [], "")
    order.refresh_from_db()
    assert order.status == "booking"


def test_a_booking_is_held_again_when_what_it_had_is_taken_out(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop)
    services.correct_record(
        consignment=consignment_of(order),
        changes={"lines.1.origin": None},
        actor=lin,
        reason="not made there",
    )
    follow_customs()
    assert booking_of(order).hold_reasons == ["declaration"]
    assert not consignment_of(order).is_complete


def test_each_correction_is_a_version_and_the_one_before_stays(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop)
    row = consignment_of(order)
    before = row.versions.get().record
    services.correct_record(
        consignment=row, changes={"lines.1.material": "linen"}, actor=lin, reason="label says so"
    )
    row.refresh_from_db()
    first, second = row.versions.order_by("number")
    assert (row.record_version, first.record) == (2, before)
    assert second.record["lines"][0]["material"] == "linen"
    assert (second.source, second.reason) == ("person", "label says so")


def test_the_same_values_again_make_no_version(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop)
    supply(order, {"lines.1.material": "cotton"}, lin)
    assert consignment_of(order).versions.count() == 1


def test_a_refused_change_writes_nothing(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop)
    row = consignment_of(order)
    with pytest.raises(CannotChange) as refused:
        supply(order, {"lines.1.material": "x" * 999, "lines.1.use": "fine"}, lin)
    assert [one.path for one in refused.value.problems] == ["lines.1.material"]
    with pytest.raises(ReasonNeeded):
        services.correct_record(
            consignment=row, changes={"lines.1.use": "sport"}, actor=lin, reason=" "
        )
    with pytest.raises(VersionChanged):
        supply(order, {"lines.1.use": "sport"}, lin, expected_version=7)
    assert row.versions.count() == 1


def test_a_tax_number_is_in_no_log_and_no_message(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop, BRAZIL)
    supply(order, TAX_ID, lin)
    follow_customs()
    logged = str(list(ActionLog.objects.values_list("before", "after", "note")))
    sent = str(list(Message.objects.values_list("payload", flat=True)))
    for part in (CPF, "11144477735", "Paulista", "Souza"):
        assert part not in logged
        assert part not in sent
    assert "declaration.complete" in sent


def test_the_shop_is_told_once_of_each_state(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop, BRAZIL)
    follow_customs()
    assert follow_customs() == 0
    supply(order, TAX_ID, lin)
    follow_customs()
    kinds = list(
        Message.objects.filter(payload__data__direction="import")
        .order_by("id")
        .values_list("kind", flat=True)
    )
    assert kinds == ["declaration.incomplete", "declaration.complete"]
    told = Message.objects.filter(kind="declaration.incomplete").get().payload["data"]
    assert told["missing"][0]["field"] == "recipient.identifiers"
    assert told["missing"][0]["supplier"] == "recipient"


def test_a_manager_lets_it_go_with_a_reason_and_takes_that_back(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop, BRAZIL)
    row = consignment_of(order)
    with pytest.raises(ReasonNeeded):
        services.override_incomplete(consignment=row, reason="", actor=lin)
    services.override_incomplete(consignment=row, reason="carrier asks at the door", actor=lin)
    follow_customs()
    assert booking_of(order).state == "ready"
    services.withdraw_override(consignment=row, reason="they do not", actor=lin)
    follow_customs()
    assert booking_of(order).hold_reasons == ["declaration"]
    names = ActionLog.objects.filter(action__startswith="customs.consignment").values_list("action")
    assert len(names) == 2


def test_no_button_of_the_worklist_talks_a_declaration_away(shop: Merchant) -> None:
    order = abroad(shop, BRAZIL)
    for service in (release_booking, retry_booking):
        with pytest.raises(OrderRefuses) as refused:
            service(booking_id=booking_of(order).pk, actor=ACTOR)
        assert refused.value.code == "declaration"
    assert booking_of(order).state == "held"


def test_a_code_confirmed_later_completes_every_waiting_parcel(shop: Merchant, lin: Actor) -> None:
    product = shop.products.get(sku=SKU)
    for one in product.confirmations.all():
        services.withdraw_hs(confirmation=one, actor=lin)
    orders = [abroad(shop, BRAZIL, lines=(bag(),)) for _ in range(2)]
    for order in orders:
        supply(order, TAX_ID, lin)
    services.reassess_changed()
    assert not any(consignment_of(order).is_complete for order in orders)
    services.confirm_hs(product=product, code="420292", edition="2022", actor=lin, evidence="look")
    assert services.reassess_changed() == 2
    follow_customs()
    assert [booking_of(order).state for order in orders] == ["ready", "ready"]
    assert [one.value for one in current_record(consignment_of(orders[0])).recipient.identifiers]
    assert not ProductNews.objects.exists()


def test_a_corrected_address_is_declared_anew_and_what_people_wrote_stays(
    shop: Merchant, lin: Actor
) -> None:
    order = abroad(shop)
    supply(order, {"lines.1.use": "shopping"}, lin)
    fields = {"country": "BR", "city": "São Paulo", "province": "SP", "postcode": "01310-100",
              "street": "Avenida Paulista 1000", "phone": "+5511987654321"}  # fmt: skip
    correct_order_address(order_id=order.pk, fields=fields, actor=ACTOR)
    row = consignment_of(order)
    states = {(one.country, one.state) for one in row.declarations.all()}
    assert states == {("CN", "complete"), ("BR", "draft"), ("DE", "cancelled")}
    assert current_record(row).lines[0].use == "shopping"
    assert booking_of(order).hold_reasons == ["declaration"]


def test_an_order_that_comes_home_after_all_is_declared_nowhere(shop: Merchant) -> None:
    order = abroad(shop, BRAZIL)
    fields = {"country": "CN", "phone": "13800138000", "postcode": "",
              "address": "广东省深圳市南山区科技园路1号"}  # fmt: skip
    correct_order_address(order_id=order.pk, fields=fields, actor=ACTOR)
    row = consignment_of(order)
    assert {one.state for one in row.declarations.all()} == {"cancelled"}
    assert booking_of(order).state == "ready"


def test_a_cancelled_order_is_declared_nowhere(shop: Merchant) -> None:
    order = abroad(shop, BRAZIL)
    cancel_order(order_id=order.pk, actor=ACTOR)
    services.follow_consignments([consignment_of(order).shipment_id])
    assert {one.state for one in consignment_of(order).declarations.all()} == {"cancelled"}


def test_it_is_handed_in_only_when_the_waybill_is_known(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop)
    with pytest.raises(NotAllowedNow) as refused:
        services.submit_declaration(declaration=border(order), actor=lin)
    assert refused.value.code == "not_ready_to_file"
    assert border(order).state == "complete"


def test_customs_asks_is_answered_and_releases_but_not_at_first_try(
    shop: Merchant, lin: Actor
) -> None:
    order = abroad(shop)

    def move(state: str, **given: Any) -> None:
        services.move_declaration(
            declaration=border(order), state=state, actor=lin, words=f"{state}!", **given
        )

    move("processing", seconds=60)
    move("info_required", seconds=5_000)
    asked = border(order)
    assert (asked.asked, asked.answer_due) == ("info_required!", NOW + dt.timedelta(hours=24))
    assert asked.held_since == NOW
    services.record_answer(declaration=asked, words="Invoice sent", actor=lin, seconds=120)
    answered = border(order)
    assert (answered.state, answered.held_since, answered.asked) == ("processing", None, "")
    move("released")
    row = border(order)
    assert (row.first_try, row.ended_at) == (False, NOW)
    assert row.human_seconds == 60 + 900 + 120
    with pytest.raises(NotAllowedNow):
        services.record_answer(declaration=row, words="again", actor=lin)


def test_what_ended_everywhere_is_not_corrected(shop: Merchant, lin: Actor) -> None:
    order = abroad(shop)
    for row in consignment_of(order).declarations.all():
        services.move_declaration(declaration=row, state="released", actor=lin, words="seen")
    with pytest.raises(NotAllowedNow):
        supply(order, {"lines.1.use": "sport"}, lin)


def test_an_expired_paper_is_found_the_day_after(shop: Merchant) -> None:
    paper = {"kind": "un383", "number": "T1", "valid_to": NOW.date()}
    shop.products.get(sku=SKU).certificates.create(**paper)
    order = abroad(shop)
    assert consignment_of(order).is_complete
    with clock.frozen(NOW + dt.timedelta(days=2)):
        services.recheck_waiting()
    found = {one["code"] for one in consignment_of(order).versions.get().findings}
    assert "certificate_expired" in found


def test_the_worklist_says_what_is_missing_and_where_to_supply_it(shop: Merchant) -> None:
    order = abroad(shop, BRAZIL)
    client = Client()
    client.force_login(make_user(Role.OPERATOR))
    row = consignment_of(order)
    page = f"/admin/customs/consignment/{row.pk}/change/"
    assert page in client.get("/admin/orders/booking/").content.decode()
    shown = client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert page in shown
    assert "94 %" in shown
