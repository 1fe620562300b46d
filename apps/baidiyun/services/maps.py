"""Map tracks: the vendor's page of a parcel's way."""

from __future__ import annotations

from apps.baidiyun.choices import Product
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.products import tracking
from apps.baidiyun.products.common import Reply, no_data
from apps.baidiyun.products.tracking import Snapshot
from apps.baidiyun.services.asking import ask


def query_map(
    *,
    mode: str,
    subject: int,
    carrier: str,
    number: str,
    from_: str,
    to: str,
    phone: str = "",
    level: str = tracking.MAP_LEVEL,
    template: str = "",
) -> Reply[Snapshot]:
    """Return the track with its ``trail_url``; the 30 minutes between queries are the caller's.

    Raises NotConfigured.
    """
    credentials = credentials_for(mode)
    return ask(
        product=Product.MAP_QUERY,
        mode=mode,
        subject=subject,
        build=lambda: tracking.build_map_query(
            key=credentials.key,
            customer=credentials.customer,
            carrier=carrier,
            number=number,
            from_=from_,
            to=to,
            phone=phone,
            level=level,
            template=template,
        ),
        read=tracking.read_query,
        message="map.answer",
    )


def subscribe_map(
    *,
    mode: str,
    subject: int,
    carrier: str,
    number: str,
    from_: str,
    to: str,
    callback_url: str,
    salt: str,
    phone: str = "",
    template: str = "",
) -> Reply[None]:
    """Subscribe a map track; its push is a tracking push with a ``trail_url``.

    Raises NotConfigured.
    """
    key = credentials_for(mode).key
    return ask(
        product=Product.MAP_SUBSCRIBE,
        mode=mode,
        subject=subject,
        build=lambda: tracking.build_map_subscribe(
            key=key,
            carrier=carrier,
            number=number,
            callback_url=callback_url,
            salt=salt,
            from_=from_,
            to=to,
            phone=phone,
            template=template,
        ),
        read=no_data,
    )
