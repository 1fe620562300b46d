"""Every enumeration of notifications: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class Audience(LabelledEnum):
    """Whom a notice is for; robots and mail targets say which audiences they serve."""

    OPERATIONS = "operations", _("Operations"), "info"
    CUSTOMER_SERVICE = "customer_service", _("Customer service"), "info"
    ON_CALL = "on_call", _("On call"), "danger"


class NoticeSeverity(LabelledEnum):
    """How bad it is what a notice tells; the words of cases and incidents."""

    NOTICE = "notice", _("Notice"), "info"
    AMBER = "amber", _("Amber"), "warning"
    RED = "red", _("Red"), "danger"


class NoticeMode(LabelledEnum):
    """Which shipments a notice is about; sandbox ones reach the sandbox's own robot at most."""

    LIVE = "live", _("Live"), "success"
    SANDBOX = "sandbox", _("Sandbox"), "info"


class NoticeState(LabelledEnum):
    """How far a notice has come. Only a waiting one is to be sent."""

    WAITING = "waiting", _("Waiting"), "default"
    SENT = "sent", _("Sent"), "success"
    GIVEN_UP = "given_up", _("Given up"), "danger"
    REHEARSAL = "rehearsal", _("Rehearsal, never sent"), "info"
    UNHEARD = "unheard", _("Nobody asked for it"), "default"


class ChannelMode(LabelledEnum):
    """Where a channel lives: the real WeCom and mail, or the sandbox's robot for rehearsals."""

    LIVE = "live", _("Live"), "success"
    SANDBOX = "sandbox", _("Sandbox"), "info"


class ChannelKind(LabelledEnum):
    """What a channel is."""

    WECOM = "wecom", _("WeCom robot"), "success"
    MAIL = "mail", _("Mail"), "info"


class Language(LabelledEnum):
    """The language a channel's messages are in; a notice carries both."""

    CHINESE = "zh-hans", _("Chinese"), "default"
    ENGLISH = "en", _("English"), "default"


class DeliveryState(LabelledEnum):
    """How far one notice has come on one channel."""

    WAITING = "waiting", _("Waiting"), "default"
    SENT = "sent", _("Sent"), "success"
    DIGESTED = "digested", _("Sent in a digest"), "success"
    GIVEN_UP = "given_up", _("Given up"), "danger"
    DROPPED = "dropped", _("Not needed any more"), "info"


class DeliveryStep(LabelledEnum):
    """Whether a channel is told first, or because nobody acknowledged in time."""

    FIRST = "first", _("First channel"), "default"
    SECOND = "second", _("Second channel"), "warning"
