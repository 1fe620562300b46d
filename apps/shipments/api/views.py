"""Shipments: a list, and one with its events."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.schema import COMMON, answers
from apps.accounts.api.views import ApiView
from apps.accounts.choices import Scope
from apps.shipments.api import examples
from apps.shipments.api.detail import detail_of
from apps.shipments.api.filters import ShipmentFilter
from apps.shipments.api.references import PREFIX, find_shipment
from apps.shipments.api.serializers import ShipmentDetailSerializer, ShipmentSerializer
from apps.shipments.models import Shipment
from apps.shipments.selectors import shipment_by_uid, shipment_timeline


class ShipmentList(ListModelMixin, ApiView):
    """All shipments the caller may see."""

    scopes = {"GET": Scope.SHIPMENTS_READ}
    queryset = Shipment.objects.all()
    serializer_class = ShipmentSerializer
    filterset_class = ShipmentFilter

    def get_queryset(self) -> QuerySet[Shipment]:
        """Return the caller's shipments, newest first."""
        return self.scoped(Shipment.objects.select_related("merchant"))

    @extend_schema(
        operation_id="list_shipments",
        tags=["shipments"],
        summary=_("List shipments"),
        description=_(
            "Newest first, in pages by cursor: follow `next` until it is null. A shipment is "
            "one parcel with one carrier number at a time; an order may have several."
        ),
        parameters=COMMON,
        responses=answers({200: ShipmentSerializer(many=True)}),
        examples=examples.SHIPMENT_LIST,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page."""
        return self.list(request, *args, **kwargs)


class ShipmentDetail(ApiView):
    """One shipment with its legs and events."""

    scopes = {"GET": Scope.SHIPMENTS_READ}
    queryset = Shipment.objects.all()
    serializer_class = ShipmentDetailSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="get_shipment",
        tags=["shipments"],
        summary=_("Get a shipment with its events"),
        description=_(
            "`ref` is our id (`shp_…`), the merchant's order number, or the carrier's number of "
            "any leg. Where several shipments match (an order in several parcels, a number the "
            "carrier used again), the answer is a 409 `ambiguous_reference` with `candidates`. "
            "`data_as_of` says how old the answer is."
        ),
        parameters=[
            OpenApiParameter(
                name="ref",
                location=OpenApiParameter.PATH,
                type=str,
                description=_("Our id, the order number or the tracking number."),
            ),
            *COMMON,
        ],
        responses=answers(
            {200: ShipmentDetailSerializer}, 404, 409, examples={409: examples.AMBIGUOUS}
        ),
        examples=examples.SHIPMENT_DETAIL,
    )
    def get(self, request: Request, ref: str) -> Response:
        """Answer the shipment."""
        shipment = shipment_by_uid(ref) if ref.startswith(PREFIX) else None
        if shipment is None or not self.may_see(shipment):
            rows = self.scoped(Shipment.objects.select_related("merchant"))
            shipment = find_shipment(rows=rows, ref=ref)
        return Response(detail_of(shipment_timeline(shipment), masked=self.is_staff_session))
