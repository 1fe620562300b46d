"""What the home page shows, in the order somebody woken at night asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiKey, Merchant
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.monitoring import today
from apps.monitoring.fires import calm_since, fires
from apps.monitoring.home.patience import Patience, patience
from apps.monitoring.home.platform import data_age, facts
from apps.monitoring.home.promises import others, promises
from apps.monitoring.home.pulse import beats
from apps.monitoring.home.queues import queues
from apps.monitoring.home.reach import By, Reach, Shown
from apps.monitoring.home.unwatched import unwatched
from apps.monitoring.home.verdict import verdict_of
from apps.monitoring.home.words import words
from apps.monitoring.menu import list_address
from apps.monitoring.objectives import objective_states
from apps.orders.models import Order

HOME_SECONDS = 3.0
"""The whole page waits for the database no longer than this."""
MODES = ("live", "sandbox")


def home_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the home page shows.

    All its numbers are capped or read by index; should the database still take longer than three
    seconds for all of them together, the page shows what was answered and says what was not.
    """
    context["title"] = _("Today")
    context["home_words"] = words()
    context.update(state_of(request))
    return context


def state_of(request: HttpRequest) -> dict[str, Any]:
    """Return everything below the header: of the whole portal for staff, of their own day for a
    merchant's user."""
    is_staff = merchant_of(request.user) is None
    mode = chosen_mode(request)
    shown: dict[str, Any] = {
        "home_merchant": merchant_of(request.user),
        "home_now": clock.now(),
        "home_at": clock.real_now(),
        "home_mode": mode,
    }
    with patience(HOME_SECONDS) as asked:
        if is_staff:
            shown |= _watched(request, asked, mode)
        shown |= _day(request, asked, mode, is_staff=is_staff)
        if is_staff:
            shown["home_verdict"] = verdict_of(
                shown["home_fires"],
                now=shown["home_at"],
                calm_since=shown["home_calm_since"],
                whole=not asked.late,
            )
    shown["home_late"] = asked.late
    return shown


def chosen_mode(request: HttpRequest) -> str:
    """Return which orders and parcels are counted: live ones, sandbox ones or, "", both.

    Test orders stay out of the numbers of a real day; a simulated world has nothing else.
    """
    wanted = request.GET.get("mode")
    if wanted is not None:
        return wanted if wanted in MODES else ""
    return "" if clock.world() else "live"


def _watched(request: HttpRequest, asked: Patience, mode: str) -> dict[str, Any]:
    """Return how the portal itself does; what was not answered in time is None."""
    questions: dict[str, Callable[[], Any]] = {
        "fires": lambda: fires(request, mode=mode),
        "calm_since": calm_since,
        "states": lambda: objective_states(with_budgets=False),
        "beats": beats,
        "age": lambda: data_age(request),
        "queues": lambda: queues(request),
        "facts": lambda: facts(request),
    }
    shown = {f"home_{name}": asked.ask(name, question) for name, question in questions.items()}
    found, pulse = shown["home_fires"] or [], shown["home_beats"]
    shown["home_fires"] = [*found, *(unwatched(pulse, found) if pulse else ())]
    states = shown.pop("home_states")
    shown["home_promises"] = promises(states or ())
    shown["home_objectives"] = others(states or ())
    shown["home_charts"] = {"shown": list(Shown), "reach": list(Reach), "by": list(By)}
    return shown


def _day(request: HttpRequest, asked: Patience, mode: str, *, is_staff: bool) -> dict[str, Any]:
    """Return the business of the day, or what to do first while there is none."""
    steps = asked.ask("steps", lambda: first_steps(request))
    if steps or steps is None:
        return {"home_steps": steps}
    counts = asked.ask("parcels", lambda: today.parcel_counts(request, mode=mode))
    shown: dict[str, Any] = {"home_numbers": None, "home_parcels": None}
    if counts is not None:
        shown["home_numbers"] = asked.ask(
            "numbers", lambda: today.numbers(request, counts, mode=mode)
        )
        shown["home_parcels"] = today.parcels(request, counts, mode=mode)
    shown["home_problems"] = asked.ask("problems", lambda: today.problems(request))
    if is_staff:
        shown["home_callbacks"] = asked.ask("callbacks", lambda: today.callbacks(request))
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
