"""The track on a shipment's page: what a customer sees of it, asked for once the page is there."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.shipments.models import Shipment
from apps.shipments.track_selectors import ShownPoint, ShownTrack, read_track

ASSETS = {
    "styles": ("vendor/leaflet/leaflet.css", "portal/review.css"),
    "scripts": ("vendor/leaflet/leaflet.js", "portal/review-map.js"),
}
"""The map of the review page; loaded only where there is something to draw."""


def setup_of(shipment: Shipment) -> dict[str, Any]:
    """Return what the page's script needs to ask for the track and to draw it; no query."""
    return {
        "url": reverse("admin:shipments_shipment_track", args=[shipment.pk]),
        "styles": [static(name) for name in ASSETS["styles"]],
        "scripts": [static(name) for name in ASSETS["scripts"]],
        "tiles": settings.REVIEW_TILES,
        "words": {
            "last": _("last fix"),
            "depot": _("planned start"),
            "destination": _("planned end"),
            "failed": _("The track could not be loaded."),
        },
    }


def track_of(request: HttpRequest, shipment: Shipment) -> dict[str, Any]:
    """Return the track as the script draws it: places in the tiles' system, the rest in words.

    Scan events are told in words only: a district's centre is nowhere anybody was seen.
    """
    track = read_track(shipment, system=str(settings.REVIEW_TILES["system"]))
    return {
        "points": [_point(point) for point in track.points],
        "planned": [_place(latitude, longitude) for latitude, longitude in track.planned],
        "said": _said(track),
        "scans": [
            _("%(time)s scanned in %(area)s") % {"time": _time(scan.at), "area": scan.area_name}
            for scan in track.scans
        ],
        "flags_url": _flags_url(request, shipment),
    }


def _point(point: ShownPoint) -> dict[str, Any]:
    return {
        "place": _place(point.latitude, point.longitude),
        "time": _time(point.at),
        "gap": point.after_gap,
        "moved": point.corrected,
    }


def _said(track: ShownTrack) -> list[str]:
    """What a person should know of the track, one sentence each."""
    said = []
    count = len(track.points)
    if count:
        words = ngettext("%(n)d fix from %(first)s to %(last)s.", "%(n)d fixes from %(first)s to"
                         " %(last)s.", count)  # fmt: skip
        first, last = _time(track.points[0].at), _time(track.points[-1].at)
        said.append(words % {"n": count, "first": first, "last": last})
    if track.more:
        said.append(_("Older fixes are not drawn."))
    if track.uncertain_since:
        since = {"time": _time(track.uncertain_since)}
        said.append(_("Fixes heard since %(time)s are held back until somebody decides.") % since)
    moved = sum(point.corrected for point in track.points)
    if moved:
        words = ngettext("%(n)d was moved to its true place.", "%(n)d were moved to their true"
                         " places.", moved)  # fmt: skip
        said.append(words % {"n": moved})
    return said


def _flags_url(request: HttpRequest, shipment: Shipment) -> str:
    """Return where the flags of this shipment stand, "" for who may not see them."""
    if not request.user.has_perm("exceptions.view_flag"):
        return ""
    query = urlencode({"q": shipment.uid})
    return f"{reverse('admin:exceptions_flag_changelist')}?{query}"


def _place(latitude: float, longitude: float) -> list[float]:
    return [round(latitude, 6), round(longitude, 6)]


def _time(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%m-%d %H:%M")
