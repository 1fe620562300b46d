"""Addresses of documents; who is not logged in is sent to the log-in."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from apps.customs.admin.documents import download

urlpatterns = [
    path("<int:pk>/<slug:kind>/", admin.site.admin_view(download), name="customs-document"),
]
