"""The home page: what is on fire, what must be done now, how is today."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled

from apps.accounts.models import ApiKey, Merchant
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.monitoring import today
from apps.monitoring.fires import fires
from apps.monitoring.menu import list_address
from apps.orders.models import Order

log = structlog.get_logger(__name__)
HOME_TIMEOUT = "3s"
MODES = ("live", "sandbox")


def home_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the home page shows.

    All its numbers are capped or read by index; should the database still take longer than
    three seconds for one of them, the page says so instead of waiting.
    """
    context["title"] = _("Today")
    context["home_merchant"] = merchant_of(request.user)
    context["home_now"] = clock.now()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [HOME_TIMEOUT])
            context.update(_figures(request))
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        log.warning("home page took too long", limit=HOME_TIMEOUT)
        context["home_late"] = True
    return context


def chosen_mode(request: HttpRequest) -> str:
    """Return which orders and parcels are counted: live ones, sandbox ones or, "", both.

    Test orders stay out of the numbers of a real day; a simulated world has nothing else.
    """
    wanted = request.GET.get("mode")
    if wanted is not None:
        return wanted if wanted in MODES else ""
    return "" if clock.world() else "live"


def _figures(request: HttpRequest) -> dict[str, Any]:
    steps = first_steps(request)
    if steps:
        return {"home_steps": steps}
    mode = chosen_mode(request)
    counts = today.parcel_counts(request, mode=mode)
    shown: dict[str, Any] = {
        "home_mode": mode,
        "home_numbers": today.numbers(request, counts, mode=mode),
        "home_parcels": today.parcels(request, counts, mode=mode),
        "home_problems": today.problems(request),
    }
    if merchant_of(request.user) is None:
        shown |= {
            "home_fires": fires(request, mode=mode),
            "home_callbacks": today.callbacks(request),
        }
    return shown


def first_steps(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what to do first, while there is not a single order; empty afterwards."""
    if Order.objects.exists():
        return []
    if merchant_of(request.user) is not None:
        return [{"name": "order", "done": False, "url": "/api/v1/docs"}]
    merchants = list_address(request, "accounts.merchant")
    keys = list_address(request, "accounts.apikey")
    return [
        {
            "name": "merchant",
            "done": Merchant.objects.exists(),
            "url": f"{merchants}add/" if merchants else "",
        },
        {
            "name": "key",
            "done": ApiKey.objects.filter(revoked_at=None).exists(),
            "url": f"{keys}add/" if keys else "",
        },
        {"name": "order", "done": False, "url": "/api/v1/docs"},
    ]
