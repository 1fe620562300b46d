"""What the buttons of the shipment page do: POST only, one service each, an honest answer."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from apps.accounts.scoping import merchant_of
from apps.shipments.models import Shipment

PERMISSION = "shipments.change_shipment"


def may_command(user: Any) -> bool:
    """Tell whether somebody may poll and cancel: staff with the permission."""
    return merchant_of(user) is None and bool(user.has_perm(PERMISSION))


def poll(request: HttpRequest, shipment: Shipment) -> HttpResponse:
    """Ask the platform now, unless it was asked within the last half hour."""
    refusal = _refusal(request)
    return refusal or _back(shipment)


def cancel(request: HttpRequest, shipment: Shipment) -> HttpResponse:
    """Cancel the shipment."""
    refusal = _refusal(request)
    return refusal or _back(shipment)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not may_command(request.user):
        raise PermissionDenied
    return None


def _back(shipment: Shipment) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:shipments_shipment_change", args=[shipment.pk]))
