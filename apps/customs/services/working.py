"""People's minutes on declarations, as far as pages measure them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from apps.core import clock
from apps.core.actions import Actor
from apps.customs.choices import StepSource
from apps.customs.models import Declaration, DeclarationStep
from apps.customs.moves import is_ended
from apps.customs.services.storing import who

MOST_SECONDS = 15 * 60


def counted(seconds: int) -> int:
    """Return what counts of a stretch of work: at most a quarter of an hour, never below zero."""
    return max(0, min(seconds, MOST_SECONDS))


def add_work(
    declarations: Sequence[Declaration], *, seconds: int, actor: Actor, words: str = ""
) -> None:
    """Count a person's time on declarations that have not ended, in equal parts, with a step each.

    Runs in the caller's transaction. Without time nothing is written.
    """
    spent = counted(seconds)
    open_rows = [row for row in declarations if not is_ended(row.state)]
    if not spent or not open_rows:
        return
    part, rest = divmod(spent, len(open_rows))
    now = clock.now()
    for index, row in enumerate(open_rows):
        share = part + (rest if index == 0 else 0)
        Declaration.objects.filter(pk=row.pk).update(human_seconds=F("human_seconds") + share)
        DeclarationStep.objects.create(
            declaration=row,
            from_state=row.state,
            to_state=row.state,
            source=StepSource.PERSON.value,
            who=who(actor),
            words=words[:500],
            seconds=share,
            at=now,
            known_at=now,
        )
