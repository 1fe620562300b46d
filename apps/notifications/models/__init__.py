"""Tables of notifications: the outbox, the channels, and what became of each notice on each."""

from apps.notifications.models.channels import Channel, MailTarget, Robot
from apps.notifications.models.delivery import Delivery
from apps.notifications.models.notice import MOST_TITLE, Notice, new_notice_uid

__all__ = [
    "MOST_TITLE",
    "Channel",
    "Delivery",
    "MailTarget",
    "Notice",
    "Robot",
    "new_notice_uid",
]
