"""Addresses of the shipments API."""

from __future__ import annotations

from django.urls import path

from apps.shipments.api.views import ShipmentDetail, ShipmentList

urlpatterns = [
    path("shipments", ShipmentList.as_view(), name="api-shipments"),
    path("shipments/<path:ref>", ShipmentDetail.as_view(), name="api-shipment"),
]
