"""The public API: version 1, and a problem document for everything that is not there."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from apps.accounts.api import description
from apps.accounts.api.fallbacks import unknown_path

version_1: list[URLPattern | URLResolver] = [
    path("schema", description.schema, name="api-schema"),
    path("docs", description.docs, name="api-docs"),
    path("", include("apps.orders.api.urls")),
    path("", include("apps.shipments.api.urls")),
    path("", include("apps.customs.api.urls")),
    path("", include("apps.exceptions.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(version_1)),
    path("", unknown_path),
    path("<path:path>", unknown_path),
]
