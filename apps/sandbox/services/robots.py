"""WeCom's robot: takes a message or refuses it, and remembers both."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.core import clock
from apps.core.locks import lock_keys
from apps.sandbox.models import SandboxRobotMessage
from apps.sandbox.robot import (
    MESSAGES_A_MINUTE,
    NO_JSON,
    NOT_A_ROBOT,
    TAKEN,
    TOO_OFTEN,
    Verdict,
    is_robot,
    judge,
)

MINUTE = dt.timedelta(seconds=60)
MOST_KEPT, TRIM_EVERY = 20_000, 500
LONGEST_KEPT = 8_192
MOST_LISTED = 200


@transaction.atomic
def send_to_robot(*, key: str, body: bytes, told: Verdict | None = None) -> Verdict:
    """Judge a message and keep it; at most 20 taken ones in any real minute and key.

    ``told`` is what the robot answers to everything, where it was told to (`robot_faults`).
    """
    message, verdict = look_at(key=key, body=body)
    verdict = told or verdict
    if verdict == TAKEN:
        lock_keys("sandbox-robot", [key])
        verdict = TOO_OFTEN if _is_full(key) else verdict
    keep_message(key[:64], message, verdict, at=clock.real_now())
    return verdict


def look_at(*, key: str, body: bytes) -> tuple[dict[str, Any], Verdict]:
    """Return a message (empty where there is none) and what the robot says to it, without asking
    how often it is spoken to."""
    if not is_robot(key):
        return {}, NOT_A_ROBOT
    message = _read(body)
    return (message, judge(message)) if message is not None else ({}, NO_JSON)


def list_messages(*, key: str, after: int = 0, limit: int = MOST_LISTED) -> dict[str, Any]:
    """What a robot got, oldest first after the cursor, with the next cursor (0: no more)."""
    rows = SandboxRobotMessage.objects.filter(key=key, pk__gt=after).order_by("pk")
    found = list(rows[: limit + 1])
    return {
        "key": key,
        "total": SandboxRobotMessage.objects.filter(key=key).count(),
        "messages": [
            {
                "cursor": row.pk,
                "msgtype": row.kind,
                "errcode": row.errcode,
                "received_at": row.received_real_at.isoformat(),
                "body": row.body,
            }
            for row in found[:limit]
        ],
        "next": found[limit - 1].pk if len(found) > limit else 0,
    }


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_full(key: str) -> bool:
    since = clock.real_now() - MINUTE
    taken = SandboxRobotMessage.objects.filter(key=key, errcode=0, received_real_at__gt=since)
    return taken.count() >= MESSAGES_A_MINUTE


def keep_message(
    key: str, message: Mapping[str, Any], verdict: Verdict, *, at: dt.datetime
) -> None:
    """Write a message and its answer into the table; the oldest go."""
    row = SandboxRobotMessage.objects.create(
        key=key.replace("\x00", ""),
        kind=_storable(str(message.get("msgtype", "")))[:20],
        body=_kept_body(message),
        errcode=verdict.errcode,
        received_real_at=at,
    )
    if row.pk % TRIM_EVERY == 0:
        SandboxRobotMessage.objects.filter(pk__lte=row.pk - MOST_KEPT).delete()


def _kept_body(message: Mapping[str, Any]) -> Any:
    """The message as JSON that the database can hold; a large one is cut to its beginning."""
    text = json.dumps(message, ensure_ascii=False)
    if len(text) > LONGEST_KEPT:
        return {"cut": _storable(text[:LONGEST_KEPT])}
    if _storable(text) != text or "\\u0000" in text or "NaN" in text or "Infinity" in text:
        return {"text": _storable(text)}
    return dict(message)


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "").replace("\\u0000", "")
