"""Orders that leave the country."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Merchant
from apps.orders.models import Order
from tests.orders.builders import make_order
from tests.support.customs import bag

GERMANY = {
    "to_country": "DE",
    "to_address": "",
    "to_street": "Heidestraße 17",
    "to_city": "Köln",
    "to_postcode": "51147",
    "to_phone": "+4915112345678",
    "to_name": "Erika Mustermann",
}
BRAZIL = GERMANY | {
    "to_country": "BR",
    "to_street": "Avenida Paulista 1000",
    "to_city": "São Paulo",
    "to_province": "SP",
    "to_postcode": "01310-100",
    "to_phone": "+5511987654321",
    "to_name": "Maria Souza",
}


def abroad(merchant: Merchant, place: dict[str, str] = GERMANY, **given: Any) -> Order:
    """Return a stored order abroad, of the goods a merchant is ready to export."""
    values: dict[str, Any] = {"lines": (bag(),), "currency": "EUR"}
    return make_order(merchant, **place, **(values | given))
