"""A case's sentence in the language and the zone of whoever reads it."""

from __future__ import annotations

import datetime as dt
from functools import cache

from django.utils import timezone, translation

from apps.core import clock
from apps.core.choices import LabelledEnum
from apps.exceptions.models import Case
from apps.exceptions.rulebook.sentences import Evidence, Telling, render_sentence
from apps.orders.choices import BookingProblem
from apps.shipments.choices import ShipmentStatus, Substatus

NAMED: dict[str, type[LabelledEnum]] = {
    "status": ShipmentStatus,
    "substatus": Substatus,
    "problem": BookingProblem,
}
"""The enumerations whose names a sentence may say."""


def case_sentence(case: Case, *, language: str | None = None) -> str:
    """Return the one sentence of a case in the reader's language; reads the rule of the case.

    Durations run until now, of a closed case until it was closed.
    """
    wanted = language or translation.get_language() or "zh-hans"
    template = case.rule.sentence if wanted.startswith("zh") else case.rule.sentence_en
    return sentence_of(template, case.evidence, language=wanted, now=case.closed_at)


def sentence_of(
    template: str, evidence: Evidence, *, language: str, now: dt.datetime | None = None
) -> str:
    """Return a sentence with its placeholders filled, in a language; ``now`` ends durations."""
    spoken = "zh" if language.startswith("zh") else "en"
    zone = timezone.get_current_timezone()
    to = Telling(spoken, now or clock.now(), zone, _words(language))
    return render_sentence(template, evidence, to)


@cache
def _words(language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            f"{kind}:{one.value}": _lower(one.label)
            for kind, codes in NAMED.items()
            for one in codes
        }


def _lower(label: object) -> str:
    """Return a label as it stands within a sentence."""
    text = str(label)
    return text[:1].lower() + text[1:]
