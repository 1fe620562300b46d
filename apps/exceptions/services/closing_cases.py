"""A person ends a case: resolved or dismissed, with a reason, and says which steps helped."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.exceptions.case_moves import DISMISSES, RESOLVES, closed
from apps.exceptions.choices import CaseMove, CaseState, Closer, CloseReason
from apps.exceptions.errors import CaseRefused
from apps.exceptions.models import Case
from apps.exceptions.services.case_changes import FREE, case_to_change, change_case, clock_running


def resolve_case(
    *,
    case_id: int,
    user: User,
    version: int,
    reason: str,
    note: str = "",
    helped: Mapping[int, bool] | None = None,
    closer: Closer = Closer.PERSON,
) -> Case:
    """Resolve a live case for one of `case_moves.RESOLVES`.

    ``helped`` says of steps (by id) whether they did; what is not said is inferred from the
    reason. The reason "other" asks for a note. Raises CaseUnknown, CaseForbidden, CaseChanged,
    CaseTaken, CaseRefused.
    """
    return _close(
        case_id=case_id, user=user, version=version, move=CaseMove.RESOLVE,
        state=CaseState.RESOLVED, reason=reason, note=note,
        helped=helped or {}, closer=closer,
    )  # fmt: skip


def dismiss_case(
    *,
    case_id: int,
    user: User,
    version: int,
    reason: str,
    note: str = "",
    closer: Closer = Closer.PERSON,
) -> Case:
    """Dismiss a live case for one of `case_moves.DISMISSES`: there was nothing to be done.

    Raises as :func:`resolve_case`.
    """
    return _close(
        case_id=case_id, user=user, version=version, move=CaseMove.DISMISS,
        state=CaseState.DISMISSED, reason=reason, note=note,
        helped={}, closer=closer,
    )  # fmt: skip


def _close(
    *,
    case_id: int,
    user: User,
    version: int,
    move: CaseMove,
    state: CaseState,
    reason: str,
    note: str,
    helped: Mapping[int, bool],
    closer: Closer,
) -> Case:
    why = check_closing(move=move, reason=reason, note=note)
    now = clock.now()
    with transaction.atomic():
        case = case_to_change(user=user, case_id=case_id, version=version, move=move)
        ended = clock_running(case, now=now)
        change_case(
            case=case,
            move=move,
            actor=Actor.user(user),
            standing=closed(ended, state=state, closer=closer, reason=why, now=now),
            values={"owner_id": case.owner_id or user.pk},
            claim=FREE,
            note=note,
        )
        for said in (True, False):
            case.steps.filter(pk__in=[pk for pk, did in helped.items() if did is said]).update(
                helped=said
            )
    return case


def check_closing(*, move: CaseMove, reason: str = "", note: str = "") -> CloseReason:
    """Return the reason. Raises CaseRefused for one that does not belong to the move, and for
    "other" without a note."""
    allowed = RESOLVES if move == CaseMove.RESOLVE else DISMISSES
    if reason not in {one.value for one in allowed}:
        raise CaseRefused(_("Choose a reason from the list."), code="reason")
    if reason == CloseReason.OTHER.value and not note.strip():
        raise CaseRefused(_("Another reason needs a few words."), code="note")
    return CloseReason(reason)
