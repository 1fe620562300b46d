"""Somebody has seen a case and cares for it."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.exceptions.case_moves import acknowledged
from apps.exceptions.choices import CaseMove
from apps.exceptions.models import Case
from apps.exceptions.services.case_changes import case_to_change, change_case, standing_of


def acknowledge_case(*, case_id: int, user: User, version: int) -> Case:
    """Acknowledge an open case; it is this person's from now on if it was nobody's.

    Raises CaseUnknown, CaseForbidden, CaseChanged, CaseTaken, CaseRefused.
    """
    with transaction.atomic():
        case = case_to_change(
            user=user, case_id=case_id, version=version, move=CaseMove.ACKNOWLEDGE
        )
        change_case(
            case=case,
            move=CaseMove.ACKNOWLEDGE,
            actor=Actor.user(user),
            standing=acknowledged(standing_of(case), now=clock.now()),
            values={"owner_id": case.owner_id or user.pk},
        )
    return case
