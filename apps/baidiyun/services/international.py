"""International waybills, their pickup and prices. Nothing here repeats a call."""

from __future__ import annotations

import datetime as dt

from apps.baidiyun.choices import Product
from apps.baidiyun.client import signer_for
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.products import international
from apps.baidiyun.products.common import Reply, no_data
from apps.baidiyun.products.customs_parts import ForeignParty, IntlAccount, Package
from apps.baidiyun.products.international import (
    InternationalPrice,
    InternationalRequest,
    InternationalWaybill,
    PickupConfirmation,
)
from apps.baidiyun.services.asking import ask


def order_international(
    *, mode: str, subject: int, request: InternationalRequest
) -> Reply[InternationalWaybill]:
    """Order an international waybill with its customs lines. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.INTERNATIONAL,
        mode=mode,
        subject=subject,
        build=lambda: international.build_order(signer=signer, request=request),
        read=international.parse_order,
        message="international.order.answer",
    )


def call_international_pickup(
    *,
    mode: str,
    subject: int,
    account: IntlAccount,
    carrier: str,
    sender: ForeignParty,
    recipient: ForeignParty,
    packages: tuple[Package, ...],
    ready_at: dt.datetime,
    closes: str,
) -> Reply[PickupConfirmation]:
    """Call the carrier to collect. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.INTERNATIONAL_PICKUP,
        mode=mode,
        subject=subject,
        build=lambda: international.build_pickup(
            signer=signer,
            account=account,
            carrier=carrier,
            sender=sender,
            recipient=recipient,
            packages=packages,
            ready_at=ready_at,
            closes=closes,
        ),
        read=international.parse_pickup,
        message="international.pickup.answer",
    )


def cancel_international_pickup(
    *,
    mode: str,
    subject: int,
    account: IntlAccount,
    carrier: str,
    date: dt.date,
    confirmation: str,
    location: str = "",
) -> Reply[None]:
    """Call a pickup off. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.INTERNATIONAL_CANCEL,
        mode=mode,
        subject=subject,
        build=lambda: international.build_cancel_pickup(
            signer=signer,
            account=account,
            carrier=carrier,
            date=date,
            confirmation=confirmation,
            location=location,
        ),
        read=no_data,
    )


def price_international(
    *, mode: str, carrier: str, country: str, weight_grams: int, is_document: bool = False
) -> Reply[InternationalPrice]:
    """Return the quote abroad (CNY). Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.INTERNATIONAL_PRICE,
        mode=mode,
        build=lambda: international.build_price(
            signer=signer,
            carrier=carrier,
            country=country,
            weight_grams=weight_grams,
            is_document=is_document,
        ),
        read=international.parse_price,
        message="international.price.answer",
    )
