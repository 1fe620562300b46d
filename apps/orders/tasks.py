"""Ticks of orders: each loads nothing itself and calls one service after the other."""

from __future__ import annotations

from dataclasses import asdict

from celery import shared_task

from apps.core.lanes import alone
from apps.orders.services import (
    ask_about_bookings,
    ask_riders,
    call_carriers,
    follow_changes,
    follow_customs,
    free_braked,
    run_shadow_calls,
    send_cancellations,
    send_ready_bookings,
    watch_live_calls,
)

BOOK_LIMIT, LANES = 200, 8
RIDER_LANES = 4
"""How many bookings a round sends at most, and how many of them wait for an answer at once."""


@shared_task(name="orders.book_ready")
def book_ready() -> dict[str, int]:
    """Cancel, book what is ready, call carriers for what is booked; one worker at a time."""

    def work() -> dict[str, int]:
        if watch_live_calls() is None:
            free_braked()
        cancelled = send_cancellations()
        return {
            "cancelled": cancelled,
            "sent": send_ready_bookings(limit=BOOK_LIMIT, lanes=LANES),
            "called": call_carriers(),
        }

    return alone("orders.book_ready", work) or {}


@shared_task(name="orders.ask_platform")
def ask_platform() -> int:
    """Ask about bookings whose callbacks did not come."""
    return alone("orders.ask_platform", ask_about_bookings) or 0


@shared_task(name="orders.ask_riders")
def ask_riders_task() -> dict[str, int]:
    """Ask where the riders on the road are; a second worker at it asks for others."""
    return asdict(ask_riders(limit=BOOK_LIMIT, lanes=RIDER_LANES))


@shared_task(name="orders.follow_changes")
def follow_changes_task() -> int:
    """Bring orders up to date with their shipments."""
    return follow_changes()


@shared_task(name="orders.follow_customs")
def follow_customs_task() -> int:
    """Hold and free bookings by what customs says."""
    return follow_customs()


@shared_task(name="orders.shadow")
def shadow() -> int:
    """Ask what the platform would charge for manual parcels, where somebody wants to know."""
    return run_shadow_calls()
