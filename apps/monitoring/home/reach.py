"""What a chart can show: what of, how far back, told apart by what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum

WEEK = dt.timedelta(days=7)


class Reach(LabelledEnum):
    """How far back a chart reaches."""

    HOUR = "hour", _("Hour"), "default"
    DAY = "day", _("Day"), "default"
    WEEK = "week", _("Week"), "default"


class By(LabelledEnum):
    """What the lines of a chart are told apart by."""

    ALL = "", _("Together"), "default"
    PRODUCT = "product", _("Interface"), "default"
    CARRIER = "carrier", _("Carrier"), "default"
    MERCHANT = "merchant", _("Merchant"), "default"
    ENDPOINT = "endpoint", _("Address"), "default"


class Shown(LabelledEnum):
    """What a chart is of."""

    RESPONSE = "response", _("Answers of the platform"), "default"
    ERRORS = "errors", _("Errors of the platform"), "default"
    DELAY = "delay", _("Received → visible"), "default"
    TOLD = "told", _("Known → told"), "default"
    OWN = "own", _("Our own API"), "default"
    CALLS = "calls", _("Calls to the platform"), "default"


@dataclass(frozen=True)
class Length:
    """How far back, and in which steps."""

    whole: dt.timedelta
    step: dt.timedelta


LENGTHS = {
    Reach.HOUR: Length(dt.timedelta(hours=1), dt.timedelta(minutes=1)),
    Reach.DAY: Length(dt.timedelta(days=1), dt.timedelta(hours=1)),
    Reach.WEEK: Length(WEEK, dt.timedelta(hours=4)),
}


def window(reach: Reach, now: dt.datetime) -> tuple[dt.datetime, dt.datetime, dt.timedelta]:
    """Return the first step's beginning, the end and the step; steps begin at whole multiples."""
    length = LENGTHS[reach]
    end = now
    since = end - length.whole
    since -= dt.timedelta(seconds=since.timestamp() % length.step.total_seconds())
    return since, end, length.step
