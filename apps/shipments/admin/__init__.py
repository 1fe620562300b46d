"""The faces of shipments for staff and merchants."""

from apps.baidiyun.admin.subjects import register_explaining_page, register_subject_page
from apps.baidiyun.choices import Topic
from apps.shipments.admin.completeness import CompletenessAdmin, LedgerEntryAdmin
from apps.shipments.admin.events import EventAdmin
from apps.shipments.admin.hand_overs import CarrierHandoverAdmin
from apps.shipments.admin.leg_findings import LegFindingAdmin
from apps.shipments.admin.legs import LegAdmin
from apps.shipments.admin.mappings import CodeMappingAdmin, MappingReplayAdmin
from apps.shipments.admin.shipments import ShipmentAdmin
from apps.shipments.admin.unmapped import UnmappedCodeAdmin

__all__ = [
    "CarrierHandoverAdmin",
    "CodeMappingAdmin",
    "CompletenessAdmin",
    "EventAdmin",
    "LedgerEntryAdmin",
    "LegAdmin",
    "LegFindingAdmin",
    "MappingReplayAdmin",
    "ShipmentAdmin",
    "UnmappedCodeAdmin",
]

register_subject_page(Topic.TRACKING.value, "admin:shipments_shipment_change")
register_explaining_page("admin:shipments_mappingreplay_draft")
