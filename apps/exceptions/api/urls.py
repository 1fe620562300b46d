"""Addresses of the API about customers."""

from __future__ import annotations

from django.urls import path

from apps.exceptions.api.views import Contacts, NpsAnswers

urlpatterns = [
    path("contacts", Contacts.as_view(), name="api-contacts"),
    path("nps", NpsAnswers.as_view(), name="api-nps"),
]
