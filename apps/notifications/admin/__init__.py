"""The faces of notifications."""

from apps.notifications.admin.channels import MailTargetAdmin, RobotAdmin
from apps.notifications.admin.deliveries import DeliveryAdmin
from apps.notifications.admin.notices import NoticeAdmin

__all__ = ["DeliveryAdmin", "MailTargetAdmin", "NoticeAdmin", "RobotAdmin"]
