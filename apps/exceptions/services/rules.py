"""Changing how flags of a kind are handled."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.exceptions.errors import PolicyRefused
from apps.exceptions.models import KindPolicy
from apps.exceptions.policies import forget_rules, why_not_itself

FIELDS = ("is_raised", "decides_itself", "sample_share", "expires_after_hours")


def set_kind_policy(
    *,
    kind: str,
    user: User,
    is_raised: bool | None = None,
    decides_itself: bool | None = None,
    sample_share: Decimal | None = None,
    expires_after_hours: int | None = None,
) -> KindPolicy:
    """Change what is given of a kind's policy and write it into the action log.

    Raises PolicyRefused for a kind that is to decide itself and is neither provable nor right
    in 99.5 % of the last 200 verdicts of persons; the sentence says what is missing.
    """
    given: dict[str, Any] = {
        "is_raised": is_raised, "decides_itself": decides_itself,
        "sample_share": sample_share, "expires_after_hours": expires_after_hours,
    }  # fmt: skip
    with transaction.atomic():
        policy, _made = KindPolicy.objects.select_for_update().get_or_create(kind=kind)
        if decides_itself and not policy.decides_itself and (reason := why_not_itself(kind)):
            raise PolicyRefused(reason)
        before = {name: str(getattr(policy, name)) for name in FIELDS}
        for name, value in given.items():
            if value is not None:
                setattr(policy, name, value)
        policy.changed_at = clock.now()
        policy.save()
        record_action(
            action="exceptions.policy.changed", actor=Actor.user(user), subject=policy,
            before=before, after={name: str(getattr(policy, name)) for name in FIELDS},
        )  # fmt: skip
    forget_rules()
    return policy
