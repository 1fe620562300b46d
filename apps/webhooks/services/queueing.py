"""The outbox: messages written in the transaction of what they tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from django.db import connection

from apps.core import clock
from apps.core.bulk import pack, unnest
from apps.core.context import request_id
from apps.webhooks.choices import DeliveryState
from apps.webhooks.models import new_message_uids

COLUMNS = (
    ("uid", "text"),
    ("merchant_id", "bigint"),
    ("mode", "text"),
    ("kind", "text"),
    ("subject", "text"),
    ("payload", "text"),
    ("occurred_at", "timestamptz"),
    ("request_id", "text"),
)
QUEUE = f"""
WITH told AS (
    SELECT * FROM {unnest(COLUMNS, "new")}
), said AS (
    INSERT INTO webhooks_message (uid, merchant_id, mode, kind, subject, payload, occurred_at,
                                  request_id, created_at, is_unheard)
    SELECT told.uid, told.merchant_id, told.mode, told.kind, told.subject, told.payload::jsonb,
           told.occurred_at, told.request_id, %s,
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
    """A message to be: ``mode`` live or sandbox, ``payload`` what JSON can hold.

    Without a ``request_id`` it follows from the request at hand.
    """

    merchant_id: int
    mode: str
    kind: str
    subject: str
    payload: Mapping[str, Any]
    occurred_at: dt.datetime
    request_id: str = ""


def queue_messages(drafts: Sequence[Draft]) -> None:
    """Write messages and whom they go to in one statement, in the caller's transaction.

    A message nobody has asked for is kept and marked. Sandbox messages go to sandbox endpoints
    only, live ones to live ones.
    """
    if not drafts:
        return
    now, served = clock.real_now(), request_id()
    rows = [
        (uid, draft.merchant_id, draft.mode, draft.kind, draft.subject,
         orjson.dumps(draft.payload).decode(), draft.occurred_at, draft.request_id or served)
        for uid, draft in zip(new_message_uids(len(drafts)), drafts, strict=True)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(QUEUE, [*pack(COLUMNS, rows), now, now])
