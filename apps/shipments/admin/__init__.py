"""The faces of shipments for staff and merchants."""

from apps.shipments.admin.events import EventAdmin
from apps.shipments.admin.shipments import ShipmentAdmin

__all__ = ["EventAdmin", "ShipmentAdmin"]
