"""Who works on which case just now: a lease for one person, so that two never hold the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.exceptions.case_filters import EVERYTHING, WITH, WITHOUT, CaseFilters
from apps.exceptions.case_moves import LIVE
from apps.exceptions.case_selectors import SHOWN, live_cases
from apps.exceptions.errors import CaseRefused
from apps.exceptions.models import Case
from apps.exceptions.services.case_changes import (
    FREE,
    lease_of,
    locked_case,
    refuse_stranger,
    refuse_taken,
)

MOST_AHEAD = 10


def claim_next_case(
    *, user: User, filters: CaseFilters = EVERYTHING, exclude: Collection[int] = ()
) -> Case | None:
    """Take the dearest case of a view that nobody else holds or owns, for five real minutes.

    None where there is none. Cases that wait are left out unless the view asks for them; the ids
    in ``exclude`` too. Raises CaseUnknown, CaseForbidden.
    """
    found = claim_cases(user=user, filters=filters, exclude=exclude, count=1)
    return found[0] if found else None


def claim_cases(
    *, user: User, count: int, filters: CaseFilters = EVERYTHING, exclude: Collection[int] = ()
) -> list[Case]:
    """Take the next cases of a view, at most ten, so that they can be loaded ahead."""
    refuse_stranger(user)
    if filters.waiting == WITH and not filters.state:
        filters = replace(filters, waiting=WITHOUT)
    is_free = (
        Q(claimed_until__isnull=True)
        | Q(claimed_until__lt=clock.real_now())
        | Q(claimed_by_id=user.pk)
    )
    rows = live_cases(user=user, filters=filters).filter(is_free)
    rows = rows.filter(Q(owner__isnull=True) | Q(owner_id=user.pk)).exclude(pk__in=list(exclude))
    with transaction.atomic():
        locked = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
        ids = list(locked.values_list("pk", flat=True)[: min(count, MOST_AHEAD)])
        Case.objects.filter(pk__in=ids).update(**lease_of(user))
    return list(Case.objects.filter(pk__in=ids).select_related(*SHOWN).order_by("-rank", "id"))


def claim_case(*, user: User, case_id: int) -> dt.datetime:
    """Take a live case, or hold it longer; returns until when (real time).

    Raises CaseUnknown, CaseForbidden, CaseTaken, CaseRefused where it is closed.
    """
    lease = lease_of(user)
    with transaction.atomic():
        case = locked_case(user=user, case_id=case_id)
        refuse_taken(case, user)
        if case.state not in LIVE:
            raise CaseRefused(_("This case is closed."))
        Case.objects.filter(pk=case.pk).update(**lease)
    until: dt.datetime = lease["claimed_until"]
    return until


def release_case(*, user: User, case_id: int | None = None) -> int:
    """Let go of one case, or of all this person holds; returns how many."""
    rows = Case.objects.filter(claimed_by_id=user.pk, state__in=LIVE)
    if case_id is not None:
        rows = rows.filter(pk=case_id)
    return rows.update(**FREE)


def drop_expired_claims(*, limit: int = 500) -> int:
    """Take claims nobody has renewed off their cases; returns how many.

    An expired claim binds nobody; dropping it only tidies what pages show.
    """
    with transaction.atomic():
        rows = Case.objects.filter(claimed_until__lt=clock.real_now()).order_by("claimed_until")
        locked = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
        ids = list(locked.values_list("pk", flat=True)[:limit])
        return Case.objects.filter(pk__in=ids).update(**FREE)
