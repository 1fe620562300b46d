"""The faces of exceptions for those who decide and those who look."""

from apps.exceptions.admin.flags import FlagAdmin
from apps.exceptions.admin.policies import KindPolicyAdmin
from apps.exceptions.admin.thresholds import ThresholdSetAdmin
from apps.exceptions.admin.verdicts import VerdictAdmin

__all__ = ["FlagAdmin", "KindPolicyAdmin", "ThresholdSetAdmin", "VerdictAdmin"]
