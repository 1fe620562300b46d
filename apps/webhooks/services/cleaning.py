"""Retention: messages go when they are old and settled."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from apps.core import clock
from apps.webhooks.models import OPEN_STATES

KEEP_MESSAGES = dt.timedelta(days=30)
PURGE = """
DELETE FROM webhooks_message WHERE id IN (
    SELECT m.id FROM webhooks_message AS m
    WHERE m.created_at < %s AND NOT EXISTS (
        SELECT 1 FROM webhooks_delivery AS d WHERE d.message_id = m.id AND d.state = ANY(%s))
    ORDER BY m.id LIMIT %s
)
"""
PURGE_DELIVERIES = """
DELETE FROM webhooks_delivery WHERE id IN (
    SELECT d.id FROM webhooks_delivery AS d JOIN webhooks_message AS m ON m.id = d.message_id
    WHERE m.created_at < %s AND d.state <> ALL(%s) ORDER BY m.id LIMIT %s
)
"""


def purge_messages(*, limit: int = 10_000) -> int:
    """Delete messages older than 30 days that nobody waits for; returns how many."""
    before, open_states = clock.real_now() - KEEP_MESSAGES, list(OPEN_STATES)
    with connection.cursor() as cursor:
        cursor.execute(PURGE_DELIVERIES, [before, open_states, limit])
        cursor.execute(PURGE, [before, open_states, limit])
        return cursor.rowcount
