"""The faces of exceptions for those who decide and those who look."""

from apps.exceptions.admin.calendar import CalendarDayAdmin
from apps.exceptions.admin.cases import CaseAdmin
from apps.exceptions.admin.contacts import ContactAdmin, NpsAnswerAdmin
from apps.exceptions.admin.customs_clocks import LanePaceAdmin, RuleReminderAdmin
from apps.exceptions.admin.desk_pages import CannedReplyAdmin, CaseTargetAdmin, OwnerGroupAdmin
from apps.exceptions.admin.flags import FlagAdmin
from apps.exceptions.admin.incidents import IncidentAdmin
from apps.exceptions.admin.policies import KindPolicyAdmin
from apps.exceptions.admin.rule_trials import RuleTrialAdmin
from apps.exceptions.admin.rules import RuleAdmin
from apps.exceptions.admin.thresholds import ThresholdSetAdmin
from apps.exceptions.admin.verdicts import VerdictAdmin

__all__ = [
    "CalendarDayAdmin",
    "CannedReplyAdmin",
    "CaseAdmin",
    "CaseTargetAdmin",
    "ContactAdmin",
    "FlagAdmin",
    "IncidentAdmin",
    "KindPolicyAdmin",
    "LanePaceAdmin",
    "NpsAnswerAdmin",
    "OwnerGroupAdmin",
    "RuleAdmin",
    "RuleReminderAdmin",
    "RuleTrialAdmin",
    "ThresholdSetAdmin",
    "VerdictAdmin",
]
