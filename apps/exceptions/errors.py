"""What deciding about a flag may refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

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


class CaseUnknown(PortalError):
    """There is no such case for this person."""

    code = "case_unknown"
    permanent = True


class CaseForbidden(PortalError):
    """This person's role may not do that to a case."""

    code = "case_forbidden"
    permanent = True


class CaseTaken(PortalError):
    """Somebody else holds the case just now; the sentence says who and until when."""

    code = "case_taken"
    permanent = True


class CaseChanged(PortalError):
    """Somebody was first: ``who`` did ``what`` ``when``, since the version this person saw."""

    code = "case_changed"
    permanent = True

    def __init__(self, message: str, *, who: str, when: dt.datetime, what: str) -> None:
        super().__init__(message)
        self.who, self.when, self.what = who, when, what


class CaseRefused(PortalError):
    """This cannot be done to a case as it stands; the sentence says why."""

    code = "case_refused"
    permanent = True


class CaseStands(PortalError):
    """What was done to a case cannot be taken back any more; the sentence says why."""

    code = "case_stands"
    permanent = True


class VoiceRefused(PortalError):
    """What a customer said cannot be kept so; the sentence says why."""

    code = "voice_refused"
    permanent = True


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of a form; ``index`` is the row of its list, else -1."""

    field: str
    message: str
    index: int = -1


class RuleInvalid(PortalError):
    """A rule cannot be evaluated; ``problems`` names each field that is wrong and says why."""

    code = "rule_invalid"
    permanent = True

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.message}" for one in problems))
        self.problems = tuple(problems)


class RuleEdited(PortalError):
    """Somebody else changed the rule since this person saw it; the sentence says who and when."""

    code = "rule_edited"
    permanent = True


class RuleTooWide(PortalError):
    """A rule would hold for more than its share of all open parcels; it asks for a yes.

    ``parcels`` of ``open_parcels`` would have a case.
    """

    code = "rule_too_wide"
    permanent = True

    def __init__(self, message: str, *, parcels: int, open_parcels: int) -> None:
        super().__init__(message)
        self.parcels, self.open_parcels = parcels, open_parcels


class RuleStands(PortalError):
    """A rule cannot go to that state, or back to that version; the sentence says why."""

    code = "rule_stands"
    permanent = True


class TrialRefused(PortalError):
    """A trial of a rule cannot be started; the sentence says why."""

    code = "trial_refused"
    permanent = True


class IncidentUnknown(PortalError):
    """There is no such incident for this person."""

    code = "incident_unknown"
    permanent = True


class IncidentForbidden(PortalError):
    """This person's role may not do that to an incident."""

    code = "incident_forbidden"
    permanent = True


class IncidentRefused(PortalError):
    """This cannot be done to an incident as it is asked for; the sentence says why."""

    code = "incident_refused"
    permanent = True


class IncidentStands(PortalError):
    """This cannot be done to an incident as it stands now; the sentence says why."""

    code = "incident_stands"
    permanent = True


class DaysRefused(PortalError):
    """Days of the calendar cannot be taken; the sentence says which line and why."""

    code = "days_refused"
    permanent = True
