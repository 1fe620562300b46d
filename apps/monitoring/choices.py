"""What can be the matter with the portal itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class AlarmKind(LabelledEnum):
    """What an alarm is about."""

    REFUSALS = "refusals", _("Our own callbacks are refused"), "danger"
    STRANGERS = "strangers", _("Strangers knock at the callbacks' door"), "warning"
