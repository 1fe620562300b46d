"""The door to every change of an incident, and its log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scoping import merchant_of
from apps.core.actions import Actor, record_action
from apps.core.models import ActionLog
from apps.exceptions.errors import IncidentForbidden, IncidentUnknown
from apps.exceptions.models import Incident

PERMISSION = "exceptions.change_incident"
ACTION = "exceptions.incident."
PORTAL = Actor.system("incidents")


def incident_to_change(*, incident_id: int, user: User) -> Incident:
    """Return the incident, locked. Raises IncidentUnknown (for merchants' users too, who see no
    incidents) and IncidentForbidden. Call it inside a transaction."""
    if not getattr(user, "is_authenticated", False) or merchant_of(user) is not None:
        raise IncidentUnknown(_("There is no such incident."))
    if not user.has_perm(PERMISSION):
        raise IncidentForbidden(_("Your role does not work on incidents."))
    rows = Incident.objects.select_for_update(of=("self",)).select_related("rule")
    incident = rows.filter(pk=incident_id).first()
    if incident is None:
        raise IncidentUnknown(_("There is no such incident."))
    return incident


def log_incident(
    incident: Incident,
    word: str,
    actor: Actor,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> ActionLog:
    """Write what was done to an incident, in the caller's transaction."""
    return record_action(
        action=f"{ACTION}{word}",
        actor=actor,
        subject=incident,
        before=before,
        after=after,
        note=note[:2_000],
    )
