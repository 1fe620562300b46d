"""What is wrong with a draft, asked of the rows a set stands on: lists, areas, figures."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.customs.compliance.comparing import UnreadableCondition
from apps.customs.compliance.content import SetContent, set_from_json
from apps.customs.compliance.drafting_problem import Problem
from apps.customs.compliance.sets import CircularSet, UnknownSet
from apps.customs.compliance_errors import DraftRefused
from apps.customs.compliance_live import compile_contents

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


def refuse_unless_sound(
    content: SetContent, *, at: dt.datetime, only_what_breaks: bool = False
) -> None:
    """Raise DraftRefused where something keeps a content from being published.

    ``only_what_breaks`` leaves out what is merely missing: for a version that bound before.
    """
    always = [replace(one, effective_from=None, effective_to=None) for one in content.rules]
    try:
        compile_contents([replace(content, rules=tuple(always))], at=at)
    except (UnreadableCondition, CircularSet, UnknownSet) as error:
        raise DraftRefused((Problem("unreadable", str(error), str(error)),)) from error
