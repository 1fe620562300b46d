"""The command palette: one box that takes an order number, a tracking number or one of our ids."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from apps.accounts.scoping import scope_to
from apps.orders.choices import OrderStatus
from apps.orders.models import Order
from apps.shipments.admin.find import PREFIX_MIN, quick_find, spellings_of

ORDERS_MAX = 8


def find(request: HttpRequest, search_term: str) -> list[SearchResult]:
    """Return orders and shipments of the viewer that a term names; every question is indexed."""
    return [*_orders(request, search_term), *quick_find(request, search_term)]


def _orders(request: HttpRequest, term: str) -> list[SearchResult]:
    if not request.user.has_perm("orders.view_order"):
        return []
    words = spellings_of(request.GET.get("s", term))
    condition = Q(number__in=words) | Q(uid__in=[word.lower() for word in words])
    for word in words:
        if len(word) >= PREFIX_MIN:
            condition |= Q(number__startswith=word)
    rows = scope_to(request.user, Order.objects.filter(condition)).select_related("merchant")
    return [_result(order) for order in rows.order_by("number")[:ORDERS_MAX]]


def _result(order: Order) -> SearchResult:
    status: Any = OrderStatus.parse(order.status)
    return SearchResult(
        title=order.number,
        description=f"{status.label if status else order.status} · {order.merchant.name}",
        link=reverse("admin:orders_order_change", args=[order.pk]),
        icon="receipt_long",
    )
