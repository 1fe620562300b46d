"""How positions and tracks look to the outside."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.api.fields import StrictSerializer, Text
from apps.core.geo.coordinates import bd09_to_wgs84_arrays, gcj02_to_wgs84_arrays
from apps.shipments.choices import CoordinateSystem
from apps.shipments.models.position import MAX_ROUTE_POINTS
from apps.shipments.services.positions import PointAnswer

SENTENCES: dict[str, Any] = {
    "not_an_object": _("A position is an object with fields."),
    "unknown_field": _("There is no such field."),
    "missing": _("This is needed."),
    "not_text": _("A text in quotation marks is needed."),
    "too_long": _("This is longer than 64 characters."),
    "not_a_number": _("A finite number is needed."),
    "out_of_range": _("No such value can be measured on earth."),
    "unknown_system": _("The system is wgs84, gcj02 or bd09."),
    "unreadable_time": _("A time with its zone (ISO 8601) or seconds since 1970 are needed."),
    "time_out_of_range": _("No satellite gave a fix at that time."),
    "unknown_shipment": _("You have no such shipment."),
    "too_many_devices": _(
        "At most 1,000 new devices are taken a day. Does the name change with every report?"
    ),
}


class PositionInput(StrictSerializer):
    """One fix."""

    shipment = Text(help_text=_("Our id, your order number, or the carrier's number."))
    at = Text(help_text=_("When it was measured: ISO 8601 with zone, or seconds since 1970."))
    lat = serializers.FloatField(help_text=_("Latitude in degrees."))
    lon = serializers.FloatField(help_text=_("Longitude in degrees."))
    system = serializers.ChoiceField(
        choices=CoordinateSystem.values(), required=False, help_text=_("`wgs84` if not given.")
    )
    accuracy_m = serializers.FloatField(required=False, help_text=_("Metres, as the device says."))
    speed_mps = serializers.FloatField(required=False, help_text=_("Metres a second."))
    device = Text(required=False, help_text=_("Your name of the vehicle, phone or box."))
    sequence = serializers.IntegerField(
        required=False, help_text=_("Your own counter; taken, not used.")
    )


class PositionsInput(StrictSerializer):
    """A batch of fixes."""

    positions = PositionInput(many=True, help_text=_("At most 5,000."))


class ResultSerializer(serializers.Serializer[Any]):
    """What became of one fix."""

    index = serializers.IntegerField(help_text=_("Its place in the batch, from 0."))
    outcome = serializers.ChoiceField(
        choices=["stored", "duplicate", "refused"], help_text=_("What became of it.")
    )
    code = serializers.CharField(required=False, help_text=_("Why it was refused."))
    field = serializers.CharField(required=False, help_text=_("The field it is about."))
    message = serializers.CharField(
        required=False, help_text=_("A sentence in the language of the request.")
    )


class StoredSerializer(serializers.Serializer[Any]):
    """What became of a batch."""

    stored = serializers.IntegerField(help_text=_("New fixes."))
    duplicates = serializers.IntegerField(help_text=_("Fixes we already had."))
    refused = serializers.IntegerField(help_text=_("Fixes that are none."))
    results = ResultSerializer(many=True, help_text=_("One entry a fix, in your order."))


class RouteInput(StrictSerializer):
    """A planned route."""

    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        min_length=2,
        max_length=MAX_ROUTE_POINTS,
        help_text=_("Pairs of latitude and longitude, from the depot to the destination."),
    )
    system = serializers.ChoiceField(
        choices=CoordinateSystem.values(),
        default=CoordinateSystem.WGS84.value,
        help_text=_("`wgs84` if not given."),
    )

    def validate_points(self, value: list[list[float]]) -> list[list[float]]:
        """Refuse what is not on earth."""
        if not all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in value):
            raise serializers.ValidationError(SENTENCES["out_of_range"], code="out_of_range")
        return value

    def in_wgs84(self) -> dict[str, list[float]]:
        """Return ``latitudes`` and ``longitudes`` in WGS-84."""
        latitude, longitude = np.array(self.validated_data["points"], dtype=np.float64).T
        system = self.validated_data["system"]
        if system == CoordinateSystem.GCJ02.value:
            latitude, longitude = gcj02_to_wgs84_arrays(latitude, longitude)
        elif system == CoordinateSystem.BD09.value:
            latitude, longitude = bd09_to_wgs84_arrays(latitude, longitude)
        return {"latitudes": latitude.tolist(), "longitudes": longitude.tolist()}


class RouteSerializer(serializers.Serializer[Any]):
    """A stored route."""

    shipment = serializers.CharField(help_text=_("Our id of the shipment."))
    points = serializers.SerializerMethodField(help_text=_("How many points we hold."))

    def get_points(self, row: dict[str, Any]) -> int:
        """Return the number of points."""
        return len(row["route"].latitudes)


class PointSerializer(serializers.Serializer[Any]):
    """A fix that may be shown."""

    at = serializers.DateTimeField(help_text=_("When it was measured, in UTC."))
    lat = serializers.FloatField(source="latitude", help_text=_("Latitude in degrees."))
    lon = serializers.FloatField(source="longitude", help_text=_("Longitude in degrees."))
    accuracy_m = serializers.FloatField(allow_null=True, help_text=_("Metres, or null."))
    corrected = serializers.BooleanField(help_text=_("A person has moved it to its true place."))
    after_gap = serializers.BooleanField(
        help_text=_("Fixes before it are under review: draw the line to it dashed.")
    )


class ScanSerializer(serializers.Serializer[Any]):
    """A district in which a carrier scanned the parcel. The centre is not where it was."""

    at = serializers.DateTimeField(help_text=_("When it was scanned, in UTC."))
    area_code = serializers.CharField(help_text=_("Division code."))
    area_name = serializers.CharField(help_text=_("Name of the division."))
    lat = serializers.FloatField(source="latitude", help_text=_("Centre of the division."))
    lon = serializers.FloatField(source="longitude", help_text=_("Centre of the division."))


class TrackSerializer(serializers.Serializer[Any]):
    """A track."""

    shipment = serializers.SerializerMethodField(help_text=_("Our id of the shipment."))
    system = serializers.SerializerMethodField(help_text=_("The system of all coordinates here."))
    points = PointSerializer(many=True, help_text=_("Oldest first, at most 2,000."))
    more = serializers.BooleanField(help_text=_("There are older points."))
    uncertain_since = serializers.DateTimeField(
        allow_null=True, help_text=_("The newest fixes are under review since then, or null.")
    )
    scans = ScanSerializer(many=True, help_text=_("Oldest first."))
    planned = serializers.SerializerMethodField(help_text=_("The planned route, or empty."))

    def get_shipment(self, row: Any) -> str:
        """Return the shipment's id."""
        return str(self.context["shipment"].uid)

    @extend_schema_field(serializers.ChoiceField(choices=CoordinateSystem.values()))
    def get_system(self, row: Any) -> str:
        """Return the coordinate system."""
        return str(self.context["system"])

    @extend_schema_field(
        serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    )
    def get_planned(self, row: Any) -> list[list[float]]:
        """Return pairs of latitude and longitude."""
        return [list(point) for point in row.planned]


def result_of(index: int, answer: PointAnswer) -> dict[str, Any]:
    """Return one entry of ``results``."""
    if answer.outcome != "refused":
        return {"index": index, "outcome": answer.outcome}
    return {
        "index": index,
        "outcome": answer.outcome,
        "code": answer.code,
        "field": answer.field,
        "message": str(SENTENCES[answer.code]),
    }
