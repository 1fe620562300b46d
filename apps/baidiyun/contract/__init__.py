"""Every field of the contract as data; docs/baidiyun-fields.md and the drift watch come from it."""

from __future__ import annotations

from apps.baidiyun.contract import (
    international,
    kd100,
    pickup,
    samecity,
    services,
    tracking,
    unused,
    waybill,
)
from apps.baidiyun.contract.table import Direction, Field, Message, by_name

MESSAGES: dict[str, Message] = by_name(
    (
        *tracking.MESSAGES,
        *pickup.MESSAGES,
        *waybill.MESSAGES,
        *services.MESSAGES,
        *international.MESSAGES,
        *samecity.MESSAGES,
        *kd100.MESSAGES,
        *unused.MESSAGES,
    )
)

__all__ = ["MESSAGES", "Direction", "Field", "Message"]
