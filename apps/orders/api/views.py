"""Orders: placing, reading, cancelling."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.idempotency import once
from apps.accounts.api.problems import Problem, invalid
from apps.accounts.api.schema import COMMON, IDEMPOTENCY_HEADER, answers
from apps.accounts.api.views import ApiView
from apps.accounts.choices import KeyMode, Scope
from apps.accounts.models import ApiKey, Merchant
from apps.core.text import clean_line
from apps.orders.api import examples
from apps.orders.api.filters import OrderFilter
from apps.orders.api.inputs import CancelInput, NumberInput, OrderInput, draft_of, field_as_sent
from apps.orders.api.serializers import OrderDetailSerializer, OrderSerializer
from apps.orders.errors import DuplicateOrder, InvalidOrder
from apps.orders.models import Booking, Order, Parcel
from apps.orders.services import bring_number, cancel_order, create_order

MAX_REFERENCE = 64
REF = OpenApiParameter(
    name="ref",
    location=OpenApiParameter.PATH,
    type=str,
    description=_("Our id (`ord_…`) or the merchant's order number."),
)


class OrderView(ApiView):
    """What the views of single orders share."""

    queryset = Order.objects.all()

    def find(self, ref: str) -> Order:
        """Return the caller's order of that id or number, or raise the 404 problem.

        Staff who see several merchants' orders of one number get a 409 that lists them.
        """
        wanted = clean_line(ref).value
        rows = self.scoped(with_parts(Order.objects.all()))
        if not wanted or len(wanted) > MAX_REFERENCE:
            raise Problem(404, "not_found", _("There is nothing here."))
        found = list(rows.filter(uid=wanted)) or list(rows.filter(number=wanted)[:20])
        if not found:
            raise Problem(404, "not_found", _("There is nothing here."))
        if len(found) > 1:
            raise Problem(
                409,
                "ambiguous_reference",
                _("Several merchants have an order of this number. Ask for one by its id."),
                candidates=[{"id": row.uid, "merchant": row.merchant.slug} for row in found],
            )
        return found[0]

    def shown(self, order: Order) -> dict[str, Any]:
        """Return an order as the caller may see it."""
        context = {**self.get_serializer_context(), "masked": self.is_staff_session}
        return dict(OrderDetailSerializer(order, context=context).data)


class Orders(ListModelMixin, OrderView):
    """All orders the caller may see, and the place to make new ones."""

    scopes = {"GET": Scope.ORDERS_READ, "POST": Scope.ORDERS_WRITE}
    serializer_class = OrderSerializer
    filterset_class = OrderFilter

    def get_queryset(self) -> QuerySet[Order]:
        """Return the caller's orders, newest first."""
        parcels = Parcel.objects.select_related("shipment").order_by("position")
        rows = Order.objects.select_related("merchant")
        return self.scoped(rows.prefetch_related(Prefetch("parcels", queryset=parcels)))

    @extend_schema(
        operation_id="list_orders",
        tags=["orders"],
        summary=_("List orders"),
        description=_("Newest first, in pages by cursor: follow `next` until it is null."),
        parameters=COMMON,
        responses=answers({200: OrderSerializer(many=True)}),
        examples=examples.ORDER_LIST,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page."""
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="create_order",
        tags=["orders"],
        summary=_("Place an order"),
        description=_(
            "Text is cleaned, the address split and checked, in one transaction and without a "
            "remote call; booking follows. Send an `Idempotency-Key`, so that a repeat after a "
            "lost answer cannot place the order twice; without one a repeated `number` is a 409 "
            "`duplicate_order` with the id of the order there is. An order that cannot be booked "
            "yet is accepted with status `blocked`; `holds` says why and which fields to correct."
        ),
        parameters=[IDEMPOTENCY_HEADER, examples.LOCATION_HEADER, *COMMON],
        request=OrderInput,
        responses=answers(
            {201: OrderDetailSerializer},
            409,
            413,
            415,
            422,
            examples={409: examples.DUPLICATE, 422: examples.INVALID},
        ),
        examples=examples.ORDER_CREATE,
    )
    def post(self, request: Request) -> Response:
        """Place an order."""
        merchant = self.acting_merchant()
        answer = once(request, merchant.pk, lambda: self._create(merchant))
        if answer.status_code == 201:
            answer["Location"] = reverse("api-order", args=[answer.data["id"]])
        return answer

    def _create(self, merchant: Merchant) -> Response:
        data = validated(OrderInput, self.request)
        try:
            order = create_order(
                merchant=merchant,
                draft=draft_of(data),
                mode=mode_of(self.request, merchant),
                actor=self.actor,
            )
        except InvalidOrder as error:
            raise refused(error, data) from None
        except DuplicateOrder as error:
            raise self._duplicate(merchant, error) from None
        return Response(self.shown(self.find(order.uid)), status=201)

    def _duplicate(self, merchant: Merchant, error: DuplicateOrder) -> Problem:
        there = Order.objects.filter(merchant=merchant, number=error.number).first()
        row = {"field": "number", "code": "repeated", "message": str(error)}
        return Problem(
            409,
            error.code,
            str(error),
            errors=[row],
            existing_id=there.uid if there else None,
        )


class OrderDetail(OrderView):
    """One order."""

    scopes = {"GET": Scope.ORDERS_READ}
    serializer_class = OrderDetailSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="get_order",
        tags=["orders"],
        summary=_("Get an order"),
        description=_("By our id or by the merchant's order number."),
        parameters=[REF, *COMMON],
        responses=answers({200: OrderDetailSerializer}, 404, 409),
        examples=examples.ORDER_DETAIL,
    )
    def get(self, request: Request, ref: str) -> Response:
        """Answer the order."""
        return Response(self.shown(self.find(ref)))


class OrderCancel(OrderView):
    """Cancelling one order."""

    scopes = {"POST": Scope.ORDERS_WRITE}
    serializer_class = OrderDetailSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="cancel_order",
        tags=["orders"],
        summary=_("Cancel an order"),
        description=_(
            "Cancels what is not under way yet and asks the carrier to cancel what is booked: "
            "the status is `cancelling` until it agrees. Cancelling again changes nothing and "
            "answers the same. A parcel that was picked up is a 409 `already_picked_up`."
        ),
        parameters=[REF, IDEMPOTENCY_HEADER, *COMMON],
        request=CancelInput,
        responses=answers(
            {200: OrderDetailSerializer},
            404,
            409,
            413,
            415,
            422,
            examples={409: examples.TOO_LATE},
        ),
        examples=examples.ORDER_CANCEL,
    )
    def post(self, request: Request, ref: str) -> Response:
        """Cancel the order."""
        order = self.find(ref)
        return once(request, order.merchant_id, lambda: self._cancel(order))

    def _cancel(self, order: Order) -> Response:
        data = validated(CancelInput, self.request)
        reason = clean_line(data["reason"]).value
        cancel_order(order_id=order.pk, reason=reason, actor=self.actor)
        return Response(self.shown(self.find(order.uid)))


class OrderNumber(OrderView):
    """Bringing the number of a parcel that somebody else booked."""

    scopes = {"POST": Scope.ORDERS_WRITE}
    serializer_class = OrderDetailSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="bring_number",
        tags=["orders"],
        summary=_("Bring a parcel's number"),
        description=_(
            "For a parcel you booked yourself, as `holds` with code `manual_route` asks: from "
            "then on it is only tracked. The same number again changes nothing, another one "
            "corrects it. A parcel that is booked here, or may be, is a 409 `may_be_booked`."
        ),
        parameters=[REF, IDEMPOTENCY_HEADER, *COMMON],
        request=NumberInput,
        responses=answers({200: OrderDetailSerializer}, 404, 409, 413, 415, 422),
        examples=examples.ORDER_NUMBER,
    )
    def post(self, request: Request, ref: str) -> Response:
        """Take the number."""
        order = self.find(ref)
        return once(request, order.merchant_id, lambda: self._bring(order))

    def _bring(self, order: Order) -> Response:
        data = validated(NumberInput, self.request)
        try:
            bring_number(
                order_id=order.pk,
                position=data["parcel"],
                carrier=data["carrier"],
                number=data["carrier_number"],
                actor=self.actor,
            )
        except InvalidOrder as error:
            raise refused(error, {**data, "parcels": []}) from None
        except Parcel.DoesNotExist:
            raise Problem(404, "not_found", _("There is nothing here.")) from None
        return Response(self.shown(self.find(order.uid)))


def with_parts(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Fetch everything an order's page needs, in a constant number of queries."""
    bookings = Prefetch("bookings", queryset=Booking.objects.order_by("-attempt"))
    parcels = Parcel.objects.select_related("shipment", "ride").prefetch_related(bookings)
    return rows.select_related("merchant").prefetch_related(
        "lines", Prefetch("parcels", queryset=parcels.order_by("position"))
    )


def mode_of(request: Request, merchant: Merchant) -> str:
    """Return which Baidiyun a new order talks to: the key's; a test merchant's is the sandbox."""
    if merchant.is_test:
        return KeyMode.SANDBOX.value
    if isinstance(request.auth, ApiKey):
        return str(request.auth.mode)
    return KeyMode.LIVE.value


def validated(form_class: type[Any], request: Request) -> dict[str, Any]:
    """Return the checked body; raises the 422 that names each field."""
    form = form_class(data=request.data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def refused(error: InvalidOrder, data: dict[str, Any]) -> Problem:
    """Return the domain's findings, each once, under the names the request has for its fields.

    A finding about all lines only follows from one about a single line, where there is one.
    """
    named = [(field_as_sent(found.field, data), found) for found in error.problems]
    is_line_named = any(field.startswith("lines.") for field, _found in named)
    rows = {
        (field, str(found.code)): {
            "field": field,
            "code": str(found.code),
            "message": found.message,
        }
        for field, found in named
        if not (field == "lines" and is_line_named)
    }
    return invalid(rows.values())
