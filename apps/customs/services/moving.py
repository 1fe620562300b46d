"""Moving declarations: handed in, answered, and what customs decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.text import clean_line
from apps.customs.choices import DeclarationState, RuleStage, StepSource
from apps.customs.completeness import assess_record
from apps.customs.errors import NotAllowedNow, ReasonNeeded
from apps.customs.models import Consignment, Declaration, DeclarationStep
from apps.customs.moves import AT_CUSTOMS, STOPPED, is_ended, is_first_try, may_move
from apps.customs.record import from_json
from apps.customs.selectors import current_version, load_figures
from apps.customs.services.compliance_checking import enter_stage
from apps.customs.services.rewriting import lock_consignment
from apps.customs.services.storing import who
from apps.customs.services.working import counted

S = DeclarationState
ANSWER_WITHIN = dt.timedelta(hours=24)
"""How long an answer may take where customs named no time (customs.md §4.3: red after 24 h)."""


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to a declaration: where to, by whom, in whose words, when (business time)."""

    state: DeclarationState
    source: StepSource
    actor: Actor
    words: str = ""
    at: dt.datetime | None = None
    answer_due: dt.datetime | None = None
    seconds: int = 0


def submit_declaration(
    *, declaration: Declaration, actor: Actor, words: str = "", seconds: int = 0
) -> Declaration:
    """Note that a declaration was handed in with the version that counts.

    Raises NotAllowedNow while what only the booking brings is missing, for one that is not
    complete unless a manager let the consignment go, and while a rule holds the parcel: that
    check is kept though the declaration is refused.
    """
    with transaction.atomic():
        consignment, row = _lock(declaration)
        if consignment.overridden_at is None:
            _check_ready(consignment, row)
        enter_stage(shipment_id=consignment.shipment_id, stage=RuleStage.DECLARE, actor=actor)
    with transaction.atomic():
        consignment, row = _lock(declaration)
        if consignment.held_by_rules:
            raise NotAllowedNow(_("A compliance rule holds the parcel."), code="compliance")
        if consignment.overridden_at is None:
            _check_ready(consignment, row)
        move = Move(S.SUBMITTED, StepSource.PERSON, actor, words, seconds=seconds)
        return _move(consignment, row, move)


def record_answer(
    *, declaration: Declaration, words: str, actor: Actor, seconds: int = 0
) -> Declaration:
    """Note what customs was answered; it goes on. Raises ReasonNeeded, NotAllowedNow."""
    said = clean_line(words).value
    if not said:
        raise ReasonNeeded
    with transaction.atomic():
        consignment, row = _lock(declaration)
        if row.state not in STOPPED:
            raise NotAllowedNow(_("Customs asks nothing here."))
        move = Move(S.PROCESSING, StepSource.PERSON, actor, said, seconds=seconds)
        return _move(consignment, row, move)


def move_declaration(
    *,
    declaration: Declaration,
    state: str,
    actor: Actor,
    words: str,
    answer_due: dt.datetime | None = None,
    seconds: int = 0,
) -> Declaration:
    """Note by hand what customs decided, for what no tracking tells, in whose words.

    Raises ReasonNeeded without words, NotAllowedNow for a move `moves.py` does not know.
    """
    said = clean_line(words).value
    if not said:
        raise ReasonNeeded
    with transaction.atomic():
        consignment, row = _lock(declaration)
        move = Move(
            S(state), StepSource.PERSON, actor, said, answer_due=answer_due, seconds=seconds
        )
        return _move(consignment, row, move)


def apply_move(consignment: Consignment, row: Declaration, move: Move) -> bool:
    """Move a locked declaration if its table allows that; returns whether it did.

    Saves the declaration and its step, not the consignment.
    """
    before = row.state
    if not may_move(before, move.state, move.source):
        return False
    at = move.at or clock.now()
    row.state, row.state_at = move.state.value, at
    _mark(row, move, at)
    _end(row, at)
    row.human_seconds += counted(move.seconds)
    row.save()
    DeclarationStep.objects.create(
        declaration=row,
        from_state=before,
        to_state=row.state,
        source=move.source.value,
        who=who(move.actor),
        words=move.words[:500],
        record_version=consignment.record_version,
        seconds=counted(move.seconds),
        at=at,
        known_at=clock.now(),
    )
    return True


def note_news(consignment: Consignment) -> None:
    """Let the floor above hear of what changed."""
    consignment.changed_at, consignment.unheard = clock.now(), True
    consignment.save(update_fields=["changed_at", "unheard"])


def _lock(declaration: Declaration) -> tuple[Consignment, Declaration]:
    consignment = lock_consignment(declaration.consignment_id)
    row = Declaration.objects.select_for_update(no_key=True).get(pk=declaration.pk)
    return consignment, row


def _move(consignment: Consignment, row: Declaration, move: Move) -> Declaration:
    before = row.state
    if not apply_move(consignment, row, move):
        text = _("A declaration that is “%(now)s” does not become “%(then)s”.")
        now = S.parse(before)
        raise NotAllowedNow(text % {"now": now.label if now else before, "then": move.state.label})
    note_news(consignment)
    record_action(
        action="customs.declaration.moved",
        actor=move.actor,
        subject=row,
        merchant_id=row.merchant_id,
        before={"state": before},
        after={"state": row.state},
        note=move.words[:300],
    )
    return row


def _mark(row: Declaration, move: Move, at: dt.datetime) -> None:
    """Set the moments and the question that go with a state."""
    if move.state is S.SUBMITTED:
        row.submitted_at = at
    if move.state in AT_CUSTOMS:
        row.entered_at = row.entered_at or at
    if move.state in STOPPED:
        row.held_since = row.held_since or at
        row.asked = move.words[:500]
        is_question = move.state is S.INFORMATION_REQUIRED
        row.answer_due = move.answer_due or (at + ANSWER_WITHIN if is_question else None)
    else:
        row.held_since = row.answer_due = None
        row.asked = ""


def _end(row: Declaration, at: dt.datetime) -> None:
    if not is_ended(row.state):
        row.ended_at, row.first_try = None, None
        return
    row.ended_at = at
    seen = frozenset(row.steps.values_list("to_state", flat=True))
    row.first_try = is_first_try(seen, row.state)


def _check_ready(consignment: Consignment, row: Declaration) -> None:
    record = from_json(current_version(consignment).record)
    judged = assess_record(record, on=clock.now().date(), figures=load_figures())
    key = f"{row.direction}:{row.country}"
    ready = [one.is_ready_to_file for one in judged.by_border if one.border.key == key]
    if ready and not all(ready):
        raise NotAllowedNow(
            _("Something is missing that must be there before it is handed in."),
            code="not_ready_to_file",
        )
