"""Moving the ladder: by itself from the figures, or pinned by hand with a note."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import transaction

from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.errors import NoteRequired
from apps.baidiyun.limits.ladder import Readings, Standing, next_move
from apps.baidiyun.limits.models import LadderMove, LadderState
from apps.baidiyun.limits.overview import readings
from apps.baidiyun.limits.selectors import forget_step, watched_mode
from apps.core import clock
from apps.core.actions import Actor, record_action

log = structlog.get_logger(__name__)
PINNED, UNPINNED = "pinned", "unpinned"


def move_ladder(*, mode: str = "") -> LadderStep | None:
    """Look at the figures of a mode (the watched one unless given) once and take at most one
    step; returns the new step or None.

    Somebody else looking (or pinning) at this moment is left alone.
    """
    figures = readings(mode=mode or watched_mode())
    with transaction.atomic():
        row = _row(skip_locked=True)
        if row is None:
            return None
        now = clock.real_now()
        standing = Standing(
            step=LadderStep(row.step),
            seconds=(now - row.since).total_seconds(),
            pinned=bool(row.pinned_by),
            strikes=row.strikes,
            climbed=row.climbed,
        )
        move = next_move(standing, figures)
        row.evaluated_at = now
        if move is not None:
            _step(row, move.step, reason=move.reason, figures=figures)
            row.strikes = move.strikes
        row.save()
    if move is None:
        return None
    forget_step()
    return move.step


def pin_ladder(*, step: LadderStep, note: str, actor: Actor) -> LadderState:
    """Stand on a step until `unpin_ladder`, whatever the figures say. Raises NoteRequired."""
    if not note.strip():
        raise NoteRequired("Say why the service level is pinned.")
    with transaction.atomic():
        row = _held()
        before = {"step": row.step, "pinned_by": row.pinned_by}
        row.pinned_by, row.pin_note = actor.name[:150] or actor.kind, note.strip()
        row.pinned_at = clock.real_now()
        _step(row, step, reason=PINNED, actor=actor, note=row.pin_note)
        row.strikes = 0
        row.save()
        after = {"step": row.step, "pinned_by": row.pinned_by}
        record_action(
            action="baidiyun.ladder.pinned",
            actor=actor,
            subject=row,
            before=before,
            after=after,
            note=row.pin_note,
        )
    forget_step()
    return row


def unpin_ladder(*, note: str, actor: Actor) -> LadderState:
    """Let the ladder move by itself again, from where it stands. Raises NoteRequired."""
    if not note.strip():
        raise NoteRequired("Say why the service level is released.")
    with transaction.atomic():
        row = _held()
        if not row.pinned_by:
            return row
        before = {"step": row.step, "pinned_by": row.pinned_by}
        row.pinned_by, row.pin_note, row.pinned_at = "", "", None
        _step(row, LadderStep(row.step), reason=UNPINNED, actor=actor, note=note.strip())
        row.save()
        after = {"step": row.step, "pinned_by": ""}
        record_action(
            action="baidiyun.ladder.unpinned",
            actor=actor,
            subject=row,
            before=before,
            after=after,
            note=note.strip(),
        )
    forget_step()
    return row


def _row(*, skip_locked: bool = False) -> LadderState | None:
    """Lock and return the ladder's row; None if somebody else holds it and we do not wait."""
    LadderState.objects.bulk_create(
        [LadderState(id=1, since=clock.real_now())], ignore_conflicts=True
    )
    return LadderState.objects.select_for_update(skip_locked=skip_locked).filter(id=1).first()


def _held() -> LadderState:
    row = _row()
    if row is None:
        raise LadderState.DoesNotExist
    return row


def _step(
    row: LadderState,
    step: LadderStep,
    *,
    reason: str,
    figures: Readings | None = None,
    actor: Actor | None = None,
    note: str = "",
) -> None:
    """Take a step in the caller's transaction: the row in memory, the move in its table."""
    before = LadderStep(row.step)
    shown = _figures(figures) if figures else {}
    LadderMove.objects.create(
        at=clock.real_now(),
        from_step=before.value,
        to_step=step.value,
        reason=reason,
        actor=actor.name[:150] if actor else "",
        note=note,
        figures=shown,
    )
    row.step, row.reason, row.since = step.value, reason, clock.real_now()
    row.climbed = step.rank < before.rank
    log.warning("ladder.moved", before=before.value, after=step.value, reason=reason, **shown)


def _figures(found: Readings) -> dict[str, Any]:
    return {
        "calls": found.calls,
        "error_rate": round(found.error_rate, 4),
        "p95_seconds": found.p95,
        "budget_left": round(found.budget_left, 4),
    }
