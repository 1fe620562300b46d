"""Riders within a city. An order is never repeated: after a time-out a rider may be on the way."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from apps.baidiyun.choices import Product
from apps.baidiyun.client import signer_for
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.products import samecity
from apps.baidiyun.products.common import Reply, no_data
from apps.baidiyun.products.samecity import BatchRide, Ride, RideOffer, RideRequest, RiderPosition
from apps.baidiyun.services.asking import ask


def price_ride(
    *, mode: str, carrier: str, request: RideRequest, callback_url: str, salt: str
) -> Reply[Ride]:
    """Return what a ride would cost (CNY). Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.SAMECITY,
        mode=mode,
        build=lambda: samecity.build_ride(
            signer=signer,
            method="price",
            carrier=carrier,
            request=request,
            callback_url=callback_url,
            salt=salt,
        ),
        read=samecity.parse_ride,
        message="samecity.order.answer",
    )


def order_ride(
    *, mode: str, subject: int, carrier: str, request: RideRequest, callback_url: str, salt: str
) -> Reply[Ride]:
    """Order a ride; ``unknown`` goes to a person. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.SAMECITY,
        mode=mode,
        subject=subject,
        build=lambda: samecity.build_ride(
            signer=signer,
            method="order",
            carrier=carrier,
            request=request,
            callback_url=callback_url,
            salt=salt,
        ),
        read=samecity.parse_placed_ride,
        message="samecity.order.answer",
    )


def price_rides(
    *, mode: str, carriers: Sequence[str], request: RideRequest, callback_url: str, salt: str
) -> Reply[tuple[RideOffer, ...]]:
    """Return what each carrier would take (CNY). Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.SAMECITY,
        mode=mode,
        build=lambda: samecity.build_batch(
            signer=signer,
            method="batchPrice",
            carriers=carriers,
            request=request,
            callback_url=callback_url,
            salt=salt,
        ),
        read=samecity.parse_batch_price,
        message="samecity.batch_price.answer",
    )


def order_rides(
    *,
    mode: str,
    subject: int,
    carriers: Sequence[str],
    request: RideRequest,
    callback_url: str,
    salt: str,
) -> Reply[BatchRide]:
    """Order from several carriers, the first to accept gets it. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.SAMECITY,
        mode=mode,
        subject=subject,
        build=lambda: samecity.build_batch(
            signer=signer,
            method="batchOrder",
            carriers=carriers,
            request=request,
            callback_url=callback_url,
            salt=salt,
        ),
        read=samecity.parse_batch_order,
        message="samecity.batch_order.answer",
    )


def cancel_ride(
    *,
    mode: str,
    subject: int,
    task_id: str,
    order_id: str,
    reason_code: str,
    reason: str = "",
    only_ask: bool = False,
) -> Reply[Decimal | None]:
    """Cancel a ride, or only ask what that would cost (CNY). Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.SAMECITY,
        mode=mode,
        subject=subject,
        build=lambda: samecity.build_cancel(
            signer=signer,
            task_id=task_id,
            order_id=order_id,
            reason_code=reason_code,
            reason=reason,
            only_ask=only_ask,
        ),
        read=samecity.parse_cancelled,
        message="samecity.cancel.answer",
    )


def tip_rider(
    *, mode: str, subject: int, task_id: str, order_id: str, tip: Decimal, remark: str = ""
) -> Reply[None]:
    """Raise the rider's pay (CNY). Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.SAMECITY,
        mode=mode,
        subject=subject,
        build=lambda: samecity.build_tip(
            signer=signer, task_id=task_id, order_id=order_id, tip=tip, remark=remark
        ),
        read=no_data,
    )


def locate_rider(
    *, mode: str, subject: int, order_id: str, priority: Priority | None = None
) -> Reply[RiderPosition]:
    """Return where the rider is, and in which coordinate system. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.RIDER,
        mode=mode,
        subject=subject,
        build=lambda: samecity.build_rider(signer=signer, order_id=order_id),
        read=samecity.parse_rider,
        message="samecity.rider.answer",
        priority=priority,
    )
