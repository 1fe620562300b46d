"""Positions in, tracks out: what devices report and what a customer may see."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.fields import StrictSerializer
from apps.accounts.api.parsing import MeasurementParser
from apps.accounts.api.problems import Problem
from apps.accounts.api.schema import COMMON, answers
from apps.accounts.api.views import ApiView
from apps.accounts.choices import KeyMode, Scope
from apps.accounts.models import ApiKey, Merchant
from apps.shipments.api import track_examples as examples
from apps.shipments.api.references import find_shipment
from apps.shipments.api.track_serializers import (
    PositionsInput,
    RouteInput,
    RouteSerializer,
    StoredSerializer,
    TrackSerializer,
    result_of,
)
from apps.shipments.choices import CoordinateSystem, ShipmentMode
from apps.shipments.models import Position, Shipment
from apps.shipments.services import plan_route, store_positions
from apps.shipments.services.positions import PointAnswer
from apps.shipments.track_selectors import read_track

MAX_POINTS = 5_000
REF = OpenApiParameter(
    name="ref",
    location=OpenApiParameter.PATH,
    type=str,
    description=_("Our id, the order number or the tracking number."),
)
SYSTEM = OpenApiParameter(
    name="system",
    enum=CoordinateSystem.values(),
    description=_("The coordinate system of the answer; `wgs84` where it is not given."),
)


class Positions(ApiView):
    """Where devices and courier apps report their fixes."""

    scopes = {"POST": Scope.POSITIONS_WRITE}
    queryset = Position.objects.none()
    serializer_class = StoredSerializer
    pagination_class = None
    filter_backends = []
    parser_classes = [MeasurementParser]

    @extend_schema(
        operation_id="report_positions",
        tags=["positions"],
        summary=_("Report positions"),
        description=_(
            "A batch of at most 5,000 fixes, in any order, late ones too; `results` says of each "
            "what became of it. A repeated batch changes nothing, so send again whatever you got "
            "no answer to. A fix is `refused` with a code where it is none (no number, no time, "
            "no such shipment of yours); what looks wrong but may be evidence is stored and held "
            "back from customers until somebody has looked. All that can be stored is stored, or "
            "nothing is."
        ),
        parameters=COMMON,
        request=PositionsInput,
        responses=answers({200: StoredSerializer}, 404, 413, 415, 422),
        examples=examples.POSITIONS,
    )
    def post(self, request: Request) -> Response:
        """Store a batch."""
        merchant = self.acting_merchant()
        points = _points(request)
        found = store_positions(
            merchant_id=merchant.pk, points=points, modes=modes_of(request, merchant)
        )
        return Response(summary_of(found))


class ShipmentTrack(ApiView):
    """A shipment's track as a customer may see it."""

    scopes = {"GET": Scope.SHIPMENTS_READ}
    queryset = Shipment.objects.all()
    serializer_class = TrackSerializer
    pagination_class = None
    filter_backends = []
    parameters = ApiView.parameters | {"system"}

    @extend_schema(
        operation_id="get_track",
        tags=["positions"],
        summary=_("Get a shipment's track"),
        description=_(
            "The fixes that may be shown, oldest first. What is under review is left out: draw "
            "the line to a point with `after_gap` dashed, and say that the place is uncertain "
            "while `uncertain_since` is set. `scans` are centres of districts in which a carrier "
            "scanned the parcel: draw them as areas, never as fixes."
        ),
        parameters=[REF, SYSTEM, *COMMON],
        responses=answers({200: TrackSerializer}, 404, 409),
        examples=examples.TRACK,
    )
    def get(self, request: Request, ref: str) -> Response:
        """Answer the track."""
        system = request.query_params.get("system", CoordinateSystem.WGS84.value)
        if CoordinateSystem.parse(system) is None:
            row = {
                "field": "system",
                "code": "unknown_system",
                "message": str(_("There is no such coordinate system.")),
            }
            raise Problem(
                400, "bad_parameter", _("A query parameter is not acceptable."), errors=[row]
            )
        shipment = find_shipment(rows=self.scoped(Shipment.objects.all()), ref=ref)
        track = read_track(shipment, system=system)
        context = {**self.get_serializer_context(), "shipment": shipment, "system": system}
        return Response(TrackSerializer(track, context=context).data)


class ShipmentRoute(ApiView):
    """The way a shipment is meant to take."""

    scopes = {"POST": Scope.POSITIONS_WRITE}
    queryset = Shipment.objects.all()
    serializer_class = RouteSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="plan_route",
        tags=["positions"],
        summary=_("Tell the planned route of a shipment"),
        description=_(
            "From the depot to the destination, as `[latitude, longitude]` pairs; a later one "
            "replaces it. With it a detour and a shifted track can be told from the way there."
        ),
        parameters=[REF, *COMMON],
        request=RouteInput,
        responses=answers({200: RouteSerializer}, 404, 409, 413, 415, 422),
        examples=examples.ROUTE,
    )
    def post(self, request: Request, ref: str) -> Response:
        """Store the route."""
        merchant = self.acting_merchant()
        rows = self.scoped(Shipment.objects.filter(merchant=merchant))
        modes = modes_of(request, merchant)
        shipment = find_shipment(rows=rows.filter(mode__in=modes), ref=ref)
        form = RouteInput(data=request.data)
        form.is_valid(raise_exception=True)
        route = plan_route(shipment=shipment, **form.in_wgs84())
        return Response(RouteSerializer({"shipment": shipment.uid, "route": route}).data)


def modes_of(request: Request, merchant: Merchant) -> frozenset[str]:
    """Return the modes of shipments a caller may report on: a sandbox key's stay there."""
    sandbox = frozenset({ShipmentMode.SANDBOX.value})
    if merchant.is_test:
        return sandbox
    if isinstance(request.auth, ApiKey):
        return sandbox if request.auth.mode == KeyMode.SANDBOX.value else _REAL
    return sandbox | _REAL


_REAL = frozenset({ShipmentMode.LIVE.value, ShipmentMode.MANUAL.value})


def summary_of(found: list[PointAnswer]) -> dict[str, Any]:
    """Return the counts of a batch and what became of each point."""
    outcomes = [answer.outcome for answer in found]
    return {
        "stored": outcomes.count("stored"),
        "duplicates": outcomes.count("duplicate"),
        "refused": outcomes.count("refused"),
        "results": [result_of(index, answer) for index, answer in enumerate(found)],
    }


def _points(request: Request) -> list[Any]:
    body = request.data
    points = body.get("positions") if isinstance(body, dict) else None
    if not isinstance(points, list) or set(body) != {"positions"}:
        form: StrictSerializer = PositionsInput(data=body if isinstance(body, dict) else {})
        form.is_valid(raise_exception=True)
        raise ValidationError({"positions": [_("A list of positions is needed.")]})
    if not points:
        raise ValidationError({"positions": serializers.ErrorDetail(str(_EMPTY), code="empty")})
    if len(points) > MAX_POINTS:
        raise Problem(
            413,
            "too_many_points",
            _("At most %(limit)s positions fit in one request; send them in several.")
            % {"limit": MAX_POINTS},
            limit=MAX_POINTS,
            sent=len(points),
        )
    return points


_EMPTY = _("At least one position is needed.")
