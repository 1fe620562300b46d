"""What was done to a case, in words: the log's entries with what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.faces import EMPTY, shown
from apps.accounts.models import User
from apps.core.models import ActionLog
from apps.exceptions.admin.case_rows import person_name
from apps.exceptions.admin.wording import moment_words
from apps.exceptions.choices import (
    CaseMove,
    CaseState,
    Closer,
    CloseReason,
    Severity,
    StepKind,
    WaitingFor,
)
from apps.exceptions.services.case_changes import ACTION

ENUMS: Mapping[str, Any] = {
    "state": CaseState,
    "severity": Severity,
    "waiting_for": WaitingFor,
    "close_reason": CloseReason,
    "closer": Closer,
    "kind": StepKind,
}
NAMES: Mapping[str, Any] = {
    "state": _("state"),
    "severity": _("severity"),
    "owner_id": _("owner"),
    "group_id": _("owner group"),
    "waiting_for": _("waits for"),
    "wakes_at": _("waits until"),
    "acknowledge_by": _("to be acknowledged by"),
    "resolve_by": _("to be resolved by"),
    "close_reason": _("reason"),
    "kind": _("kind of step"),
    "reference": _("reference"),
    "other": _("linked case"),
}
"""Fields that say something to a reader; the others follow from them."""
OTHERS: Mapping[str, Any] = {
    "personal_data.revealed": _("Personal data shown"),
    f"{ACTION}comment": _("Note written"),
    f"{ACTION}reply": _("Reply recorded"),
    f"{ACTION}file": _("File attached"),
    f"{ACTION}link": _("Linked"),
    f"{ACTION}unlink": _("Link removed"),
    f"{ACTION}step_answer": _("Answer to a step"),
}
MOMENTS = frozenset({"wakes_at", "acknowledge_by", "resolve_by"})


def history_of(
    rows: Sequence[ActionLog], *, groups: Mapping[int, str], revealed: bool
) -> list[dict[str, Any]]:
    """Return the log's rows for the page, newest first; one query for the people they name."""
    people = _people(rows)
    say: dict[str, Callable[[Any], str]] = {
        "owner_id": lambda pk: people.get(pk, EMPTY),
        "group_id": lambda pk: groups.get(pk, EMPTY),
        **dict.fromkeys(MOMENTS, _moment),
        **{name: _word_of(words) for name, words in ENUMS.items()},
    }
    return [
        {
            "row": row,
            "name": action_words(row.action),
            "who": people.get(int(row.actor_id), row.actor_name)
            if row.actor_kind == "user" and row.actor_id.isdecimal()
            else row.actor_name,
            "note": shown(row.note, "text", revealed=revealed),
            "changes": [
                {
                    "name": NAMES[name],
                    "before": _said(say, name, row.before.get(name)),
                    "after": _said(say, name, row.after.get(name)),
                }
                for name in dict.fromkeys((*row.before, *row.after))
                if name in NAMES
            ],
        }
        for row in rows
    ]


def action_words(action: str) -> str:
    """Return what an action of the log did."""
    move = CaseMove.parse(action.removeprefix(ACTION))
    return str(move.label) if move else str(OTHERS.get(action, action))


def _people(rows: Sequence[ActionLog]) -> dict[int, str]:
    ids = {int(row.actor_id) for row in rows if row.actor_kind == "user" and row.actor_id}
    for row in rows:
        ids |= {pk for held in (row.before, row.after) if (pk := held.get("owner_id"))}
    return {person.pk: person_name(person) for person in User.objects.filter(pk__in=ids)}


def _said(say: Mapping[str, Callable[[Any], str]], name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    return say[name](value) if name in say else str(value)


def _moment(value: Any) -> str:
    return moment_words(dt.datetime.fromisoformat(str(value)))


def _word_of(words: Any) -> Callable[[Any], str]:
    return lambda value: str(found.label) if (found := words.parse(str(value))) else str(value)
