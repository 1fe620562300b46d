"""Revealing personal data: asked for by POST, recorded, over after five minutes.

What is revealed is one record, in one session. The permission is
``accounts.reveal_personal_data``; a merchant's user may reveal their own merchant's records.
Both are written to the action log as ``personal_data.revealed``.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest

from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.core.actions import Actor, record_action

REVEAL_SECONDS = 300
SESSION_KEY = "revealed"
PERMISSION = "accounts.reveal_personal_data"


def may_reveal(user: Any, *, merchant_id: int | None) -> bool:
    """Tell whether somebody may see a record of that merchant unmasked."""
    own = merchant_of(user)
    if own is not None:
        return own == merchant_id
    return bool(user.has_perm(PERMISSION))


def is_revealed(request: HttpRequest, subject: models.Model) -> bool:
    """Tell whether this session revealed that record within the last five minutes (real time)."""
    until = _running(request).get(_name_of(subject), 0.0)
    return bool(until > clock.real_now().timestamp())


def reveal(request: HttpRequest, subject: models.Model, *, merchant_id: int | None) -> None:
    """Show a record unmasked in this session for five minutes and write down who did it.

    The caller has checked :func:`may_reveal`.
    """
    record_action(
        action="personal_data.revealed",
        actor=Actor.user(request.user),
        subject=subject,
        merchant_id=merchant_id,
    )
    now = clock.real_now().timestamp()
    kept = {name: until for name, until in _running(request).items() if until > now}
    kept[_name_of(subject)] = now + REVEAL_SECONDS
    request.session[SESSION_KEY] = kept


def _running(request: HttpRequest) -> dict[str, float]:
    return dict(request.session.get(SESSION_KEY, {}))


def _name_of(subject: models.Model) -> str:
    return f"{subject._meta.label_lower}:{subject.pk}"
