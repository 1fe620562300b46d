"""Everything that changes monitoring. Import from here, not from the modules below."""

from apps.monitoring.services.alarm_moves import acknowledge_alarm, lift_silence, silence_alarm
from apps.monitoring.services.evaluating import Evaluation, evaluate_rules
from apps.monitoring.services.housekeeping import clean_up
from apps.monitoring.services.rules import draft_of, save_rule, switch_alert_rule
from apps.monitoring.services.standing_in import stand_in_for_watch

__all__ = [
    "Evaluation",
    "acknowledge_alarm",
    "clean_up",
    "draft_of",
    "evaluate_rules",
    "lift_silence",
    "save_rule",
    "silence_alarm",
    "stand_in_for_watch",
    "switch_alert_rule",
]
