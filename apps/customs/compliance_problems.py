"""What is wrong with a draft, asked of the rows a set stands on: lists, areas, figures."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.regions import COUNTRIES, CURRENCY_DIGITS
from apps.customs import choices
from apps.customs.compliance.binding import day_at
from apps.customs.compliance.comparing import UnreadableCondition
from apps.customs.compliance.content import SetContent, set_from_json
from apps.customs.compliance.drafting_checks import problems_of
from apps.customs.compliance.drafting_conditions import Known
from apps.customs.compliance.drafting_problem import Problem
from apps.customs.compliance.drafting_words import problem
from apps.customs.compliance.fields import FIELDS
from apps.customs.compliance.sets import CircularSet, UnknownSet
from apps.customs.compliance_errors import DraftRefused
from apps.customs.compliance_live import compile_contents, lists_named
from apps.customs.compliance_terms import list_states
from apps.customs.models import Threshold
from apps.shipments.zones import CHINA

MOST_BYTES = 4_000_000
"""2,000 rules of two kilobytes each: what one draft may weigh."""


def read_draft(data: dict[str, Any]) -> SetContent:
    """Return the content of a draft's JSON. Raises DraftRefused for another shape or a huge one."""
    if len(json.dumps(data)) > MOST_BYTES:
        raise DraftRefused((), _("A rule set may have at most 4 MB."))
    try:
        return set_from_json(data)
    except (TypeError, ValueError, AttributeError) as error:
        raise DraftRefused((), _("This is no rule set: %(what)s") % {"what": error}) from error


def draft_problems(content: SetContent, *, at: dt.datetime) -> tuple[Problem, ...]:
    """Return everything wrong with a draft as of a moment, what stops it first.

    What no table of problems foresees is met by making the rules ready as if they all bound.
    """
    found = problems_of(content, known_names(content, at), day_at(CHINA, at))
    if any(one.stops for one in found):
        return found
    return (*_unreadable(content, at), *found)


def refuse_unless_sound(
    content: SetContent, *, at: dt.datetime, only_what_breaks: bool = False
) -> None:
    """Raise DraftRefused where something keeps a content from being published.

    ``only_what_breaks`` leaves out what is merely missing: for a version that bound before.
    """
    found = _unreadable(content, at) if only_what_breaks else draft_problems(content, at=at)
    stopping = [one for one in found if one.stops]
    if stopping:
        raise DraftRefused(stopping)


def known_names(content: SetContent, at: dt.datetime) -> Known:
    """Return what conditions of a set may name at a moment."""
    return Known(
        countries=frozenset(COUNTRIES),
        sets=frozenset(one.code for one in content.named_sets),
        lists=frozenset(one.key for one in list_states(lists_named([content]), at)),
        thresholds=frozenset(
            f"{area}.{kind}" for area, kind in Threshold.objects.values_list("area", "kind")
        ),
        currencies=frozenset(CURRENCY_DIGITS),
        options={name: _values(name) for name in {one.options for one in FIELDS.values()} if name},
    )


def _unreadable(content: SetContent, at: dt.datetime) -> tuple[Problem, ...]:
    always = tuple(
        replace(one, effective_from=None, effective_to=None, enabled=True) for one in content.rules
    )
    try:
        compile_contents([replace(content, rules=always)], at=at)
    except (UnreadableCondition, CircularSet, UnknownSet) as error:
        return (problem("unreadable", what=error),)
    return ()


def _values(enumeration: str) -> frozenset[str]:
    return frozenset(getattr(choices, enumeration).values())
