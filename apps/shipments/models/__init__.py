"""Tables of shipments. Events are partitioned by the month of their shipment."""

from apps.shipments.models.change import ReaderCursor, ShipmentChange
from apps.shipments.models.estimate import CarrierEstimate
from apps.shipments.models.event import Event
from apps.shipments.models.hand_over import CarrierHandover, LegFinding
from apps.shipments.models.ledger import CompletenessHour, LedgerEntry, ReconciliationRun
from apps.shipments.models.leg import Leg
from apps.shipments.models.mapping import CodeMapping, MappingReplay, UnmappedCode
from apps.shipments.models.pickup_spot import PickupSpot
from apps.shipments.models.position import Device, PlannedRoute, Position, Track
from apps.shipments.models.shipment import Shipment

__all__ = [
    "CarrierEstimate",
    "CarrierHandover",
    "CodeMapping",
    "CompletenessHour",
    "Device",
    "Event",
    "LedgerEntry",
    "Leg",
    "LegFinding",
    "MappingReplay",
    "PickupSpot",
    "PlannedRoute",
    "Position",
    "ReaderCursor",
    "ReconciliationRun",
    "Shipment",
    "ShipmentChange",
    "Track",
    "UnmappedCode",
]
