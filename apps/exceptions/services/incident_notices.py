"""What staff are told of an incident: at most three times, opened, much worse, over."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.choices import KeyMode
from apps.exceptions.choices import Severity
from apps.exceptions.incident_words import LANGUAGES, title_of, usual_words, when_words
from apps.exceptions.models import Incident
from apps.notifications.choices import Audience, NoticeMode, NoticeSeverity
from apps.notifications.services import queue_notice

OPENED, WORSE, OVER = "opened", "worse", "over"
MOST_TOLD = 3
MUCH_WORSE = 3.0
"""How many times the cases last told of are worth a second message."""


def tell_of(incident: Incident, stage: str) -> bool:
    """Queue one message about an incident and count it; says whether it was not told before.

    The third is kept for the end. Sandbox parcels make a rehearsal. In the caller's transaction;
    does not save the incident.
    """
    if incident.told >= (MOST_TOLD if stage == OVER else MOST_TOLD - 1):
        return False
    words = {language: _words(incident, stage, language) for language in LANGUAGES}
    (title, body), (title_en, body_en) = (words[language] for language in LANGUAGES)
    red = incident.severity == Severity.RED.value and stage != OVER
    notice = queue_notice(
        kind=f"incident.{stage}",
        audience=Audience.ON_CALL if red else Audience.OPERATIONS,
        severity=NoticeSeverity(incident.severity if stage != OVER else Severity.NOTICE.value),
        dedupe_key=f"incident:{incident.uid}:{stage}",
        title=title,
        title_en=title_en,
        body=body,
        body_en=body_en,
        path=reverse("admin:exceptions_incident_change", args=[incident.pk]),
        subject=incident.uid,
        mode=NoticeMode.SANDBOX if incident.mode == KeyMode.SANDBOX.value else NoticeMode.LIVE,
    )
    if notice is None:
        return False
    incident.told += 1
    incident.told_cases = incident.cases_count
    return True


def is_much_worse(incident: Incident, *, attached: int) -> bool:
    """Tell whether there are three times as many cases as were told of, and they have stopped
    pouring in: so that one message names what it came to."""
    grown = incident.cases_count >= MUCH_WORSE * max(incident.told_cases, 1)
    return grown and attached * 10 < incident.cases_count


def _words(incident: Incident, stage: str, language: str) -> tuple[str, str]:
    with translation.override(language):
        told = {
            "what": title_of(incident),
            "n": incident.cases_count,
            "peak": incident.peak,
            "usual": usual_words(incident.expected),
            "since": when_words(incident.since),
        }
        if stage == OPENED:
            return (
                _("Incident: %(what)s") % told,
                _("%(n)s cases since %(since)s, usually %(usual)s.") % told,
            )
        if stage == WORSE:
            return (
                _("Much worse: %(what)s") % told,
                _("There are %(n)s cases now, since %(since)s.") % told,
            )
        return (
            _("Over: %(what)s") % told,
            _("It had %(peak)s cases at most, since %(since)s.") % told,
        )
