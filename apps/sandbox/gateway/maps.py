"""Map tracks: query, subscription, and the page behind ``trailUrl`` (contract §3)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join

from apps.sandbox import services
from apps.sandbox.choices import SubscriptionProduct
from apps.sandbox.envelopes import JsonValue, success
from apps.sandbox.gateway.endpoint import Fields, endpoint
from apps.sandbox.gateway.views import (
    BAD_QUERY,
    BAD_SUBSCRIPTION,
    QUERY_TROUBLE,
    checked_query,
    param_of,
)

PAGE = (
    '<!doctype html><meta charset="utf-8"><title>{number}</title>'
    '<meta name="viewport" content="width=device-width">'
    '<body style="font:15px sans-serif;margin:1.5em"><h1>{carrier} {number}</h1><ol>{points}</ol>'
)
POINT = "<li><time>{}</time> <small>{}</small><br>{}</li>"


@endpoint(malformed=BAD_QUERY, trouble=QUERY_TROUBLE)
def maptrack(fields: Fields) -> JsonValue:
    """``POST /poll/maptrack.do``: family QUERY over the exact ``param``."""
    return services.answer_map_query(param=checked_query(fields))


@endpoint(malformed=BAD_SUBSCRIPTION)
def pollmap(fields: Fields) -> JsonValue:
    """``POST /pollmap``: subscribe with the key inside ``param``; the push brings the page."""
    if fields.get("schema", "").lower() not in {"", "json"}:
        raise BAD_SUBSCRIPTION
    services.accept_subscription(
        param=param_of(fields, BAD_SUBSCRIPTION), product=SubscriptionProduct.MAP
    )
    return success("提交成功")


def show_trail(request: HttpRequest, token: str) -> HttpResponse:
    """A parcel's way as a page: its points, newest first."""
    trail = services.find_trail(token)
    if trail is None:
        return HttpResponse("not found", status=404)
    points = format_html_join("", POINT, trail.points)
    page = format_html(PAGE, number=trail.number, carrier=trail.carrier, points=points)
    return HttpResponse(page)
