"""Whose a failure was: the one list by which errors are told from what callers did themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class Blame(LabelledEnum):
    """Whose fault an answer was; docs/service-levels.md says what belongs where."""

    OK = "ok", _("Fine"), "success"
    OURS = "ours", _("Our fault"), "danger"
    VENDOR = "vendor", _("The platform's fault"), "danger"
    CALLER = "caller", _("The caller's fault"), "default"


ERRORS = frozenset({Blame.OURS.value, Blame.VENDOR.value})
"""What counts against the error budget; an answer that a caller earned does not."""


def blame_of_status(status: int) -> Blame:
    """Return whose fault an answer of ours is, by its HTTP status.

    502 and 504 are what we say when the platform behind us failed; every other 5xx is ours.
    """
    if status < 400:
        return Blame.OK
    if status < 500:
        return Blame.CALLER
    return Blame.VENDOR if status in {502, 504} else Blame.OURS
