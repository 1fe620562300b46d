"""Everything that changes notices. Import from here, not from the modules below."""

from apps.notifications.services.acknowledging import (
    Acknowledged,
    acknowledge_notice,
    settle_subject,
    stop_escalating,
)
from apps.notifications.services.adding import add_robot
from apps.notifications.services.cleaning import purge_notices
from apps.notifications.services.directly import (
    Channels,
    DirectResult,
    Words,
    record_direct,
    remember_channels,
    send_directly,
)
from apps.notifications.services.queueing import queue_notice
from apps.notifications.services.resealing import reseal_robots
from apps.notifications.services.resending import send_again
from apps.notifications.services.sending import SendResult, send_due
from apps.notifications.services.switching import switch_channel
from apps.notifications.services.testing import send_test

__all__ = [
    "Acknowledged",
    "Channels",
    "DirectResult",
    "SendResult",
    "Words",
    "acknowledge_notice",
    "add_robot",
    "purge_notices",
    "queue_notice",
    "record_direct",
    "remember_channels",
    "reseal_robots",
    "send_again",
    "send_directly",
    "send_due",
    "send_test",
    "settle_subject",
    "stop_escalating",
    "switch_channel",
]
