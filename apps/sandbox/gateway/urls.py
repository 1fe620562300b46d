"""The platform's addresses; its several hosts fold into one origin."""

from __future__ import annotations

from django.urls import path

from apps.sandbox.gateway import newer, views

urlpatterns = [
    path("poll", views.poll),
    path("poll/query.do", views.query),
    path("autonumber/auto", views.autonumber),
    path("order/borderapi.do", views.border),
    path("reachable.do", newer.reachable),
    path("label/order", newer.label),
    path("label/s/<str:short>", newer.show_label),
    path("address/resolution", newer.address),
    path("healthz", views.healthz),
]
