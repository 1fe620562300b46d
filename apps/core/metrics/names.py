"""What is measured: the closed list of metrics, each with the clock it is told by."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class Metric(LabelledEnum):
    """A stage of the way from what happened to who was told, in order."""

    EVENT_HEARD = "event.heard", _("Happened → heard"), "default"
    """Business time: when the carrier says it happened until our clock read its message."""
    CALLBACK_APPLIED = "callback.applied", _("Received → applied"), "info"
    """Real time: from the row of the inbox to the statement that applied it."""
    CALLBACK_VISIBLE = "callback.visible", _("Received → visible"), "info"
    """Real time: from the row of the inbox to the commit after which every reader sees it."""
    MESSAGE_TOLD = "message.told", _("Known → told"), "info"
    """Real time: from the message's row to the receiver's yes."""
