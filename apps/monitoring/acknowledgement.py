"""What the acknowledge page of a message means for alarms."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.monitoring.services.alarm_moves import acknowledge_alarm
from apps.notifications.acknowledging import Acknowledgement, register


def acknowledged(given: Acknowledgement) -> str:
    """Note on the alarm of a notice that somebody is at it; return the sentence for the page.

    Raises AlarmUnknown, and AlarmStands where it has ended meanwhile.
    """
    alarm = acknowledge_alarm(uid=given.notice.subject, actor=given.actor, name=given.name)
    return _("%(who)s is at it: %(what)s") % {
        "who": alarm.acknowledged_by, "what": alarm.rule.shown_name,
    }  # fmt: skip


def listen() -> None:
    """Have every notice about an alarm acknowledged here."""
    register("alarm.", acknowledged)
