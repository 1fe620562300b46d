"""One move for many cases: previewed, worked off in chunks that say how far they are, undone
as a whole.

A chunk is one transaction that also writes its progress: a process that dies loses one chunk and
doubles nothing, and any number of processes may work.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.exceptions.case_filters import CaseFilters
from apps.exceptions.case_moves import FROM
from apps.exceptions.case_selectors import cases_seen_by, live_cases
from apps.exceptions.choices import BulkState, CaseMove, CaseState, Closer
from apps.exceptions.errors import CaseRefused, CaseUnknown
from apps.exceptions.models import Case, CaseBulk
from apps.exceptions.services.acknowledging import acknowledge_case
from apps.exceptions.services.assigning import assign_case, check_assignment
from apps.exceptions.services.case_changes import refuse_stranger, taken_words
from apps.exceptions.services.case_undo import undo_case_action
from apps.exceptions.services.closing_cases import check_closing, dismiss_case, resolve_case
from apps.exceptions.services.waiting import check_wait, wait_case, wake_case

MOST_AT_ONCE = 5_000
CHUNK = 25
WORK_SECONDS = 4.0
UNDERWAY = (BulkState.RUNNING.value, BulkState.UNDOING.value)


@dataclass(frozen=True, slots=True)
class ForMany:
    """How a move is made for one case of many, and how its values are checked before."""

    make: Callable[..., Case]
    check: Callable[..., Any]
    values: frozenset[str]
    fixed: Mapping[str, Any]


def _nothing() -> None:
    """These moves have no values."""


MOVES: dict[CaseMove, ForMany] = {
    CaseMove.ACKNOWLEDGE: ForMany(acknowledge_case, _nothing, frozenset(), {}),
    CaseMove.WAIT: ForMany(wait_case, check_wait, frozenset({"waiting_for", "until", "note"}), {}),
    CaseMove.WAKE: ForMany(wake_case, _nothing, frozenset(), {}),
    CaseMove.ASSIGN: ForMany(
        assign_case, check_assignment, frozenset({"owner_id", "group_id", "note"}), {}
    ),
    CaseMove.RESOLVE: ForMany(
        resolve_case,
        lambda **values: check_closing(move=CaseMove.RESOLVE, **values),
        frozenset({"reason", "note"}),
        {"closer": Closer.BULK},
    ),
    CaseMove.DISMISS: ForMany(
        dismiss_case,
        lambda **values: check_closing(move=CaseMove.DISMISS, **values),
        frozenset({"reason", "note"}),
        {"closer": Closer.BULK},
    ),
}


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """What a move for many would do: (case id, version) of those it would change, the sentence
    by case id of those it would not; ``more`` says that there are others beyond 5,000."""

    chosen: tuple[tuple[int, int], ...]
    excluded: Mapping[int, str]
    more: bool


def preview_bulk(
    *,
    user: User,
    move: CaseMove,
    case_ids: Collection[int] | None = None,
    filters: CaseFilters | None = None,
) -> BulkPreview:
    """Tell what a move would do to the cases named, or to all of a view; changes nothing.

    Raises CaseUnknown, CaseForbidden, CaseRefused for a move that is made one by one.
    """
    refuse_stranger(user)
    _for_many(move)
    if case_ids is not None:
        rows = cases_seen_by(user).filter(pk__in=list(case_ids)[: MOST_AT_ONCE + 1])
    else:
        rows = live_cases(user=user, filters=filters or CaseFilters())
    found = list(rows.select_related("claimed_by")[: MOST_AT_ONCE + 1])
    excluded = {case.pk: why for case in found if (why := _why_not(case, move, user))}
    missing = set(case_ids or ()) - {case.pk for case in found}
    excluded |= dict.fromkeys(sorted(missing)[:MOST_AT_ONCE], _("There is no such case."))
    chosen = [(case.pk, case.version) for case in found if case.pk not in excluded]
    return BulkPreview(tuple(sorted(chosen)[:MOST_AT_ONCE]), excluded, len(found) > MOST_AT_ONCE)


def start_bulk(
    *,
    user: User,
    move: CaseMove,
    chosen: Sequence[tuple[int, int]],
    values: Mapping[str, Any] | None = None,
) -> CaseBulk:
    """Keep a move for the cases of a preview; it is worked off in chunks from now on.

    Raises CaseUnknown, CaseForbidden, CaseRefused (no case, more than 5,000, or values the move
    does not take).
    """
    refuse_stranger(user)
    given = {name: value for name, value in (values or {}).items() if value not in (None, "")}
    _check(move, given)
    wanted = sorted(dict(chosen).items())
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise CaseRefused(_("Choose between 1 and 5,000 cases."), code="cases")
    with transaction.atomic():
        bulk = CaseBulk.objects.create(
            user=user, move=move.value, wanted=wanted, total=len(wanted),
            values={
                name: value.isoformat() if isinstance(value, dt.datetime) else value
                for name, value in given.items()
            },
        )  # fmt: skip
        _log(bulk, "started", user)
    return bulk


def work_on_bulk(*, bulk_id: int | None = None, seconds: float = WORK_SECONDS) -> int:
    """Work on a move for many (on any that are underway, without one), for so many real seconds;
    returns how many cases were tried."""
    until, tried = time.monotonic() + seconds, 0
    while True:
        with transaction.atomic():
            rows = CaseBulk.objects.select_for_update(of=("self",), skip_locked=True)
            rows = rows.filter(state__in=UNDERWAY).select_related("user").order_by("id")
            bulk = (rows if bulk_id is None else rows.filter(pk=bulk_id)).first()
            if bulk is None:
                return tried
            tried += _chunk(bulk)
        if time.monotonic() > until:
            return tried


def undo_bulk(*, bulk_id: int, user: User) -> CaseBulk:
    """Begin to take back what one's move for many changed, the rest of it is dropped.

    Cases somebody has touched since stay as they are and are named in ``refused``. Raises
    CaseUnknown for another's, CaseForbidden, CaseRefused where it was taken back already.
    """
    refuse_stranger(user)
    with transaction.atomic():
        bulk = bulk_of(user=user, bulk_id=bulk_id, lock=True)
        if bulk.state not in (BulkState.RUNNING.value, BulkState.DONE.value):
            raise CaseRefused(_("This was taken back already."))
        bulk.state, bulk.refused, bulk.undone = BulkState.UNDOING.value, {}, 0
        bulk.finished_at = None
        bulk.save(update_fields=["state", "refused", "undone", "finished_at"])
        _log(bulk, "undone", user)
    return bulk


def bulk_of(*, user: User, bulk_id: int, lock: bool = False) -> CaseBulk:
    """Return a person's own move for many. Raises CaseUnknown."""
    rows = CaseBulk.objects.select_for_update(of=("self",)) if lock else CaseBulk.objects.all()
    bulk = rows.filter(pk=bulk_id, user_id=user.pk).first()
    if bulk is None:
        raise CaseUnknown(_("There is no such move for many cases."))
    return bulk


