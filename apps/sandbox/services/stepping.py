"""One step of the world without its engine: for tests and scripts."""

from __future__ import annotations

import datetime as dt

from apps.sandbox.services.pushing import (
    Send,
    advance_orders,
    advance_subscriptions,
    claim_pushes,
    push_fields,
    record_answers,
)
from apps.sandbox.services.ride_pushing import advance_rides


def push_due(*, now: dt.datetime, send: Send, limit: int = 100) -> int:
    """Make and send everything due at ``now``, one after the other; returns how many."""
    advance_orders(now=now)
    advance_subscriptions(now=now)
    advance_rides(now=now)
    pushes = claim_pushes(now=now, limit=limit)
    answers = [(push, send(push.url, push_fields(push))) for push in pushes]
    record_answers(answers=answers, now=now)
    return len(pushes)
