"""Addresses of the runbook; who is not logged in is sent to the log-in."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from apps.monitoring.runbook import runbook_index, runbook_page

app_name = "runbook"
urlpatterns = [
    path("", admin.site.admin_view(runbook_index), name="index"),
    path("<str:slug>/", admin.site.admin_view(runbook_page), name="page"),
]
