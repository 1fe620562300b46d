"""Tables of exceptions: rules and cases, incidents, the customer's voice; flags and verdicts."""

from apps.exceptions.models.case import Case, CaseLink
from apps.exceptions.models.case_bulk import CaseBulk
from apps.exceptions.models.casework import (
    CannedReply,
    CaseFile,
    CaseNote,
    CaseStep,
    CaseTally,
    WorklistView,
)
from apps.exceptions.models.customs_clock import CaseReminder, LanePace, RuleReminder
from apps.exceptions.models.flag import Flag, FlagSkip
from apps.exceptions.models.incident import (
    CauseHour,
    CauseLook,
    CauseUsual,
    Incident,
    IncidentHold,
)
from apps.exceptions.models.learning import BackTest, KindPolicy, ThresholdSet
from apps.exceptions.models.rule import (
    CalendarDay,
    CaseTarget,
    OwnerGroup,
    Rule,
    RuleLimit,
    RuleStamp,
    RuleSweep,
    RuleVersion,
)
from apps.exceptions.models.rule_trial import RuleTrial, ShadowHit
from apps.exceptions.models.verdict import Verdict
from apps.exceptions.models.voice import Contact, NpsAnswer
from apps.exceptions.models.watch import Watch

__all__ = [
    "BackTest",
    "CalendarDay",
    "CannedReply",
    "Case",
    "CaseBulk",
    "CaseFile",
    "CaseLink",
    "CaseNote",
    "CaseReminder",
    "CaseStep",
    "CaseTally",
    "CaseTarget",
    "CauseHour",
    "CauseLook",
    "CauseUsual",
    "Contact",
    "Flag",
    "FlagSkip",
    "Incident",
    "IncidentHold",
    "KindPolicy",
    "LanePace",
    "NpsAnswer",
    "OwnerGroup",
    "Rule",
    "RuleLimit",
    "RuleReminder",
    "RuleStamp",
    "RuleSweep",
    "RuleTrial",
    "RuleVersion",
    "ShadowHit",
    "ThresholdSet",
    "Verdict",
    "Watch",
    "WorklistView",
]
