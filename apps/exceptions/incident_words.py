"""What incidents are called and what is told of them, in both languages."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core.geo import full_name
from apps.core.language import spoken
from apps.exceptions.choices import Cause
from apps.exceptions.models import Incident
from apps.exceptions.rule_words import COUNTRIES
from apps.shipments.carriers import carrier_name

LANGUAGES = ("zh-hans", "en")
LEAST_SAID = 0.1


def place_of(incident: Incident) -> str:
    """Return where an incident is, in the reader's language: a city, a lane, a carrier, a rule."""
    if incident.cause == Cause.HUB.value:
        return full_name(incident.key) or incident.key
    if incident.cause == Cause.LANE.value:
        start, _arrow, end = incident.key.partition(">")
        return f"{end_of_lane(start)} → {end_of_lane(end)}"
    if incident.cause == Cause.CARRIER.value:
        return carrier_name(incident.key, spoken())
    return rule_name(incident)


def title_of(incident: Incident) -> str:
    """Return what an incident is called: where, whose parcels, and which rule."""
    parts = [place_of(incident)]
    if incident.carrier and incident.cause != Cause.CARRIER.value:
        parts.append(carrier_name(incident.carrier, spoken()))
    if incident.rule_id and incident.cause != Cause.RULE.value:
        parts.append(rule_name(incident))
    return " · ".join(parts)


def rule_name(incident: Incident) -> str:
    """Return the name of the incident's rule, or that it has several."""
    if incident.rule is None:
        return _("several rules")
    return incident.rule.name_en if spoken() == "en" else incident.rule.name


def end_of_lane(code: str) -> str:
    """Return a province's or a country's name."""
    if code.isdigit():
        return full_name(code) or code
    return str(COUNTRIES.get(code, code))


def message_for(incident: Incident, language: str) -> str:
    """Return the words customers and customer service are given first; the owner edits them."""
    with translation.override(language):
        told = {"place": place_of(incident), "since": when_words(incident.since)}
        if incident.cause == Cause.HUB.value:
            said = _(
                "Parcels at %(place)s have been held up since %(since)s. We have asked the"
                " carrier and follow every one of them; we write again as soon as they move."
            )
        elif incident.cause == Cause.LANE.value:
            said = _(
                "Parcels on the way %(place)s have been held up since %(since)s. We have asked"
                " the carrier and follow every one of them; we write again as soon as they move."
            )
        else:
            said = _(
                "Deliveries have been disturbed since %(since)s (%(place)s). We are working on"
                " it with the carrier and write again as soon as there is news."
            )
        return said % told


def usual_words(expected: float) -> str:
    """Return a number of usual cases as a sentence names it."""
    return f"{expected:.1f}" if expected >= LEAST_SAID else f"< {LEAST_SAID}"


def when_words(moment: dt.datetime) -> str:
    """Return a moment as a sentence names it, in the viewer's zone."""
    return timezone.localtime(moment).strftime("%m-%d %H:%M")
