"""Taking back what this person last did to a case, from the log, also after it was closed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.exceptions.case_moves import LIVE
from apps.exceptions.choices import CaseMove, Closer
from apps.exceptions.errors import CaseStands
from apps.exceptions.facts_rows import subjects_of
from apps.exceptions.live_rules import current_book
from apps.exceptions.models import Case
from apps.exceptions.rulebook.judging import judge
from apps.exceptions.services.case_changes import (
    ACTION,
    change_case,
    changed_since,
    changes_of,
    lease_of,
    locked_case,
    move_words,
    refuse_taken,
)
from apps.exceptions.services.claims import clock_words

UNDOABLE = frozenset(
    {
        CaseMove.ACKNOWLEDGE, CaseMove.WAIT, CaseMove.WAKE, CaseMove.RESOLVE, CaseMove.DISMISS,
        CaseMove.ASSIGN,
    }
)  # fmt: skip
DUE = ("acknowledge_by", "resolve_by")
LOOKED_BACK = 40


def undo_case_action(
    *, case_id: int, user: User, version: int | None = None, claim: bool = True
) -> Case:
    """Take back what this person did last to a case; the case is theirs again for five minutes.

    Called again it takes back the one before. With a ``version`` only what led to that one is
    taken back; without ``claim`` the case is left to everybody. Raises CaseUnknown,
    CaseForbidden, CaseTaken, CaseChanged, and CaseStands where somebody acted since, where the
    action has gone out of the house, or where the parcel has moved on from what it was about.
    """
    with transaction.atomic():
        case = locked_case(user=user, case_id=case_id)
        if version is not None and case.version != version:
            raise changed_since(case, user)
        refuse_taken(case, user)
        row = _to_undo(case, user)
        values = _restored(case, row)
        if case.state not in LIVE and values.get("state") in LIVE:
            _refuse_reopening(case)
        change_case(
            case=case,
            move=CaseMove.UNDO,
            actor=Actor.user(user),
            values=values,
            claim=lease_of(user) if claim and values.get("state", case.state) in LIVE else None,
            details={"undid": row.pk},
            note=move_words(row.action),
        )
    return case


def _to_undo(case: Case, user: User) -> ActionLog:
    """Return the newest standing action, which must be this person's own."""
    rows = list(changes_of(case.pk)[:LOOKED_BACK])
    if not rows or rows[0].after["version"] != case.version:
        raise CaseStands(_closed_words(case))
    undone: set[int] = set()
    for row in rows:
        if row.action == f"{ACTION}{CaseMove.UNDO.value}":
            undone.add(row.after.get("undid", 0))
        elif row.pk not in undone:
            return _own(row, user)
    raise CaseStands(_("There is nothing to take back."))


def _own(row: ActionLog, user: User) -> ActionLog:
    said = {
        "name": row.actor_name, "time": clock_words(row.real_at), "what": move_words(row.action)
    }  # fmt: skip
    if row.actor_kind != "user" or row.actor_id != str(user.pk):
        raise CaseStands(_("%(name)s has acted since, at %(time)s: %(what)s.") % said)
    if row.action.removeprefix(ACTION) not in UNDOABLE:
        raise CaseStands(_("This cannot be taken back: %(what)s.") % said)
    return row


def _closed_words(case: Case) -> str:
    if case.closer == Closer.ITSELF.value and case.closed_at is not None:
        return _("The parcel has moved on since and closed the case itself.")
    if case.closer == Closer.INCIDENT.value:
        return _("The case was closed with its incident since.")
    return _("There is nothing to take back.")


def _restored(case: Case, row: ActionLog) -> dict[str, Any]:
    """Return the fields as they were; what is due never later than it has become since."""
    fields = {field.attname: field for field in Case._meta.concrete_fields}
    values = {
        name: fields[name].to_python(value)
        for name, value in row.before.items()
        if name != "version"
    }
    for name in DUE:
        if name in values:
            held: dt.datetime = getattr(case, name)
            values[name] = min(values[name], held)
    return values


def _refuse_reopening(case: Case) -> None:
    live = Case.objects.filter(shipment_id=case.shipment_id, rule_id=case.rule_id, state__in=LIVE)
    if live.exists():
        raise CaseStands(_("A newer case says the same of this parcel."))
    book = current_book()
    rule = book.by_id.get(case.rule_id)
    if case.rule_id in book.unreadable:
        return
    if rule is None or rule.is_shadow:
        raise CaseStands(_("The rule of this case is not in use any more."))
    if not rule.spec.clears_itself:
        return
    subject = subjects_of([case.shipment_id])[0]
    said = judge(rule.spec, subject.facts, now=clock.now(), calendars=book.calendars)
    if not said.holds:
        raise CaseStands(_("The parcel has moved on since."))
