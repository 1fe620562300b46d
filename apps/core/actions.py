"""The action log: every decision of a person, a key or the system, written once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from apps.core import clock
from apps.core.context import request_id
from apps.core.models import ActionLog


@dataclass(frozen=True)
class Actor:
    """Who acts: a user, an API key, or a part of the system."""

    kind: str
    id: str
    name: str

    @classmethod
    def user(cls, user: Any) -> Actor:
        """Return the actor for a logged-in person."""
        return cls("user", str(user.pk), user.get_username())

    @classmethod
    def api_key(cls, key: Any) -> Actor:
        """Return the actor for an API key; the key itself is never written down."""
        return cls("api_key", str(key.pk), f"{key.name} ({key.prefix})")

    @classmethod
    def system(cls, name: str) -> Actor:
        """Return the actor for a task or process."""
        return cls("system", "", name)


def record_action(
    *,
    action: str,
    actor: Actor,
    subject: models.Model | tuple[str, str],
    merchant_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> ActionLog:
    """Append one row, in the caller's transaction.

    ``action`` is dotted and machine readable (``orders.address.corrected``); ``before`` and
    ``after`` hold only what changed, personal data masked by the caller.
    """
    kind, key = _subject_of(subject)
    return ActionLog.objects.create(
        at=clock.now(),
        real_at=clock.real_now(),
        action=action,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        subject_kind=kind,
        subject_id=key,
        merchant_id=merchant_id,
        before=before or {},
        after=after or {},
        note=note,
        request_id=request_id(),
    )


def _subject_of(subject: models.Model | tuple[str, str]) -> tuple[str, str]:
    if isinstance(subject, models.Model):
        return subject._meta.label_lower, str(subject.pk)
    return subject
