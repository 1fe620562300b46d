"""Changing how flags of a kind are handled, and going back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.exceptions.choices import PROVABLE
from apps.exceptions.errors import PolicyRefused
from apps.exceptions.models import KindPolicy
from apps.exceptions.policies import LEAST_JUDGED, why_not_itself
from apps.exceptions.selectors import precision_of

FIELDS = (
    "is_raised", "decides_itself", "sample_share", "second_look_share", "expires_after_hours",
)  # fmt: skip


def set_kind_policy(
    *,
    kind: str,
    user: User,
    is_raised: bool | None = None,
    decides_itself: bool | None = None,
    sample_share: Decimal | None = None,
    second_look_share: Decimal | None = None,
    expires_after_hours: int | None = None,
    note: str = "",
) -> KindPolicy:
    """Change what is given of a kind's policy and write it into the action log.

    The values until then are kept, to go back to. Raises PolicyRefused for a kind that is to
    decide itself and is neither provable nor right in 99.5 % of the last 200 verdicts of
    persons; the sentence says what is missing.
    """
    given: dict[str, Any] = {
        "is_raised": is_raised, "decides_itself": decides_itself, "sample_share": sample_share,
        "second_look_share": second_look_share, "expires_after_hours": expires_after_hours,
    }  # fmt: skip
    wanted = {name: value for name, value in given.items() if value is not None}
    return _change(kind, wanted, user, "exceptions.policy.changed", note)


def undo_kind_policy(*, kind: str, user: User) -> KindPolicy:
    """Go back to the values before the last change; doing it twice changes nothing.

    Raises PolicyRefused where nothing was changed yet, and where the figures do not allow the
    kind to decide itself any more.
    """
    former = KindPolicy.objects.values_list("former", flat=True).filter(kind=kind).first()
    if not former:
        raise PolicyRefused(_("Nobody has changed this kind yet."))
    return _change(kind, _read(former), user, "exceptions.policy.undone", "")


def _change(kind: str, wanted: dict[str, Any], user: User, action: str, note: str) -> KindPolicy:
    with transaction.atomic():
        policy, _made = KindPolicy.objects.select_for_update().get_or_create(kind=kind)
        before = _said(policy)
        if wanted.get("decides_itself") and not policy.decides_itself:
            _earn(policy)
        for name, value in wanted.items():
            setattr(policy, name, value)
        policy.former, policy.changed_at = before, clock.now()
        policy.save()
        record_action(
            action=action, actor=Actor.user(user), subject=policy,
            before=before, after=_said(policy), note=note[:200],
        )  # fmt: skip
    return policy


def _earn(policy: KindPolicy) -> None:
    """Write down the figures a kind may decide itself by. Raises PolicyRefused."""
    if reason := why_not_itself(policy.kind):
        raise PolicyRefused(reason)
    if policy.kind not in PROVABLE:
        seen = precision_of(policy.kind, last=LEAST_JUDGED)
        policy.judged, policy.right = seen.judged, seen.right


def _said(policy: KindPolicy) -> dict[str, str]:
    return {name: str(getattr(policy, name)) for name in FIELDS}


def _read(said: dict[str, str]) -> dict[str, Any]:
    """Return what :func:`_said` wrote, as values."""
    return {
        "is_raised": said["is_raised"] == "True",
        "decides_itself": said["decides_itself"] == "True",
        "sample_share": Decimal(said["sample_share"]),
        "second_look_share": Decimal(said["second_look_share"]),
        "expires_after_hours": int(said["expires_after_hours"]),
    }
