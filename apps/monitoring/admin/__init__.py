"""Pages about the portal itself."""

from __future__ import annotations

from apps.monitoring.admin import (  # noqa: F401
    alarms,
    alert_rules,
    delays,
    objectives,
    silences,
)
