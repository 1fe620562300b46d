"""Filters of the list of flags."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import TextFilter

from apps.accounts.scoping import scope_to
from apps.shipments.models import Device

MOST_DEVICES = 100


class DeviceFilter(TextFilter):
    """Flags of the devices with exactly this name, among those the viewer may see."""

    title = _("device")
    parameter_name = "device_name"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of these devices."""
        name = str(self.value() or "").strip()
        if not name:
            return queryset
        devices = scope_to(request.user, Device.objects.filter(name=name[:64]))
        return queryset.filter(
            device_id__in=list(devices.values_list("pk", flat=True)[:MOST_DEVICES])
        )
