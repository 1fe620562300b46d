"""What is on fire among the cases: incidents that are not over, red cases nobody took up."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.exceptions.choices import IncidentState
from apps.exceptions.incident_selectors import alarming_cases, unresolved_incidents
from apps.exceptions.incident_words import title_of
from apps.exceptions.models import Incident
from apps.monitoring.figures import Figure, count_rows
from apps.monitoring.fire import Fire
from apps.monitoring.menu import list_address

MOST_INCIDENTS = 5


def case_fires(request: HttpRequest, *, mode: str = "") -> Iterator[Fire]:
    """Yield the incidents, the worst first, then how many red cases were escalated."""
    incidents = list_address(request, "exceptions.incident")
    if incidents:
        rows = list(unresolved_incidents(mode=mode)[: MOST_INCIDENTS + 1])
        for incident in rows[:MOST_INCIDENTS]:
            yield _incident(incident)
        if len(rows) > MOST_INCIDENTS:
            yield Fire(
                "warning", "crisis_alert", _("There are more incidents"),
                _("The worst are shown here, all of them in the list."), incidents,
            )  # fmt: skip
    cases = list_address(request, "exceptions.case")
    alarming = count_rows(alarming_cases(mode=mode)) if cases else Figure(0)
    if alarming:
        yield Fire(
            "danger",
            "priority_high",
            _("%(n)s red cases were not taken up in time") % {"n": alarming},
            _("They were escalated: somebody must take them now."),
            f"{cases}?escalated=1&severity=red",
        )


def _incident(incident: Incident) -> Fire:
    is_open = incident.state == IncidentState.OPEN.value
    owner = incident.owner.get_username() if incident.owner else _("nobody yet")
    return Fire(
        "danger" if is_open else "warning",
        "crisis_alert",
        _("Incident: %(what)s") % {"what": title_of(incident)},
        _("%(n)s live cases, at most %(peak)s; owner: %(owner)s.")
        % {"n": incident.cases_count, "peak": incident.peak, "owner": owner},
        reverse("admin:exceptions_incident_change", args=[incident.pk]),
    )
