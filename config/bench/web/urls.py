"""The plain yardstick's address, with as many parts as a callback's."""

from __future__ import annotations

from django.urls import path

from config.bench.web.yardstick import store_raw

urlpatterns = [path("yardstick/plain/<slug:topic>/<slug:kid>/<slug:token>", store_raw)]
