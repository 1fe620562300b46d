"""Pages about the portal itself."""

from __future__ import annotations

from apps.monitoring.admin import alarms, delays  # noqa: F401
