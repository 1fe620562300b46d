"""A case waits for somebody else: its clock stops until it is taken up again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.exceptions.case_moves import waiting
from apps.exceptions.choices import CaseMove, WaitingFor
from apps.exceptions.errors import CaseRefused
from apps.exceptions.models import Case
from apps.exceptions.services.case_changes import (
    FREE,
    case_to_change,
    change_case,
    clock_running,
    standing_of,
)

LONGEST_WAIT = dt.timedelta(days=60)


def wait_case(
    *,
    case_id: int,
    user: User,
    version: int,
    waiting_for: str,
    until: dt.datetime | None = None,
    note: str = "",
) -> Case:
    """Let a live case wait for a `WaitingFor`, until a moment of business time or without end.

    One that waits already waits for somebody else or for longer. Whoever lets it wait has
    acknowledged it and lets go of it. Raises CaseUnknown, CaseForbidden, CaseChanged, CaseTaken,
    CaseRefused (nobody to wait for; a moment that has gone by or is more than 60 days away).
    """
    check_wait(waiting_for=waiting_for, until=until)
    now = clock.now()
    with transaction.atomic():
        case = case_to_change(user=user, case_id=case_id, version=version, move=CaseMove.WAIT)
        change_case(
            case=case,
            move=CaseMove.WAIT,
            actor=Actor.user(user),
            standing=waiting(standing_of(case), whom=waiting_for, until=until, now=now),
            values={"owner_id": case.owner_id or user.pk},
            claim=FREE,
            note=note,
        )
    return case


def wake_case(*, case_id: int, user: User, version: int) -> Case:
    """Take a waiting case up again; what is due moves on by the time it waited.

    Raises CaseUnknown, CaseForbidden, CaseChanged, CaseTaken, CaseRefused.
    """
    with transaction.atomic():
        case = case_to_change(user=user, case_id=case_id, version=version, move=CaseMove.WAKE)
        standing = clock_running(case, now=clock.now())
        change_case(case=case, move=CaseMove.WAKE, actor=Actor.user(user), standing=standing)
    return case


def check_wait(*, waiting_for: str = "", until: dt.datetime | None = None, note: str = "") -> None:
    """Raise CaseRefused where nobody is named to wait for, or the moment has gone by or is more
    than 60 days away."""
    now = clock.now()
    if waiting_for not in WaitingFor.values() or waiting_for == WaitingFor.NOBODY.value:
        raise CaseRefused(_("Say whom the case waits for."), code="waiting_for")
    if until is not None and not now < until <= now + LONGEST_WAIT:
        raise CaseRefused(_("A case waits until a moment within the next 60 days."), code="until")
