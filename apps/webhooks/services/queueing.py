"""The outbox: messages written in the transaction of what they tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from django.db import connection

from apps.core import clock
from apps.webhooks.choices import DeliveryState
from apps.webhooks.models import new_message_uid

QUEUE = f"""
WITH told AS (
    SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
                         %s::timestamptz[])
           AS new(uid, merchant_id, mode, kind, subject, payload, occurred_at)
), said AS (
    INSERT INTO webhooks_message (uid, merchant_id, mode, kind, subject, payload, occurred_at,
                                  created_at, is_unheard)
    SELECT told.uid, told.merchant_id, told.mode, told.kind, told.subject, told.payload::jsonb,
           told.occurred_at, %s,
           NOT EXISTS (SELECT 1 FROM webhooks_endpoint AS e WHERE e.merchant_id = told.merchant_id
                       AND e.mode = told.mode AND e.is_active
                       AND (e.kinds = '{{}}' OR told.kind = ANY(e.kinds)))
    FROM told
    RETURNING id, merchant_id, mode, kind, is_unheard
)
INSERT INTO webhooks_delivery (message_id, endpoint_id, state, attempts, next_at, last_error)
SELECT said.id, e.id, '{DeliveryState.PENDING.value}', 0, %s, ''
FROM said JOIN webhooks_endpoint AS e
     ON e.merchant_id = said.merchant_id AND e.mode = said.mode AND e.is_active
        AND (e.kinds = '{{}}' OR said.kind = ANY(e.kinds))
WHERE NOT said.is_unheard
"""  # noqa: S608


class Draft(NamedTuple):
    """A message to be: ``mode`` live or sandbox, ``payload`` what JSON can hold."""

    merchant_id: int
    mode: str
    kind: str
    subject: str
    payload: Mapping[str, Any]
    occurred_at: dt.datetime


def queue_messages(drafts: Sequence[Draft]) -> None:
    """Write messages and whom they go to in one statement, in the caller's transaction.

    A message nobody has asked for is kept and marked. Sandbox messages go to sandbox endpoints
    only, live ones to live ones.
    """
    if not drafts:
        return
    now = clock.real_now()
    columns: list[Any] = [
        [new_message_uid() for _ in drafts],
        [draft.merchant_id for draft in drafts],
        [draft.mode for draft in drafts],
        [draft.kind for draft in drafts],
        [draft.subject for draft in drafts],
        [orjson.dumps(draft.payload).decode() for draft in drafts],
        [draft.occurred_at for draft in drafts],
    ]
    with connection.cursor() as cursor:
        cursor.execute(QUEUE, [*columns, now, now])
