"""What deciding about a flag may refuse."""

from __future__ import annotations

from apps.core.errors import PortalError


class FlagUnknown(PortalError):
    """There is no such flag for this person."""

    code = "flag_unknown"
    permanent = True


class FlagTaken(PortalError):
    """Somebody else holds the flag or has decided it; the sentence says who and when."""

    code = "flag_taken"
    permanent = True


class VerdictStands(PortalError):
    """A verdict cannot be undone any more; the sentence says why."""

    code = "verdict_stands"
    permanent = True


class RepairImpossible(PortalError):
    """This repair cannot be made of these fixes; the sentence says why."""

    code = "repair_impossible"
    permanent = True


class PolicyRefused(PortalError):
    """A kind may not decide itself; the sentence says what is missing."""

    code = "policy_refused"
    permanent = True


class ThresholdsRefused(PortalError):
    """A set of thresholds cannot be saved, tested or activated; the sentence says why."""

    code = "thresholds_refused"
    permanent = True
