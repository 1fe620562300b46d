"""A parcel that crosses a border is declared in the transaction of its order."""

from __future__ import annotations

import pytest

from apps.customs.models import Consignment
from apps.orders.models import Order
from tests.orders.builders import booking_of, make_merchant, make_order
from tests.support.customs import ready_to_export, tea

ABROAD = {
    "to_country": "DE",
    "to_address": "",
    "to_street": "Heidestraße 17",
    "to_city": "Köln",
    "to_postcode": "51147",
    "to_phone": "+4915112345678",
    "to_name": "Erika Mustermann",
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform", "business")]


def show(order: Order) -> None:
    row = Consignment.objects.get(shipment__parcel__order=order)
    for one in row.declarations.all():
        print(one, one.state, one.score, one.missing)
    for found in row.versions.get().findings:
        print(
            found["code"],
            found["field"],
            found["line"],
            found["severity"],
            found["supplier"],
            found["detail"],
        )


def test_x() -> None:
    merchant = make_merchant()
    order = make_order(merchant, **ABROAD)
    show(order)
    print(booking_of(order).hold_reasons)
    ready_to_export(merchant)
    order = make_order(merchant, lines=(tea(),), **ABROAD)
    show(order)
    print(booking_of(order).hold_reasons)
