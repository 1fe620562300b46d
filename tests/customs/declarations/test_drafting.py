"""A parcel that crosses a border is declared in the transaction of its order."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Merchant
from apps.customs.models import Consignment, Declaration, DeclarationStep, HsConfirmation
from apps.customs.record import from_json
from apps.customs.selectors import current_record
from apps.orders.drafts import ContentDraft, CustomsDraft, ParcelDraft, TaxIdDraft
from apps.orders.errors import InvalidOrder
from apps.orders.models import Order
from tests.customs.declarations.abroad import GERMANY, abroad
from tests.orders.builders import booking_of, make_order
from tests.support.customs import SKU, bag, ready_to_export

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform", "business")]


def consignment_of(order: Order) -> Consignment:
    return Consignment.objects.get(shipment__parcel__order=order)


def test_a_parcel_with_everything_known_is_complete_at_once_and_not_held(shop: Merchant) -> None:
    order = abroad(shop)
    row = consignment_of(order)
    states = {(one.direction, one.country, one.state) for one in row.declarations.all()}
    assert states == {("export", "CN", "complete"), ("import", "DE", "complete")}
    assert (row.is_complete, row.complete_at_order, row.record_version) == (True, True, 1)
    assert (booking_of(order).state, booking_of(order).hold_reasons) == ("ready", [])


def test_a_parcel_that_lacks_something_is_held_with_the_reason(shop: Merchant) -> None:
    order = abroad(shop, lines=(bag(sku="NEW-1"),))
    row, booking = consignment_of(order), booking_of(order)
    missing = {(one["field"], one["line"]) for one in row.versions.get().findings}
    assert ("lines.hs_code", 1) in missing
    assert (row.is_complete, row.complete_at_order) == (False, False)
    assert (booking.state, booking.hold_reasons) == ("held", ["declaration"])
    assert (booking.problem, order.status) == ("blocked", "blocked")


def test_an_unconfirmed_product_gets_no_code_however_well_it_is_described(shop: Merchant) -> None:
    HsConfirmation.objects.all().delete()
    assert current_record(consignment_of(abroad(shop))).lines[0].hs_code == ""


def test_a_brought_number_is_declared_and_not_held(shop: Merchant) -> None:
    box = ParcelDraft(weight_grams=400, carrier="dhlen", number="1234567890")
    order = abroad(shop, lines=(bag(sku="NEW-1"),), parcels=(box,))
    row = consignment_of(order)
    assert (row.is_complete, current_record(row).number) == (False, "1234567890")
    assert not order.parcels.get().bookings.exists()


def test_a_domestic_order_pays_no_query_for_customs(shop: Merchant) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        order = make_order(shop)
    assert not [one for one in asked.captured_queries if "customs" in one["sql"]]
    assert not Declaration.objects.exists()
    assert booking_of(order).state == "ready"


def test_twenty_lines_cost_no_more_queries_than_one(shop: Merchant) -> None:
    counts = []
    for n in (1, 20):
        with CaptureQueriesContext(connection) as asked:
            abroad(shop, lines=tuple(bag() for _ in range(n)))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_a_shop_says_for_customs_is_in_the_record(shop: Merchant) -> None:
    said = CustomsDraft(
        incoterm="ddp",
        reason="sample",
        company="ACME GmbH",
        tax_ids=(TaxIdDraft("eori", " DE123456789012345 ", "de", consent=True),),
        discount=bag().unit_price,
        ioss="im 2760000742",
    )
    record = current_record(consignment_of(abroad(shop, customs=said)))
    assert (record.incoterm, record.reason, record.ioss) == ("DDP", "sample", "IM2760000742")
    assert (record.recipient.kind, record.recipient.name) == ("company", "ACME GmbH")
    assert record.recipient.identifier("eori") == "DE123456789012345"
    assert (record.total, record.discount) == (bag().unit_price, bag().unit_price)


def test_each_of_two_parcels_declares_what_is_in_it_and_its_share(shop: Merchant) -> None:
    boxes = tuple(
        ParcelDraft(weight_grams=400, contents=(ContentDraft(1, pieces),)) for pieces in (3, 1)
    )
    said = CustomsDraft(freight=bag().unit_price)
    abroad(shop, lines=(bag(quantity=4),), parcels=boxes, customs=said)
    records = [current_record(row) for row in Consignment.objects.order_by("pk")]
    assert [record.lines[0].quantity for record in records] == [3, 1]
    assert [str(record.freight) for record in records] == ["9.38", "3.12"]


def test_nothing_is_guessed_of_what_is_in_which_of_two_parcels(shop: Merchant) -> None:
    abroad(shop, parcels=(ParcelDraft(weight_grams=400), ParcelDraft(weight_grams=400)))
    for row in Consignment.objects.all():
        assert current_record(row).lines == ()
        assert "no_lines" in {one["code"] for one in row.versions.get().findings}


def test_more_pieces_in_boxes_than_were_bought_are_refused(shop: Merchant) -> None:
    box = ParcelDraft(weight_grams=400, contents=(ContentDraft(1, 3),))
    with pytest.raises(InvalidOrder) as refused:
        abroad(shop, parcels=(box,))
    assert [one.field for one in refused.value.problems] == ["parcels.0.contents.0.quantity"]
    assert not Consignment.objects.exists()


def test_an_order_that_stays_in_the_country_has_no_customs_data(shop: Merchant) -> None:
    with pytest.raises(InvalidOrder) as refused:
        make_order(shop, customs=CustomsDraft(incoterm="DDP"))
    assert [(one.field, one.code) for one in refused.value.problems] == [("customs", "no_border")]


def test_the_first_version_and_the_first_step_say_where_they_come_from(shop: Merchant) -> None:
    row = consignment_of(abroad(shop))
    version = row.versions.get()
    assert (version.source, version.written_by) == ("drafted", "system:test")
    assert from_json(version.record).lines[0].hs_confirmed_by == "user:lin"
    steps = DeclarationStep.objects.filter(declaration__consignment=row)
    assert {(one.from_state, one.to_state, one.source) for one in steps} == {
        ("", "complete", "drafted")
    }


def test_a_merchant_without_exporter_declares_under_its_own_name(shop: Merchant) -> None:
    shop.exporter.delete()
    shop.refresh_from_db()
    record = current_record(consignment_of(abroad(shop)))
    assert (record.seller.name, record.seller.identifiers) == (shop.name, ())


def test_the_address_of_an_order_abroad_is_the_destination(shop: Merchant) -> None:
    row = consignment_of(abroad(shop))
    assert row.destination == GERMANY["to_country"]
    assert row.skus == [SKU]
    assert ready_to_export(shop).sku == SKU
