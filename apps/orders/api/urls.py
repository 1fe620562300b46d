"""Addresses of the orders API."""

from __future__ import annotations

from django.urls import path

from apps.orders.api.views import OrderCancel, OrderDetail, OrderNumber, Orders

urlpatterns = [
    path("orders", Orders.as_view(), name="api-orders"),
    path("orders/<path:ref>/cancel", OrderCancel.as_view(), name="api-order-cancel"),
    path("orders/<path:ref>/number", OrderNumber.as_view(), name="api-order-number"),
    path("orders/<path:ref>", OrderDetail.as_view(), name="api-order"),
]
