"""What a person does to an incident: owns it, words its message, puts cases in and out, and takes
the last of it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.exceptions.cause_rows import first_due, roll_up
from apps.exceptions.choices import LIVE_CASE_STATES, IncidentState
from apps.exceptions.errors import IncidentRefused, IncidentStands
from apps.exceptions.models import Case, Incident, IncidentHold
from apps.exceptions.services.incident_cases import refresh_figures
from apps.exceptions.services.incident_changes import ACTION, incident_to_change, log_incident
from apps.exceptions.services.resolving_incidents import reopen_resolved

MOST_AT_ONCE = 1_000
MOST_WORDS = 1_000
ATTACHED, DETACHED, RESOLVED, UNDONE = "attached", "detached", "resolved", "undone"


def own_incident(*, incident_id: int, user: User) -> Incident:
    """Make an unresolved incident this person's. Raises IncidentUnknown, IncidentForbidden,
    IncidentStands."""
    with transaction.atomic():
        incident = _unresolved(incident_id, user)
        before = incident.owner.get_username() if incident.owner else ""
        incident.owner = user
        incident.save(update_fields=["owner"])
        log_incident(
            incident, "owned", Actor.user(user),
            before={"owner": before}, after={"owner": user.get_username()},
        )  # fmt: skip
    return incident


def word_incident(*, incident_id: int, user: User, message: str, message_en: str) -> Incident:
    """Set what customers are told, in both languages, at most 1,000 characters each.

    Raises IncidentUnknown, IncidentForbidden, IncidentRefused.
    """
    words = {"message": message.strip(), "message_en": message_en.strip()}
    if not all(words.values()):
        raise IncidentRefused(_("The message is needed in both languages."))
    if max(map(len, words.values())) > MOST_WORDS:
        raise IncidentRefused(_("A message has at most 1,000 characters."))
    with transaction.atomic():
        incident = incident_to_change(incident_id=incident_id, user=user)
        before = {name: getattr(incident, name) for name in words}
        for name, text in words.items():
            setattr(incident, name, text)
        incident.save(update_fields=list(words))
        log_incident(incident, "worded", Actor.user(user), before=before, after=words)
    return incident


def attach_cases(*, incident_id: int, user: User, case_ids: Collection[int]) -> int:
    """Put live cases into an incident by hand; returns how many. The look for incidents keeps them
    there. Raises IncidentUnknown, IncidentForbidden, IncidentStands, IncidentRefused."""
    return _move_by_hand(incident_id, user, case_ids, belongs=True)


def detach_cases(*, incident_id: int, user: User, case_ids: Collection[int]) -> int:
    """Take live cases out of an incident by hand; returns how many. The look for incidents does
    not put them back. Raises as :func:`attach_cases`."""
    return _move_by_hand(incident_id, user, case_ids, belongs=False)


def undo_incident_move(*, incident_id: int, user: User) -> ActionLog:
    """Take back what this person did last to an incident: cases put in or out, or its end.

    Returns the row of the log that was taken back. Raises IncidentUnknown, IncidentForbidden, and
    IncidentStands where there is nothing of theirs to take back or it cannot be any more.
    """
    with transaction.atomic():
        incident = incident_to_change(incident_id=incident_id, user=user)
        row = undoable_move(incident=incident, user=user)
        if row is None:
            raise IncidentStands(_("There is nothing to take back."))
        changed = _UNDO[row.action.removeprefix(ACTION)](incident, row, user)
        log_incident(
            incident, UNDONE, Actor.user(user), after={"undid": row.pk, "cases": changed},
            note=row.action.removeprefix(ACTION),
        )  # fmt: skip
    return row


def undoable_move(*, incident: Incident, user: User) -> ActionLog | None:
    """Return the newest standing move of an incident if it is this person's, else None."""
    rows = ActionLog.objects.filter(
        subject_kind=Incident._meta.label_lower,
        subject_id=str(incident.pk),
        action__in=[f"{ACTION}{word}" for word in (*_UNDO, UNDONE)],
    ).order_by("-id")[:50]
    undone: set[int] = set()
    for row in rows:
        if row.action == f"{ACTION}{UNDONE}":
            undone.add(row.after.get("undid", 0))
        elif row.pk not in undone:
            own = row.actor_kind == "user" and row.actor_id == str(user.pk)
            return row if own else None
    return None


