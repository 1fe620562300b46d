"""Every enumeration of monitoring: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class Unit(LabelledEnum):
    """In what a series is measured."""

    SECONDS = "seconds", _("seconds"), "default"
    SHARE = "share", _("share"), "default"
    COUNT = "count", _("number"), "default"


class RuleKind(LabelledEnum):
    """How a rule looks at its series."""

    THRESHOLD = "threshold", _("Beyond a limit"), "default"
    RELATIVE = "relative", _("Unlike what is usual"), "info"
    ABSENCE = "absence", _("Nothing comes any more"), "warning"
    BURN_FAST = "burn_fast", _("Error budget burns fast"), "danger"
    BURN_SLOW = "burn_slow", _("Error budget burns slowly"), "warning"


class Comparison(LabelledEnum):
    """On which side of its limit a value is wrong."""

    ABOVE = "above", _("more than"), "default"
    BELOW = "below", _("less than"), "default"


class Against(LabelledEnum):
    """What a relative rule calls usual."""

    LAST_WEEK = "last_week", _("the same time last week"), "default"
    LAST_DAY = "last_day", _("the day before"), "default"


class AlarmEnd(LabelledEnum):
    """How an alarm came to its end."""

    RECOVERED = "recovered", _("Right again"), "success"
    UNMEASURED = "unmeasured", _("Not measured any more"), "default"
    SWITCHED_OFF = "switched_off", _("Its rule was switched off"), "default"
