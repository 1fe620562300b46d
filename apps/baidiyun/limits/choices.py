"""Who may go first, how a product's breaker stands, and the steps of the ladder."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class Priority(LabelledEnum):
    """Why a call is made, the most urgent first."""

    WAITING = "waiting", _("Somebody is waiting"), "danger"
    RISKY = "risky", _("Risky parcel"), "warning"
    SILENT = "silent", _("Silent parcel"), "info"
    ROUTINE = "routine", _("Routine"), "default"


class BreakerState(LabelledEnum):
    """Whether calls of a product go out."""

    CLOSED = "closed", _("Calls go out"), "success"
    HALF_OPEN = "half_open", _("Trying a few calls"), "warning"
    OPEN = "open", _("Calls are held back"), "danger"


class LadderStep(LabelledEnum):
    """How far the portal has stepped back, from nothing to everything but intake."""

    FULL = "full", _("Full service"), "success"
    WIDENED = "widened", _("Polls widened"), "info"
    ONLY_RISKY = "only_risky", _("Only risky parcels polled"), "warning"
    CACHED = "cached", _("Cached answers only"), "warning"
    INTAKE_ONLY = "intake_only", _("Intake only"), "danger"

    @property
    def rank(self) -> int:
        """0 for full service, 4 for intake only."""
        return list(type(self)).index(self)

    @classmethod
    def at(cls, rank: int) -> LadderStep:
        """Return the step of a rank, the nearest end for one beyond."""
        steps = list(cls)
        return steps[min(max(rank, 0), len(steps) - 1)]


class Health(LabelledEnum):
    """What one call says about the platform's health."""

    FINE = "fine", _("Answered"), "success"
    FAILED = "failed", _("Failed"), "danger"
    LIMITED = "limited", _("Too many calls"), "warning"
    UNSENT = "unsent", _("Not sent"), "default"