def _unresolved(incident_id: int, user: User) -> Incident:
    incident = incident_to_change(incident_id=incident_id, user=user)
    if incident.state == IncidentState.RESOLVED.value:
        raise IncidentStands(_("This incident is resolved already."))
    return incident


def _move_by_hand(incident_id: int, user: User, case_ids: Collection[int], *, belongs: bool) -> int:
    wanted = sorted(set(case_ids))
    if not wanted or len(wanted) > MOST_AT_ONCE:
        raise IncidentRefused(_("Choose one to 1,000 cases."))
    with transaction.atomic():
        incident = _unresolved(incident_id, user)
        cases = _chosen(incident, wanted, belongs=belongs)
        before = {str(case.pk): case.incident_id for case in cases}
        _put(incident, cases, user, belongs=belongs)
        log_incident(
            incident, ATTACHED if belongs else DETACHED, Actor.user(user),
            before={"incidents": before}, after={"cases": len(cases)},
        )  # fmt: skip
    return len(cases)


def _chosen(incident: Incident, wanted: list[int], *, belongs: bool) -> list[Case]:
    """Return the cases, locked. Raises IncidentRefused for one that cannot be moved: it is closed,
    of the other mode, or is (not) in the incident already."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("shipment")
    live = rows.filter(pk__in=wanted, state__in=LIVE_CASE_STATES).order_by("id")
    cases = [
        case for case in live
        if (case.incident_id == incident.pk) is not belongs
        and (case.shipment.mode == "sandbox") is (incident.mode == "sandbox")
    ]  # fmt: skip
    if len(cases) != len(wanted):
        raise IncidentRefused(
            _("%(n)s of these cases cannot be moved: they are closed, or where they should go.")
            % {"n": len(wanted) - len(cases)}
        )
    return cases


def _put(incident: Incident, cases: list[Case], user: User, *, belongs: bool) -> None:
    left = {case.incident_id for case in cases if case.incident_id} - {incident.pk}
    ids = [case.pk for case in cases]
    Case.objects.filter(pk__in=ids).update(incident=incident if belongs else None)
    IncidentHold.objects.filter(case_id__in=ids).delete()
    IncidentHold.objects.bulk_create(
        IncidentHold(case_id=pk, incident=incident, belongs=belongs, by=user) for pk in ids
    )
    _settle({incident.pk, *left}, cases, incident)


def _settle(incidents: set[int], cases: Collection[Case], shown: Incident) -> None:
    """Bring the figures up to date after cases were moved."""
    for other in Incident.objects.select_for_update().filter(pk__in=incidents).order_by("id"):
        refresh_figures(other)
        other.save()
    shown.refresh_from_db()
    if cases:
        opened = min(case.opened_at for case in cases)
        roll_up(min(first_due(opened) or opened, opened))


def _undo_cases(incident: Incident, row: ActionLog, user: User) -> int:
    """Put cases back where they were before a move by hand; closed ones stay where they are."""
    held: dict[str, int | None] = row.before["incidents"]
    rows = Case.objects.select_for_update(no_key=True).filter(
        pk__in=[int(pk) for pk in held], state__in=LIVE_CASE_STATES
    )
    cases = list(rows.order_by("id"))
    back: defaultdict[int | None, list[int]] = defaultdict(list)
    for case in cases:
        back[held[str(case.pk)]].append(case.pk)
    for before, ids in back.items():
        Case.objects.filter(pk__in=ids).update(incident_id=before)
    touched = {pk for pk in (incident.pk, *back, *(one.incident_id for one in cases)) if pk}
    IncidentHold.objects.filter(case__in=cases).delete()
    _settle(touched, cases, incident)
    return len(cases)


_UNDO: dict[str, Callable[[Incident, ActionLog, User], Any]] = {
    ATTACHED: _undo_cases,
    DETACHED: _undo_cases,
    RESOLVED: reopen_resolved,
}
