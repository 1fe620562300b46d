"""What every operation of the OpenAPI document shares: problems and rate headers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from apps.accounts.api.problems import CONTENT_TYPE

JSON = "application/json"

MEANINGS: dict[int, Any] = {
    400: _("The request cannot be read: JSON, a query parameter, a cursor or a header is wrong."),
    401: _("No key, or one that is unknown, revoked, expired or of an inactive merchant."),
    403: _("The key lacks the scope, the person the permission, or the CSRF token is missing."),
    404: _("There is nothing here, or it is another merchant's."),
    406: _("Answers are JSON; the Accept header excludes it."),
    409: _("The request contradicts the present state; the code says how."),
    413: _("The body is larger than 1,000,000 bytes."),
    415: _("The body must be application/json."),
    422: _("Some fields are not acceptable; `errors` names each of them by its dotted path."),
    429: _("Too many requests in this minute; `Retry-After` says how long to wait."),
    500: _("Something failed on our side; `request_id` finds it in our logs."),
    503: _("The database cannot be reached; `Retry-After` says when to try again."),
}
ALWAYS = (400, 401, 403, 406, 429, 500, 503)


class FieldErrorSerializer(serializers.Serializer[Any]):
    """One field that is not acceptable."""

    field = serializers.CharField(help_text=_("Dotted path, such as `lines.0.weight_grams`."))
    code = serializers.CharField(help_text=_("Stable and machine readable."))
    message = serializers.CharField(help_text=_("A sentence in the language of the request."))


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457). Further members depend on the code."""

    type = serializers.CharField(help_text=_("`/problems/` and the code: an identifier."))
    title = serializers.CharField(help_text=_("What kind of problem it is, for people."))
    status = serializers.IntegerField(help_text=_("The HTTP status again."))
    code = serializers.CharField(help_text=_("Stable and machine readable."))
    detail = serializers.CharField(
        required=False, help_text=_("What went wrong this time; absent in a 500.")
    )
    errors = FieldErrorSerializer(  # type: ignore[assignment]
        many=True, required=False, help_text=_("One entry a field, at most 100.")
    )
    request_id = serializers.CharField(help_text=_("Name it when you ask us."))


def answers(
    success: dict[int, Any], *problems: int, examples: dict[int, list[OpenApiExample]] | None = None
) -> dict[Any, Any]:
    """Return the responses of an operation: what succeeds and every problem it may answer."""
    found: dict[Any, Any] = {(status, JSON): body for status, body in success.items()}
    for status in sorted({*ALWAYS, *problems}):
        found[(status, CONTENT_TYPE)] = OpenApiResponse(
            ProblemSerializer,
            description=MEANINGS[status],
            examples=(examples or {}).get(status, []),
        )
    return found


RATE_HEADERS = [
    OpenApiParameter(
        name=name,
        type=OpenApiTypes.INT,
        location=OpenApiParameter.HEADER,
        response=True,
        description=meaning,
    )
    for name, meaning in (
        ("RateLimit-Limit", _("Requests a key may make a minute.")),
        ("RateLimit-Remaining", _("Requests left in this minute.")),
        ("RateLimit-Reset", _("Seconds until the count begins anew.")),
    )
]
MERCHANT_PARAMETER = OpenApiParameter(
    name="merchant",
    type=OpenApiTypes.STR,
    description=_(
        "Slug of a merchant. Only for the operator's staff, who must name one to write; "
        "for everybody else it can only be their own."
    ),
)
COMMON = [*RATE_HEADERS, MERCHANT_PARAMETER]
IDEMPOTENCY_HEADER = OpenApiParameter(
    name="Idempotency-Key",
    type=OpenApiTypes.STR,
    location=OpenApiParameter.HEADER,
    description=_(
        "1 to 255 printable ASCII characters of your choice, new for each order. A repeat with "
        "the same body gets the first answer again (header `Idempotent-Replayed: true`), a "
        "repeat with another body a 422. Kept for two days; a request that failed is not kept."
    ),
)
