"""Products: listed, read and put by SKU."""

from __future__ import annotations

from typing import Any

from django.db import transaction
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
from apps.accounts.models import Merchant
from apps.core.text import clean_line
from apps.customs.api import product_examples as examples
from apps.customs.api.product_filters import ProductFilter
from apps.customs.api.product_inputs import ProductInput, field_as_sent, values_of_input
from apps.customs.api.product_serializers import ProductSerializer
from apps.customs.models import Product
from apps.customs.product_errors import InvalidProduct
from apps.customs.product_fields import MOST_SKU
from apps.customs.product_selectors import with_parts
from apps.customs.services import save_product, set_certificates

SKU = OpenApiParameter(
    name="sku",
    location=OpenApiParameter.PATH,
    type=str,
    description=_("The merchant's article number, percent-encoded; it may contain slashes."),
)


class ProductView(ApiView):
    """What the views of products share."""

    queryset = Product.objects.all()

    def rows(self) -> QuerySet[Product]:
        """Return the caller's products with what their answer shows."""
        return self.scoped(with_parts(Product.objects.select_related("merchant")))


class Products(ListModelMixin, ProductView):
    """All products the caller may see."""

    scopes = {"GET": Scope.PRODUCTS_READ}
    serializer_class = ProductSerializer
    filterset_class = ProductFilter

    def get_queryset(self) -> QuerySet[Product]:
        """Return the caller's products, newest first."""
        return self.rows()

    @extend_schema(
        operation_id="list_products",
        tags=["products"],
        summary=_("List products"),
        description=_("Newest first, in pages by cursor: follow `next` until it is null."),
        parameters=COMMON,
        responses=answers({200: ProductSerializer(many=True)}),
        examples=examples.PRODUCT_LIST,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page."""
        return self.list(request, *args, **kwargs)


class ProductBySku(ProductView):
    """One product."""

    http_method_names = ["get", "head", "put"]
    scopes = {"GET": Scope.PRODUCTS_READ, "PUT": Scope.PRODUCTS_WRITE}
    serializer_class = ProductSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="get_product",
        tags=["products"],
        summary=_("Get a product"),
        description=_("By the merchant's SKU."),
        parameters=[SKU, *COMMON],
        responses=answers({200: ProductSerializer}, 404, 409),
        examples=examples.PRODUCT_DETAIL,
    )
    def get(self, request: Request, sku: str) -> Response:
        """Answer the product."""
        return Response(self.shown(self.find(sku)))

    @extend_schema(
        operation_id="put_product",
        tags=["products"],
        summary=_("Make or change a product"),
        description=_(
            "Makes the product of this SKU (201) or changes it (200). The same body again "
            "changes nothing, so that a nightly run may send everything. Fields you leave out "
            "keep what they hold, because customs staff complete products too; null or an empty "
            "text empties one. `certificates`, when given, is the whole list. HS codes cannot be "
            "put: a person confirms them in the portal, and only confirmed codes are filled into "
            "declarations."
        ),
        parameters=[SKU, IDEMPOTENCY_HEADER, *COMMON],
        request=ProductInput,
        responses=answers(
            {200: ProductSerializer, 201: ProductSerializer},
            404,
            413,
            415,
            422,
            examples={422: examples.INVALID},
        ),
        examples=examples.PRODUCT_PUT,
    )
    def put(self, request: Request, sku: str) -> Response:
        """Make or change the product."""
        merchant = self.acting_merchant()
        return once(request, merchant.pk, lambda: self._put(merchant, sku))

    def find(self, sku: str) -> Product:
        """Return the caller's product of that SKU, or raise the 404 problem.

        Staff who see several merchants' products of one SKU get a 409 that lists them.
        """
        wanted = clean_line(sku).value
        known = bool(wanted) and len(wanted) <= MOST_SKU
        found = list(self.rows().filter(sku=wanted)[:20]) if known else []
        if not found:
            raise Problem(404, "not_found", _("There is nothing here."))
        if len(found) > 1:
            raise Problem(
                409,
                "ambiguous_reference",
                _("Several merchants have a product of this SKU. Say which: ?merchant=<slug>."),
                candidates=[{"sku": row.sku, "merchant": row.merchant.slug} for row in found],
            )
        return found[0]

    def shown(self, row: Product) -> dict[str, Any]:
        """Return a product as the caller may see it."""
        return dict(ProductSerializer(row, context=self.get_serializer_context()).data)

    def _put(self, merchant: Merchant, sku: str) -> Response:
        form = ProductInput(data=self.request.data)
        form.is_valid(raise_exception=True)
        data = dict(form.validated_data)
        try:
            with transaction.atomic():
                done = save_product(
                    merchant_id=merchant.pk,
                    sku=sku,
                    values=values_of_input(data),
                    actor=self.actor,
                )
                if "certificates" in data:
                    set_certificates(
                        product=done.product, papers=data["certificates"], actor=self.actor
                    )
        except InvalidProduct as error:
            raise refused(error) from None
        row = with_parts(Product.objects.select_related("merchant")).get(pk=done.product.pk)
        return Response(self.shown(row), status=201 if done.created else 200)


def refused(error: InvalidProduct) -> Problem:
    """Return the domain's findings under the names the request has for its fields."""
    return invalid(
        {
            "field": field_as_sent(found.field),
            "code": str(found.code),
            "message": found.message,
        }
        for found in error.problems
    )
