"""Which Baidiyun a shipment talks to."""

from __future__ import annotations

from apps.baidiyun.choices import Mode
from apps.shipments.choices import ShipmentMode


def platform_mode(mode: str) -> str:
    """Return which Baidiyun tracks a shipment: the sandbox its own, the live one all others."""
    return (Mode.SANDBOX if mode == ShipmentMode.SANDBOX.value else Mode.LIVE).value
