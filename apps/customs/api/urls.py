"""Addresses of the API of customs."""

from __future__ import annotations

from django.urls import path

from apps.customs.api.products import ProductBySku, Products

urlpatterns = [
    path("products", Products.as_view(), name="api-products"),
    path("products/<path:sku>", ProductBySku.as_view(), name="api-product"),
]