def _chunk(bulk: CaseBulk) -> int:
    """Do one chunk of a locked move, or of taking it back; returns how many cases were tried."""
    if bulk.state == BulkState.RUNNING.value:
        batch = bulk.wanted[bulk.done : bulk.done + CHUNK]
        _each(bulk, batch, _make_for(bulk))
        bulk.done += len(batch)
        ended = BulkState.DONE if bulk.done >= bulk.total else None
    else:
        batch = bulk.changed[bulk.undone : bulk.undone + CHUNK]
        _each(bulk, batch, _undo_for(bulk))
        bulk.undone += len(batch)
        ended = BulkState.UNDONE if bulk.undone >= len(bulk.changed) else None
    if ended is not None:
        bulk.state, bulk.finished_at = ended.value, clock.real_now()
    bulk.save(update_fields=["state", "changed", "refused", "done", "undone", "finished_at"])
    return len(batch)


def _each(
    bulk: CaseBulk, batch: Sequence[tuple[int, int]], work: Callable[[int, int], None]
) -> None:
    for case_id, version in batch:
        try:
            with transaction.atomic():
                work(case_id, version)
        except PortalError as error:
            bulk.refused[str(case_id)] = str(error)


def _make_for(bulk: CaseBulk) -> Callable[[int, int], None]:
    move = MOVES[CaseMove(bulk.move)]
    values = dict(bulk.values)
    if "until" in values:
        values["until"] = dt.datetime.fromisoformat(values["until"])

    def work(case_id: int, version: int) -> None:
        case = move.make(case_id=case_id, user=bulk.user, version=version, **values, **move.fixed)
        bulk.changed.append([case.pk, case.version])

    return work


def _undo_for(bulk: CaseBulk) -> Callable[[int, int], None]:
    def work(case_id: int, version: int) -> None:
        undo_case_action(case_id=case_id, user=bulk.user, version=version, claim=False)

    return work


def _why_not(case: Case, move: CaseMove, user: User) -> str:
    if case.state not in FROM[move]:
        return str(CaseState(case.state).label)
    return taken_words(case, user)


def _for_many(move: CaseMove) -> ForMany:
    found = MOVES.get(move)
    if found is None:
        raise CaseRefused(_("This is done case by case."), code="move")
    return found


def _check(move: CaseMove, values: Mapping[str, Any]) -> None:
    found = _for_many(move)
    if not set(values) <= found.values:
        raise CaseRefused(_("This is done case by case."), code="move")
    found.check(**values)


def _log(bulk: CaseBulk, word: str, user: User) -> None:
    record_action(
        action=f"exceptions.bulk.{word}",
        actor=Actor.user(user),
        subject=bulk,
        after={"move": bulk.move, "cases": bulk.total, "values": bulk.values},
    )
