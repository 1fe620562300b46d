"""What it means for an incident that somebody acknowledged the message about it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.exceptions.choices import IncidentState
from apps.exceptions.models import Incident
from apps.exceptions.services import own_incident
from apps.exceptions.services.incident_changes import PERMISSION, log_incident
from apps.notifications.acknowledging import Acknowledgement, register

KIND = "incident."


def listen() -> None:
    """Have acknowledgements of messages about incidents come here."""
    register(KIND, answer_incident)


def answer_incident(found: Acknowledgement) -> str:
    """Give an unresolved incident of nobody to the person logged in who may work on it; else only
    write down who has seen it. In the caller's transaction."""
    rows = Incident.objects.select_for_update(of=("self",))
    incident = rows.filter(uid=found.notice.subject).first()
    if incident is None:
        return ""
    log_incident(incident, "acknowledged", found.actor, after={"by": found.name})
    if incident.state == IncidentState.RESOLVED.value:
        return _("This incident is resolved already.")
    if found.user is None or incident.owner_id is not None or not found.user.has_perm(PERMISSION):
        return ""
    own_incident(incident_id=incident.pk, user=found.user)
    return _("The incident is yours now.")
