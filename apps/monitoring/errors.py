"""Errors of monitoring, each a sentence for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.errors import PortalError


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of a form."""

    field: str
    message: str


class AlertRuleInvalid(PortalError):
    """A rule cannot be evaluated; ``problems`` names each field that is wrong and says why."""

    code = "alert_rule_invalid"
    permanent = True

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.message}" for one in problems))
        self.problems = tuple(problems)


class AlarmUnknown(PortalError):
    """There is no such alarm."""

    code = "alarm_unknown"
    permanent = True


class AlarmStands(PortalError):
    """What was asked of an alarm makes no sense as it stands; the sentence says why."""

    code = "alarm_stands"
    permanent = True


class SilenceRefused(PortalError):
    """A silence cannot be so; the sentence says why."""

    code = "silence_refused"
    permanent = True
