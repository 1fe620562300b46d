"""What a pickup would cost, its slot and its payment."""

from __future__ import annotations

from collections.abc import Sequence

from apps.baidiyun.choices import Product
from apps.baidiyun.client import signer_for
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.products import pickup, pickup_prices
from apps.baidiyun.products.common import Reply, no_data
from apps.baidiyun.products.pickup_prices import PickupPrice
from apps.baidiyun.services.asking import ask


def price_pickup(
    *,
    mode: str,
    carrier: str,
    sender_address: str,
    recipient_address: str,
    weight_grams: int,
    service_type: str = "",
) -> Reply[PickupPrice]:
    """Return one carrier's quote (CNY). Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.PRICE,
        mode=mode,
        build=lambda: pickup_prices.build_price(
            signer=signer,
            carrier=carrier,
            sender_address=sender_address,
            recipient_address=recipient_address,
            weight_grams=weight_grams,
            service_type=service_type,
        ),
        read=pickup_prices.parse_price,
        message="pickup.price.answer",
    )


def price_pickups(
    *,
    mode: str,
    carriers: Sequence[tuple[str, str]],
    sender_address: str,
    recipient_address: str,
    weight_grams: int,
) -> Reply[tuple[PickupPrice, ...]]:
    """Return the quotes of up to 15 (carrier, service); free of charge. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.PRICE,
        mode=mode,
        build=lambda: pickup_prices.build_batch_price(
            signer=signer,
            carriers=carriers,
            sender_address=sender_address,
            recipient_address=recipient_address,
            weight_grams=weight_grams,
        ),
        read=pickup_prices.parse_batch_price,
        message="pickup.batch_price.answer",
    )


def move_pickup(
    *,
    mode: str,
    subject: int,
    task_id: str,
    order_id: str,
    day_type: str,
    pickup_start: str,
    pickup_end: str,
) -> Reply[None]:
    """Move a booked pickup to another slot. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.MODIFY,
        mode=mode,
        subject=subject,
        build=lambda: pickup.build_modify(
            signer=signer,
            task_id=task_id,
            order_id=order_id,
            day_type=day_type,
            pickup_start=pickup_start,
            pickup_end=pickup_end,
        ),
        read=no_data,
    )


def pay_pickup(*, mode: str, subject: int, order_id: str) -> Reply[None]:
    """Pay a settled pickup; never repeated by itself. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.PAY,
        mode=mode,
        subject=subject,
        build=lambda: pickup.build_pay(signer=signer, order_id=order_id),
        read=no_data,
    )
