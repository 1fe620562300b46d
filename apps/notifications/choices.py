"""Every enumeration of notifications: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class Audience(LabelledEnum):
    """Whom a notice is for; which people and channels that means is said elsewhere."""

    OPERATIONS = "operations", _("Operations"), "info"
    CUSTOMER_SERVICE = "customer_service", _("Customer service"), "info"
    ON_CALL = "on_call", _("On call"), "danger"


class NoticeSeverity(LabelledEnum):
    """How bad it is what a notice tells; the words of cases and incidents."""

    NOTICE = "notice", _("Notice"), "info"
    AMBER = "amber", _("Amber"), "warning"
    RED = "red", _("Red"), "danger"


class NoticeMode(LabelledEnum):
    """Which shipments a notice is about; sandbox ones never reach a channel."""

    LIVE = "live", _("Live"), "success"
    SANDBOX = "sandbox", _("Sandbox"), "info"


class NoticeState(LabelledEnum):
    """How far a notice has come. Only a waiting one is to be sent."""

    WAITING = "waiting", _("Waiting"), "default"
    SENT = "sent", _("Sent"), "success"
    GIVEN_UP = "given_up", _("Given up"), "danger"
    REHEARSAL = "rehearsal", _("Rehearsal, never sent"), "info"
