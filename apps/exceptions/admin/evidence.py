"""What the review page is told about a flag, as JSON: places in the system of the map's tiles."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.geo import centre_of
from apps.core.language import spoken
from apps.core.masking import mask_text
from apps.exceptions.admin.wording import (
    KMH,
    cost_words,
    moment_words,
    numbers_of,
    precision_words,
)
from apps.exceptions.choices import SCAN_KINDS, FaultKind, FlagState
from apps.exceptions.flag_selectors import FlagPage, PagePoint, PageScan, flag_page
from apps.exceptions.models import Flag
from apps.shipments.choices import PositionUse, ShipmentStatus
from apps.shipments.track_selectors import convert_points

Evidence = dict[str, Any]


def tiles_system() -> str:
    """Return the system the map's places are given in."""
    return str(settings.REVIEW_TILES["system"])


def placed(points: list[tuple[float, float]]) -> list[list[float]]:
    """Return WGS-84 (latitude, longitude) pairs as the map wants them, to a decimetre."""
    return [[round(a, 6), round(b, 6)] for a, b in convert_points(points, tiles_system())]


def evidence_of(flag: Flag, request: HttpRequest) -> Evidence:
    """Return everything the page shows about one flag; at most seven queries."""
    page = flag_page(flag)
    kind = FaultKind(flag.kind)
    blind = is_blind(flag, request)
    return {
        "id": flag.pk,
        "kind": kind.value,
        "label": str(kind.label),
        "colour": kind.colour,
        "state": FlagState.OPEN.value if blind else flag.state,
        "number": page.flag.shipment.number or page.flag.shipment.uid,
        "sentence": page.sentence[spoken()],
        "numbers": numbers_of(flag),
        "precision": precision_words(page.precision),
        "cost": cost_words(page.flag),
        "facts": facts_of(page),
        "url": "" if blind else reverse("admin:exceptions_flag_change", args=[flag.pk]),
        "shipmentUrl": _shipment_url(flag, request),
        "others": [_other(other) for other in page.others],
        "siblings": page.siblings,
        "device": page.flag.device.name if page.flag.device else "",
        "points": _points(page.points, blind=blind),
        "scans": _scans(page.scans),
        "route": placed(list(page.route)),
        "destination": _destination(page),
        "repairable": flag.kind not in SCAN_KINDS,
        "thinned": page.thinned,
    }


def is_blind(flag: Flag, request: HttpRequest) -> bool:
    """Tell whether somebody looks a second time, who must not see what was decided."""
    held = flag.is_sample and flag.claimed_by_id == request.user.pk
    return held and flag.state != FlagState.OPEN.value


def facts_of(page: FlagPage) -> list[list[str]]:
    """Return [label, value] about the shipment; nothing here names a person."""
    shipment, flag = page.flag.shipment, page.flag
    status = ShipmentStatus.parse(shipment.status)
    facts = [
        [_("Shipment"), shipment.number or shipment.uid],
        [_("Carrier"), shipment.carrier],
        [_("Status"), str(status.label) if status else shipment.status],
        [_("Merchant"), flag.merchant.name],
        [_("Order"), shipment.reference],
        [_("Promised until"), moment_words(page.promise_to) if page.promise_to else ""],
        [_("Device"), flag.device.name if flag.device else ""],
        [_("Stretch"), f"{moment_words(flag.started_at)} – {moment_words(flag.ended_at)}"],
        [_("Expires"), moment_words(flag.expires_at) if flag.expires_at else ""],
    ]
    return [fact for fact in facts if fact[1]]


def _shipment_url(flag: Flag, request: HttpRequest) -> str:
    if not request.user.has_perm("shipments.view_shipment"):
        return ""
    return reverse("admin:shipments_shipment_change", args=[flag.shipment_id])


def _other(flag: Flag) -> Evidence:
    return {
        "label": str(FaultKind(flag.kind).label),
        "state": str(FlagState(flag.state).label),
        "url": reverse("admin:exceptions_flag_change", args=[flag.pk]),
    }


def _points(points: tuple[PagePoint, ...], *, blind: bool) -> list[Evidence]:
    """Return the fixes in order of arrival; times are seconds since 1970.

    Blind: the flagged ones as they stood before anybody decided.
    """
    places = placed([(point.latitude, point.longitude) for point in points])
    moved = placed([point.corrected[1:] if point.corrected else (0.0, 0.0) for point in points])
    return [
        {
            "id": point.position_id,
            "row": point.row,
            "place": place,
            "at": point.at.timestamp(),
            "heard": point.heard_at.timestamp(),
            "speed": None if point.speed_mps is None else round(point.speed_mps * KMH, 1),
            "use": PositionUse.HELD.value if blind and point.flagged else point.use,
            "flagged": point.flagged,
            "moved": new if point.corrected and not (blind and point.flagged) else None,
        }
        for point, place, new in zip(points, places, moved, strict=True)
    ]


def _scans(scans: tuple[PageScan, ...]) -> list[Evidence]:
    known = [scan for scan in scans if scan.latitude is not None and scan.longitude is not None]
    places = placed([(scan.latitude or 0.0, scan.longitude or 0.0) for scan in known])
    return [
        {
            "place": place,
            "time": moment_words(scan.at),
            "text": mask_text(scan.text),
            "area": scan.area_name,
            "flagged": scan.flagged,
        }
        for scan, place in zip(known, places, strict=True)
    ]


def _destination(page: FlagPage) -> list[float] | None:
    """Return the centre of the district a parcel goes to: an area, never a place."""
    code = page.flag.shipment.destination_code
    centre = centre_of(code) if code else None
    return placed([(centre.latitude, centre.longitude)])[0] if centre else None
