"""Addresses of the API of customs."""

from __future__ import annotations

from django.urls import path

from apps.customs.api.declarations import DeclarationDetail, Declarations
from apps.customs.api.documents import DocumentFile, Documents
from apps.customs.api.products import ProductBySku, Products

urlpatterns = [
    path("declarations", Declarations.as_view(), name="api-declarations"),
    path("declarations/<str:uid>", DeclarationDetail.as_view(), name="api-declaration"),
    path("declarations/<str:uid>/documents", Documents.as_view(), name="api-documents"),
    path(
        "declarations/<str:uid>/documents/<str:kind>", DocumentFile.as_view(), name="api-document"
    ),
    path("products", Products.as_view(), name="api-products"),
    path("products/<path:sku>", ProductBySku.as_view(), name="api-product"),
]
