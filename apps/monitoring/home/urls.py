"""Addresses of the home page's parts; who is not logged in is sent to the log-in."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from apps.monitoring.home.views import chart, now

app_name = "home"
urlpatterns = [
    path("now/", admin.site.admin_view(now), name="now"),
    path("chart/", admin.site.admin_view(chart), name="chart"),
]
