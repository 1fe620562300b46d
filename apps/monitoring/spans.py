"""How long something has lasted, and since when, in words as short as a glance allows."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _


def span(seconds: float) -> str:
    """Return a length of time in its largest sensible unit."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return _("%(n)s s") % {"n": int(seconds)}
    if minutes < 120:
        return _("%(n)s min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)s hours") % {"n": minutes // 60}
    return _("%(n)s days") % {"n": minutes // 1440}


def moment_words(moment: dt.datetime, now: dt.datetime) -> str:
    """Return a moment in the viewer's zone: the hour, with the day where it is not today."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localtime(now).date():
        return local.strftime("%H:%M")
    return local.strftime("%m-%d %H:%M")


def since_words(since: dt.datetime | None, now: dt.datetime) -> str:
    """Return "since 03:12 (4 min)", empty where nobody knows since when."""
    if since is None:
        return ""
    lasted = span(max((now - since).total_seconds(), 0.0))
    return _("since %(time)s (%(lasted)s)") % {"time": moment_words(since, now), "lasted": lasted}
