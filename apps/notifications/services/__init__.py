"""Everything that changes notices. Import from here, not from the modules below."""

from apps.notifications.services.queueing import queue_notice

__all__ = ["queue_notice"]
