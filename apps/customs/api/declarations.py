"""Declarations: listed, read, and what they lack supplied."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.idempotency import once
from apps.accounts.api.problems import Problem, invalid
from apps.accounts.api.schema import COMMON, IDEMPOTENCY_HEADER, answers
from apps.accounts.api.views import ApiView
from apps.accounts.choices import Scope
from apps.customs.api import declaration_examples as examples
from apps.customs.api.declaration_filters import DeclarationFilter
from apps.customs.api.declaration_serializers import (
    DeclarationDetailSerializer,
    DeclarationSerializer,
    SupplyInput,
)
from apps.customs.errors import CannotChange
from apps.customs.models import Declaration
from apps.customs.services import supply_missing

MAX_ID = 40
ID = OpenApiParameter(
    name="uid",
    location=OpenApiParameter.PATH,
    type=str,
    description=_("The declaration's id (`dec_…`)."),
)


class DeclarationView(ApiView):
    """What the views of declarations share."""

    queryset = Declaration.objects.all()

    def rows(self) -> QuerySet[Declaration]:
        """Return the caller's declarations with what their answer shows."""
        return self.scoped(Declaration.objects.select_related("merchant", "consignment__shipment"))


class Declarations(ListModelMixin, DeclarationView):
    """All declarations the caller may see."""

    scopes = {"GET": Scope.ORDERS_READ}
    serializer_class = DeclarationSerializer
    filterset_class = DeclarationFilter

    def get_queryset(self) -> QuerySet[Declaration]:
        """Return the caller's declarations, newest first."""
        return self.rows()

    @extend_schema(
        operation_id="list_declarations",
        tags=["declarations"],
        summary=_("List declarations"),
        description=_("Newest first, in pages by cursor: follow `next` until it is null."),
        parameters=COMMON,
        responses=answers({200: DeclarationSerializer(many=True)}),
        examples=examples.DECLARATION_LIST,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page."""
        return self.list(request, *args, **kwargs)


class DeclarationDetail(DeclarationView):
    """One declaration."""

    http_method_names = ["get", "head", "patch"]
    scopes = {"GET": Scope.ORDERS_READ, "PATCH": Scope.ORDERS_WRITE}
    serializer_class = DeclarationDetailSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="get_declaration",
        tags=["declarations"],
        summary=_("Get a declaration"),
        description=_(
            "With what it lacks, who can supply that and until when, and the data as they would "
            "be declared."
        ),
        parameters=[ID, *COMMON],
        responses=answers({200: DeclarationDetailSerializer}, 404),
        examples=examples.DECLARATION_DETAIL,
    )
    def get(self, request: Request, uid: str) -> Response:
        """Answer the declaration."""
        return Response(self.shown(self.find(uid)))

    @extend_schema(
        operation_id="supply_declaration",
        tags=["declarations"],
        summary=_("Supply what is missing"),
        description=_(
            "Writes values into the data of the parcel, which all its declarations share, as a "
            "new version; the parcel is booked as soon as nothing is missing. An HS code you "
            "give is taken as stated by you. What was paid is corrected by staff only."
        ),
        parameters=[ID, IDEMPOTENCY_HEADER, *COMMON],
        request=SupplyInput,
        responses=answers(
            {200: DeclarationDetailSerializer},
            404,
            409,
            413,
            415,
            422,
            examples={422: examples.INVALID},
        ),
        examples=examples.DECLARATION_SUPPLY,
    )
    def patch(self, request: Request, uid: str) -> Response:
        """Write what was missing."""
        row = self.find(uid)
        return once(request, row.merchant_id, lambda: self._supply(row))

    def find(self, uid: str) -> Declaration:
        """Return the caller's declaration of that id, or raise the 404 problem."""
        plain = len(uid) <= MAX_ID and uid.isascii() and uid.isprintable()
        row = self.rows().filter(uid=uid).first() if plain else None
        if row is None:
            raise Problem(404, "not_found", _("There is nothing here."))
        return row

    def shown(self, row: Declaration) -> dict[str, Any]:
        """Return a declaration as the caller may see it."""
        context = {**self.get_serializer_context(), "masked": self.is_staff_session}
        return dict(DeclarationDetailSerializer(row, context=context).data)

    def _supply(self, row: Declaration) -> Response:
        form = SupplyInput(data=self.request.data)
        form.is_valid(raise_exception=True)
        try:
            supply_missing(
                consignment=row.consignment,
                changes=form.validated_data["values"],
                actor=self.actor,
                expected_version=form.validated_data["version"],
            )
        except CannotChange as error:
            raise invalid(
                {"field": f"values.{one.path}", "code": one.code, "message": one.message}
                for one in error.problems
            ) from None
        return Response(self.shown(self.find(row.uid)))
