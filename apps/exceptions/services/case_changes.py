"""The door to every change of a case by a person: seen by them, not taken, not changed since.

Whoever acts names the version of the case they saw. If somebody was first, they are told who,
when and what. Each change is written to the action log with what it was before and after, from
which it can be taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.models import ActionLog
from apps.exceptions.case_clock import FALLBACK, OFFICE, Target
from apps.exceptions.case_moves import FROM, Standing, woken
from apps.exceptions.choices import CaseMove, CaseState, Closer
from apps.exceptions.errors import (
    CaseChanged,
    CaseForbidden,
    CaseRefused,
    CaseTaken,
    CaseUnknown,
)
from apps.exceptions.live_rules import calendars_now
from apps.exceptions.models import Case
from apps.exceptions.services.case_opening import case_targets
from apps.exceptions.services.claims import clock_words
from apps.exceptions.services.tallies import count_cases, tally_key

PERMISSION = "exceptions.change_case"
ACTION = "exceptions.case."
MOST_WORDS = 2_000
FREE: Mapping[str, Any] = {"claimed_by_id": None, "claimed_until": None}
"""Lets a claim go; claims are not part of the log."""
LEASE = dt.timedelta(minutes=5)


def lease_of(user: User) -> dict[str, Any]:
    """Return what makes a case this person's for five real minutes."""
    return {"claimed_by_id": user.pk, "claimed_until": clock.real_now() + LEASE}


def refuse_stranger(user: User) -> None:
    """Raise CaseUnknown for a merchant's user, who sees no cases, CaseForbidden for whose role
    does not work on cases."""
    if not getattr(user, "is_authenticated", False) or merchant_of(user) is not None:
        raise CaseUnknown(_("There is no such case."))
    if not user.has_perm(PERMISSION):
        raise CaseForbidden(_("Your role does not work on cases."))


def case_to_change(*, user: User, case_id: int, version: int, move: CaseMove) -> Case:
    """Return the case, locked, for a move by somebody who saw this version of it.

    Raises CaseUnknown, CaseForbidden, CaseChanged, CaseTaken, CaseRefused. Call it inside a
    transaction.
    """
    case = locked_case(user=user, case_id=case_id)
    if case.version != version:
        raise changed_since(case, user)
    refuse_taken(case, user)
    if case.state not in FROM[move]:
        state = CaseState(case.state).label
        raise CaseRefused(_("This cannot be done to a case in the state “%s”.") % state)
    return case


def locked_case(*, user: User, case_id: int) -> Case:
    """Return the case, locked, whatever its state. Raises CaseUnknown, CaseForbidden."""
    refuse_stranger(user)
    case = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk=case_id).first()
    if case is None:
        raise CaseUnknown(_("There is no such case."))
    return case


def refuse_taken(case: Case, user: User) -> None:
    """Raise CaseTaken where somebody else holds the case just now."""
    if taken := taken_words(case, user):
        raise CaseTaken(taken)


def taken_words(case: Case, user: User) -> str:
    """Return who else holds the case just now and until when, "" where nobody does."""
    until = case.claimed_until
    if not until or until <= clock.real_now() or case.claimed_by_id == user.pk:
        return ""
    said = {"name": case.claimed_by, "time": clock_words(until)}
    return _("%(name)s holds this case until %(time)s.") % said


def standing_of(case: Case) -> Standing:
    """Return where the case stands."""
    return Standing(*(getattr(case, name) for name in Standing.__dataclass_fields__))


def clock_running(case: Case, *, now: dt.datetime) -> Standing:
    """Return where the case stands once a wait, if there is one, has ended now."""
    if case.waiting_since is None:
        return standing_of(case)
    office = calendars_now().of(OFFICE)
    return woken(standing_of(case), target=target_of(case), office=office, now=now)


def target_of(case: Case) -> Target:
    """Return the target of the case's severity."""
    return case_targets().get(case.severity, FALLBACK)


def change_case(
    *,
    case: Case,
    move: CaseMove,
    actor: Actor,
    values: Mapping[str, Any] | None = None,
    standing: Standing | None = None,
    claim: Mapping[str, Any] | None = None,
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> ActionLog:
    """Write a change to a locked case, count it, and log what changed; returns the log's row.

    ``values`` are fields of the case beside its ``standing``; ``claim`` (`FREE` or `lease_of`)
    changes who holds it; ``details`` are logged beside what changed. Call it inside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a case is changed inside the transaction that locked it")
    wanted = {**(asdict(standing) if standing else {}), **(values or {})}
    changed = {name: value for name, value in wanted.items() if getattr(case, name) != value}
    before = {name: plain(getattr(case, name)) for name in changed} | {"version": case.version}
    counted = tally_key(case)
    for name, value in {**changed, **(claim or {})}.items():
        setattr(case, name, value)
    case.version += 1
    case.save(update_fields=[*changed, "version", *(claim or ())])
    count_cases([(counted, tally_key(case))])
    after = {name: plain(value) for name, value in changed.items()} | {"version": case.version}
    return record_action(
        action=f"{ACTION}{move.value}",
        actor=actor,
        subject=case,
        merchant_id=case.merchant_id,
        before=before,
        after=after | dict(details or {}),
        note=note[:MOST_WORDS],
    )


def plain(value: Any) -> Any:
    """Return a value as the log keeps it: moments as ISO texts."""
    return value.isoformat() if isinstance(value, dt.datetime) else value


def changes_of(case_id: int) -> QuerySet[ActionLog]:
    """Return the logged changes of a case, the newest first."""
    rows = ActionLog.objects.filter(
        subject_kind=Case._meta.label_lower,
        subject_id=str(case_id),
        action__startswith=ACTION,
        after__has_key="version",
    )
    return rows.order_by("-id")


def changed_since(case: Case, user: User) -> CaseChanged:
    """Return the error that says who was first, when, and with what."""
    if case.closer in (Closer.ITSELF.value, Closer.INCIDENT.value) and case.closed_at:
        who = str(Closer(case.closer).label)
        return _was_first(who, case.closed_at, str(CaseState(case.state).label))
    row = changes_of(case.pk).first()
    if row is None:
        return _was_first(_("The portal"), clock.now(), str(CaseState(case.state).label))
    what = move_words(row.action)
    if row.actor_kind == "user" and row.actor_id == str(user.pk):
        message = _("You have changed this case yourself since, at %(time)s: %(what)s.")
        said = message % {"time": clock_words(row.real_at), "what": what}
        return CaseChanged(said, who=row.actor_name, when=row.real_at, what=what)
    return _was_first(row.actor_name, row.real_at, what)


def move_words(action: str) -> str:
    """Return what an action of the log did, in words."""
    word = action.removeprefix(ACTION)
    return str(CaseMove(word).label) if word in CaseMove.values() else action


def _was_first(who: str, when: dt.datetime, what: str) -> CaseChanged:
    message = _("%(name)s was first, at %(time)s: %(what)s.")
    said = message % {"name": who, "time": clock_words(when), "what": what}
    return CaseChanged(said, who=who, when=when, what=what)
