"""How the home page writes moments, ages and figures: short enough for a phone."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import gettext as _

from apps.monitoring.spans import moment_words, since_words, span

register = template.Library()


@register.filter
def since(moment: dt.datetime | None, now: dt.datetime) -> str:
    """Write since when, and how long that is."""
    return since_words(moment, now)


@register.filter
def moment(value: dt.datetime, now: dt.datetime) -> str:
    """Write a moment in the viewer's zone: the hour, with the day where it is not today."""
    return moment_words(value, now)


@register.filter
def age(value: dt.datetime, now: dt.datetime) -> str:
    """Write how long ago a moment was."""
    return span(max((now - value).total_seconds(), 0.0))


@register.filter
def silent(value: dt.datetime, now: dt.datetime) -> str:
    """Write since when nothing was heard."""
    return _("silent %(since)s") % {"since": since_words(value, now)}


@register.filter
def budget(left: float) -> str:
    """Write what is left of an error budget; one that is used up is at 0 %."""
    return f"{max(left, 0.0) * 100:.0f} %"
