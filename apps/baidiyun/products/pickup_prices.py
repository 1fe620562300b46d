"""What a pickup would cost (contract §5.1): price and batchPrice. CNY, kilograms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products.common import (
    Signer,
    kept,
    kilograms,
    need_list,
    need_object,
    order_form,
    require,
)
from apps.baidiyun.reading import amount, text

MOST_CARRIERS = 15
STANDARD = "标准快递"


@dataclass(frozen=True, slots=True)
class PickupPrice:
    """A quote. ``price`` is what we pay, None where the carrier has no line; the others its parts.

    ``default_*`` are the prices before the account's discount.
    """

    carrier: str
    service_type: str
    price: Decimal | None
    default_price: Decimal | None = None
    first_price: Decimal | None = None
    over_price: Decimal | None = None
    default_first_price: Decimal | None = None
    default_over_price: Decimal | None = None
    originals: Originals = ()


def build_price(
    *,
    signer: Signer,
    carrier: str,
    sender_address: str,
    recipient_address: str,
    weight_grams: int,
    service_type: str = "",
) -> dict[str, str]:
    """Return the form that asks one carrier's price. Raises InvalidRequest."""
    require(carrier=carrier, sender_address=sender_address, recipient_address=recipient_address)
    param = {
        "kuaidicom": carrier,
        "sendManPrintAddr": sender_address,
        "recManPrintAddr": recipient_address,
        "weight": kilograms(weight_grams),
        "serviceType": service_type,
    }
    return order_form(kept(param), signer=signer, method="price")


def build_batch_price(
    *,
    signer: Signer,
    carriers: Sequence[tuple[str, str]],
    sender_address: str,
    recipient_address: str,
    weight_grams: int,
) -> dict[str, str]:
    """Return the form that asks up to 15 (carrier, service) at once. Raises InvalidRequest.

    The platform wants both lists equally long: "" becomes the standard service.
    """
    if not 0 < len(carriers) <= MOST_CARRIERS:
        raise InvalidRequest("one batch asks 1 to 15 carriers", field="carriers")
    require(sender_address=sender_address, recipient_address=recipient_address)
    param = {
        "kuaidiComList": [carrier for carrier, _ in carriers],
        "sendManPrintAddr": sender_address,
        "recManPrintAddr": recipient_address,
        "weight": kilograms(weight_grams),
        "serviceTypeList": [service or STANDARD for _, service in carriers],
    }
    return order_form(param, signer=signer, method="batchPrice")


def parse_price(data: Any) -> PickupPrice:
    """Return the quote in the data of an answer. Raises MalformedPayload."""
    price = _read(need_object(data, "a price"))
    if price.price is None:
        raise MalformedPayload("a price has a price")
    return price


def parse_batch_price(data: Any) -> tuple[PickupPrice, ...]:
    """Return the quotes of a batch, carriers without a line included. Raises MalformedPayload."""
    return tuple(_read(item) for item in need_list(data, "prices"))


def _read(data: Mapping[str, Any]) -> PickupPrice:
    tidy = Tidy()
    return PickupPrice(
        carrier=text(data, "kuaidiCom", "kuaidicom"),
        service_type=tidy.line(data, "serviceType"),
        price=amount(data, "price"),
        default_price=amount(data, "defPrice"),
        first_price=amount(data, "firstPrice"),
        over_price=amount(data, "overPrice"),
        default_first_price=amount(data, "defFirstPrice"),
        default_over_price=amount(data, "defOverPrice"),
        originals=tidy.originals(),
    )
