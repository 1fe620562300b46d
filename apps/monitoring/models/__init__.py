"""Tables of monitoring: objectives, alert rules, alarms, silences."""

from apps.monitoring.models.alarm import Alarm, Silence, Standing
from apps.monitoring.models.objective import Objective, ObjectiveReading
from apps.monitoring.models.rule import AlertRule

__all__ = ["Alarm", "AlertRule", "Objective", "ObjectiveReading", "Silence", "Standing"]
