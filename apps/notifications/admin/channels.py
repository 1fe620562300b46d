"""Robots and mail targets: where staff hear of things, and whether that works."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.admin_records import time_column
from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.faces import EMPTY, badge, badge_column
from apps.core.actions import Actor
from apps.notifications.admin.channel_forms import MailForm, RobotForm
from apps.notifications.choices import Audience, ChannelMode, NoticeSeverity
from apps.notifications.errors import ChannelRefused
from apps.notifications.models import Channel, MailTarget, Robot
from apps.notifications.reasons import reason_words
from apps.notifications.services import send_test, switch_channel

QUIET = (("quiet_from", "quiet_until"), "zone")
HOW = (("active_badge", "off_at"), "last_error_shown", "last_sent_at")
STATE = ("active_badge", "last_error_shown", "last_sent_at", "off_at")


def _test(request: HttpRequest, row: Channel, values: Values) -> str:
    outcome = send_test(channel=row, actor=Actor.user(request.user))
    if not outcome.is_taken:
        raise ChannelRefused(reason_words(outcome.why, outcome.errcode))
    return _now("Sent. Look there whether it has arrived.")


def _off(request: HttpRequest, row: Channel, values: Values) -> str:
    actor = Actor.user(request.user)
    switch_channel(channel=row, active=False, actor=actor, why=values["reason"])
    return _now("Nothing is sent there any more; what waited goes to the others.")


def _on(request: HttpRequest, row: Channel, values: Values) -> str:
    switch_channel(channel=row, active=True, actor=Actor.user(request.user))
    return _now("It hears what comes from now on.")


def channel_tasks(permission: str) -> tuple[Task, ...]:
    """Return what can be done with a channel by who holds the permission."""
    return (
        Task(
            name="test", label=_("Send a test message"), permission=permission, run=_test,
            explain=_("One message that says that nothing has happened. It counts like any other."),
            icon="send",
        ),
        Task(
            name="switch-off", label=_("Switch off"), permission=permission, run=_off,
            explain=_("Nothing more is sent there. What waits for it goes to the other channels."),
            form=ReasonForm, icon="pause", danger=True, applies=lambda row: row.is_active,
        ),
        Task(
            name="switch-on", label=_("Switch on"), permission=permission, run=_on,
            explain=_("It hears what comes from now on."), icon="play_arrow",
            applies=lambda row: not row.is_active,
        ),
    )  # fmt: skip


class ChannelAdmin(ScopedModelAdmin):
    """What the pages of robots and mail targets have in common; for the operator's staff."""

    merchant_path = None
    can_add = True
    list_display_links = ("name",)
    ordering = ("name",)
    severity_badge = badge_column("min_severity", NoticeSeverity, _("least severity"))
    sent_when = time_column("last_sent_at", _("last sent"), seconds=True)
    readonly_fields: tuple[str, ...] = STATE
    change_form_outer_before_template = "accounts/task_bar.html"

    class Media:
        css = {"all": ("portal/shipment.css",)}

    @display(description=_("active"))
    def active_badge(self, row: Any) -> SafeString | str:
        """Whether anything is sent there, and why not."""
        if not row.pk:
            return EMPTY
        if row.is_active:
            return badge(_("Active"), "success")
        return badge(_("Off"), "danger", hint=reason_words(row.why_off))

    @display(description=_("audiences"))
    def audiences_shown(self, row: Any) -> str:
        """Who reads there."""
        words = [Audience.parse(value) for value in row.audiences]
        return "、".join(str(word.label) for word in words if word) or EMPTY

    @display(description=_("quiet hours"))
    def quiet_shown(self, row: Any) -> str:
        """When only red is sent."""
        if row.quiet_from is None or row.quiet_until is None:
            return EMPTY
        zone = row.zone or timezone.get_default_timezone_name()
        return f"{row.quiet_from:%H:%M}–{row.quiet_until:%H:%M} {zone}"

    @display(description=_("last error"))
    def last_error_shown(self, row: Any) -> str:
        """What went wrong last, in words."""
        why = row.why_off if row.pk and not row.is_active else row.last_error
        return reason_words(why, row.last_errcode) or EMPTY


@admin.register(Robot)
class RobotAdmin(ChannelAdmin):
    """WeCom robots. A key is shown by its end alone."""

    form = RobotForm
    tasks = channel_tasks("notifications.change_robot")
    mode_badge = badge_column("mode", ChannelMode, _("mode"))
    list_display = (
        "name", "active_badge", "audiences_shown", "severity_badge", "mode_badge", "second_badge",
        "quiet_shown", "sent_when", "last_error_shown",
    )  # fmt: skip
    readonly_fields = (*STATE, "key_tail")
    fieldsets = (
        (None, {"fields": ("name", ("key", "key_tail"), "mode")}),
        (_("Who hears what"), {"fields": (
            "audiences", ("min_severity", "language"), "is_second", "mentions",
        )}),
        (_("quiet hours"), {"fields": QUIET}),
        (_("How it goes"), {"fields": HOW}),
    )  # fmt: skip

    @display(description=_("when"))
    def second_badge(self, row: Robot) -> SafeString:
        """Whether it hears first or second."""
        return badge(_("Second"), "warning") if row.is_second else badge(_("First"))


@admin.register(MailTarget)
class MailTargetAdmin(ChannelAdmin):
    """Mail targets; usually the second channel."""

    form = MailForm
    tasks = channel_tasks("notifications.change_mailtarget")
    list_display = (
        "name", "active_badge", "audiences_shown", "severity_badge", "second_badge", "quiet_shown",
        "sent_when", "last_error_shown",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("name", "addresses")}),
        (_("Who hears what"), {"fields": (
            "audiences", ("min_severity", "language"), "is_second",
        )}),
        (_("quiet hours"), {"fields": QUIET}),
        (_("How it goes"), {"fields": HOW}),
    )  # fmt: skip

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer a new mail target as a second channel."""
        return {"is_second": True, **super().get_changeform_initial_data(request)}

    @display(description=_("when"))
    def second_badge(self, row: MailTarget) -> SafeString:
        """Whether it hears first or second."""
        return badge(_("Second"), "warning") if row.is_second else badge(_("First"))
