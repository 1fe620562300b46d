"""Addresses of the shipments API."""

from __future__ import annotations

from django.urls import path

from apps.shipments.api.completeness import CompletenessView
from apps.shipments.api.positions import Positions, ShipmentRoute, ShipmentTrack
from apps.shipments.api.views import ShipmentDetail, ShipmentList

urlpatterns = [
    path("completeness", CompletenessView.as_view(), name="api-completeness"),
    path("positions", Positions.as_view(), name="api-positions"),
    path("shipments", ShipmentList.as_view(), name="api-shipments"),
    path("shipments/<path:ref>/track", ShipmentTrack.as_view(), name="api-shipment-track"),
    path("shipments/<path:ref>/route", ShipmentRoute.as_view(), name="api-shipment-route"),
    path("shipments/<path:ref>", ShipmentDetail.as_view(), name="api-shipment"),
]
