"""The faces of notifications."""

from apps.notifications.admin.notices import NoticeAdmin

__all__ = ["NoticeAdmin"]
