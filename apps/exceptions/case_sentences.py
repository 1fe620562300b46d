"""A case's sentence in the language and the zone of whoever reads it."""

from __future__ import annotations

from functools import cache

from django.utils import timezone, translation

from apps.core import clock
from apps.exceptions.models import Case
from apps.exceptions.rulebook.sentences import Telling, render_sentence
from apps.orders.choices import BookingProblem
from apps.shipments.choices import ShipmentStatus


def case_sentence(case: Case, *, language: str | None = None) -> str:
    """Return the one sentence of a case in the reader's language; reads the rule of the case.

    Durations run until now, of a closed case until it was closed.
    """
    wanted = language or translation.get_language() or "zh-hans"
    spoken = "zh" if wanted.startswith("zh") else "en"
    to = Telling(
        spoken, case.closed_at or clock.now(), timezone.get_current_timezone(), _words(wanted)
    )
    template = case.rule.sentence if spoken == "zh" else case.rule.sentence_en
    return render_sentence(template, case.evidence, to)


@cache
def _words(language: str) -> dict[str, str]:
    with translation.override(language):
        said = {f"status:{one.value}": _lower(one.label) for one in ShipmentStatus}
        return said | {f"problem:{one.value}": _lower(one.label) for one in BookingProblem}


def _lower(label: object) -> str:
    """Return a label as it stands within a sentence."""
    text = str(label)
    return text[:1].lower() + text[1:]
