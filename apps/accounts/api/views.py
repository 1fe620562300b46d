"""The base of every API view: counted, scoped, in problem documents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import MultipleChoiceFilter
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.problems import Problem
from apps.accounts.api.rate import Rate, count_request
from apps.accounts.api.rendering import FastJSONRenderer
from apps.accounts.models import ApiKey, Merchant
from apps.accounts.scoping import merchant_of, scope_to
from apps.core.actions import Actor

MERCHANT_PARAMETER = "merchant"


class ApiView(GenericAPIView[Any]):
    """Counts the request, names the caller's merchant, refuses unknown query parameters.

    ``scopes`` maps methods to scopes (see ``RequireScope``); ``parameters`` are the query
    parameters a view knows besides those of its filters and pages.
    """

    http_method_names = ["get", "head", "post"]
    renderer_classes = [FastJSONRenderer]
    scopes: dict[str, str] = {}
    parameters: frozenset[str] = frozenset({MERCHANT_PARAMETER})
    rate: Rate | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Serve the request with every time in UTC, whatever the viewer's zone."""
        with timezone.override(dt.UTC):
            return super().dispatch(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks and count it; raises a 429 problem when it was too much."""
        super().perform_authentication(request)
        if not getattr(request.user, "is_authenticated", False):
            return
        self.rate = count_request(caller=request.user, credential=request.auth)
        if self.rate and self.rate.exceeded:
            raise Problem(
                429,
                "rate_limited",
                _("Too many requests. Try again in %(seconds)s seconds.")
                % {"seconds": self.rate.reset},
                retry_after_seconds=self.rate.reset,
            )

    def check_permissions(self, request: Request) -> None:
        """Say that a method is not there before asking who may use it."""
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        super().check_permissions(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a misspelt filter, which would otherwise silently select everything."""
        super().initial(request, *args, **kwargs)
        self._refuse_unknown(request)
        self._refuse_repeated(request)

    def _refuse_unknown(self, request: Request) -> None:
        known = self.parameters | self._listing_parameters()
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise Problem(
                400,
                "unknown_parameter",
                _("There is no such query parameter."),
                parameters=[name[:60] for name in unknown[:20]],
                known=sorted(known),
            )

    def _refuse_repeated(self, request: Request) -> None:
        filters = getattr(self, "filterset_class", None)
        several = filters.base_filters if filters else {}
        twice = [
            name
            for name, values in request.query_params.lists()
            if len(values) > 1 and not isinstance(several.get(name), MultipleChoiceFilter)
        ]
        if twice:
            detail = _("This query parameter can be given once.")
            raise Problem(400, "repeated_parameter", detail, parameters=sorted(twice))

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Tell what is left of the rate on every answer, refusals included."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (self.rate.headers() if self.rate else {}).items():
            answer[name] = value
        if self.rate and answer.status_code == 429:
            answer["Retry-After"] = str(self.rate.reset)
        answer["Cache-Control"] = "private, no-store"
        return answer

    def _listing_parameters(self) -> set[str]:
        names: set[str] = set()
        if self.request.method in {"GET", "HEAD"} and self.pagination_class is not None:
            names |= {"cursor", "page_size"}
        filters = getattr(self, "filterset_class", None)
        return names | (set(filters.base_filters) if filters else set())

    def scoped(self, queryset: QuerySet[Any, Any], *, path: str = "merchant") -> QuerySet[Any, Any]:
        """Limit rows to the caller's merchant; staff may narrow theirs by ``?merchant=``."""
        rows = scope_to(_viewer(self.request), queryset, path=path)
        slug = self.request.query_params.get(MERCHANT_PARAMETER)
        if slug is None:
            return rows
        return rows.filter(**{f"{path}__slug": _printable_or_nothing(slug)})

    def may_see(self, row: Any) -> bool:
        """Tell of one row with its ``merchant`` what :meth:`scoped` tells of all."""
        own = merchant_of(_viewer(self.request))
        slug = self.request.query_params.get(MERCHANT_PARAMETER)
        return own in {None, row.merchant_id} and slug in {None, row.merchant.slug}

    @property
    def is_staff_session(self) -> bool:
        """Whether the operator's staff asks, to whom personal data is shown masked."""
        return merchant_of(_viewer(self.request)) is None

    def acting_merchant(self) -> Merchant:
        """Return the merchant a write is for.

        A key and a merchant's user write for their own; the operator's staff must name one.
        Raises a 400 problem when it is missing, 404 for one that is not there or not active.
        """
        request = self.request
        slug = request.query_params.get(MERCHANT_PARAMETER)
        own = merchant_of(_viewer(request))
        if own is None and not slug:
            raise Problem(
                400,
                "merchant_required",
                _("Say for which merchant: ?merchant=<slug>."),
                parameter=MERCHANT_PARAMETER,
            )
        wanted: dict[str, Any] = {} if slug is None else {"slug": _printable_or_nothing(slug)}
        if own is not None:
            wanted["pk"] = own
        found = Merchant.objects.filter(is_active=True, **wanted).first()
        if found is None:
            raise Problem(404, "not_found", _("There is no such merchant."))
        return found

    @property
    def actor(self) -> Actor:
        """Return who acts, for the action log."""
        if isinstance(self.request.auth, ApiKey):
            return Actor.api_key(self.request.auth)
        return Actor.user(self.request.user)


def one_of(rows: QuerySet[Any, Any]) -> Model:
    """Return the only row, or raise the 404 problem that says nothing."""
    found = rows.first()
    if found is None:
        raise Problem(404, "not_found", _("There is nothing here."))
    return found


def _viewer(request: Request) -> Any:
    return request.user


def _printable_or_nothing(text: str) -> str:
    return text if text.isprintable() and len(text) <= 100 else ""
