"""The carrier's promise, its freight, its reach; addresses read out of text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from apps.baidiyun.choices import Product
from apps.baidiyun.client import signer_for
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.products import addresses, estimate, reachable
from apps.baidiyun.products.addresses import ForeignAddress, ResolvedAddresses
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.estimate import Estimate, Freight
from apps.baidiyun.products.reachable import Reachability
from apps.baidiyun.services.asking import ask


def estimate_arrival(
    *,
    mode: str,
    carrier: str,
    from_: str,
    to: str,
    ordered_at: dt.datetime,
    service: str = "",
    nodes: Sequence[tuple[str, str]] = (),
    subject: int | None = None,
    priority: Priority | None = None,
) -> Reply[Estimate]:
    """Return when the carrier says it arrives. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.ESTIMATE,
        mode=mode,
        subject=subject,
        build=lambda: estimate.build_estimate(
            signer=signer,
            carrier=carrier,
            from_=from_,
            to=to,
            ordered_at=ordered_at,
            service=service,
            nodes=nodes,
        ),
        read=estimate.parse_estimate,
        message="waybill.time.answer",
        priority=priority,
    )


def estimate_freight(
    *,
    mode: str,
    carrier: str,
    sender_address: str,
    recipient_address: str,
    weight_grams: int,
    monthly_card: str = "",
) -> Reply[Freight]:
    """Return the carrier's prices (CNY) by service. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.FREIGHT,
        mode=mode,
        build=lambda: estimate.build_freight(
            signer=signer,
            carrier=carrier,
            sender_address=sender_address,
            recipient_address=recipient_address,
            weight_grams=weight_grams,
            monthly_card=monthly_card,
        ),
        read=estimate.parse_freight,
        message="waybill.price.answer",
    )


def check_reach(
    *, mode: str, carrier: str, sender_address: str, recipient_address: str
) -> Reply[Reachability]:
    """Return whether the carrier serves the line. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.REACHABLE,
        mode=mode,
        build=lambda: reachable.build_reachable(
            signer=signer,
            carrier=carrier,
            sender_address=sender_address,
            recipient_address=recipient_address,
        ),
        read=reachable.parse_reachable,
        message="reachable.answer",
    )


def resolve_address(*, mode: str, content: str, level: int = 4) -> Reply[ResolvedAddresses]:
    """Return the addresses in a text. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.ADDRESS,
        mode=mode,
        build=lambda: addresses.build_resolution(signer=signer, content=content, level=level),
        read=addresses.parse_resolution,
        message="address.answer",
    )


def resolve_foreign_address(
    *, mode: str, country: str, address: str, language: str = ""
) -> Reply[ForeignAddress]:
    """Return the parts of an address abroad. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.ADDRESS_ABROAD,
        mode=mode,
        build=lambda: addresses.build_foreign_resolution(
            signer=signer, country=country, address=address, language=language
        ),
        read=addresses.parse_foreign_resolution,
        message="address_abroad.answer",
    )
