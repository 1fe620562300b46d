"""Where staff hear of things: WeCom robots and mail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.vault import SEALED
from apps.notifications.choices import (
    Audience,
    ChannelKind,
    ChannelMode,
    Language,
    NoticeSeverity,
)

LONGEST_USER_ID = 64


class Channel(models.Model):
    """What robots and mail targets have in common.

    ``audiences`` are who reads there; ``min_severity`` is the least that is sent. A channel
    ``is_second`` hears only what nobody acknowledged in time, or what no first channel could
    take. In the quiet hours (local to ``zone``, the portal's own if empty) only red is sent, the
    rest when they end. ``recent`` holds when messages were sent within the last minute, under the
    row's lock: the budget of all processes; ``digested_at`` is the last digest, ``rests_until``
    ends a pause after ``failures`` in a row. A channel that turned out dead is switched off,
    ``why_off`` says why. Times are real.
    """

    kind: ClassVar[ChannelKind]

    name = models.CharField(max_length=60, unique=True, verbose_name=_("name"))
    audiences = ArrayField(
        models.CharField(max_length=20, choices=Audience.choices()), verbose_name=_("audiences")
    )
    min_severity = models.CharField(
        max_length=8,
        choices=NoticeSeverity.choices(),
        default=NoticeSeverity.NOTICE.value,
        verbose_name=_("least severity"),
    )
    language = models.CharField(
        max_length=8,
        choices=Language.choices(),
        default=Language.CHINESE.value,
        verbose_name=_("language"),
    )
    is_second = models.BooleanField(
        default=False,
        verbose_name=_("second channel"),
        help_text=_("Hears what nobody acknowledged in time, or no first channel could take."),
    )
    quiet_from = models.TimeField(null=True, blank=True, verbose_name=_("quiet from"))
    quiet_until = models.TimeField(null=True, blank=True, verbose_name=_("quiet until"))
    zone = models.CharField(max_length=40, blank=True, default="", verbose_name=_("time zone"))
    is_active = models.BooleanField(default=True, verbose_name=_("active"))
    why_off = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("why it is off")
    )
    off_at = models.DateTimeField(null=True, blank=True, verbose_name=_("off since"))
    last_errcode = models.IntegerField(null=True, blank=True, verbose_name=_("last error code"))
    last_error = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("last error")
    )
    last_sent_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last sent"))
    rests_until = models.DateTimeField(null=True, blank=True, verbose_name=_("rests until"))
    failures = models.PositiveSmallIntegerField(default=0, verbose_name=_("failures in a row"))
    recent = ArrayField(
        models.DateTimeField(), default=list, blank=True, editable=False,
        verbose_name=_("sent within the last minute"),
    )  # fmt: skip
    digested_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last digest"))
    created_at = models.DateTimeField(default=clock.real_now, verbose_name=_("created at"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


def _rules(table: str) -> list[Any]:
    """Return the constraints every channel has, named for its table."""
    return [
        models.CheckConstraint(
            condition=Q(audiences__len__gte=1, audiences__contained_by=Audience.values()),
            name=f"notifications_{table}_audiences",
        ),
        models.CheckConstraint(
            condition=Q(min_severity__in=NoticeSeverity.values(), language__in=Language.values()),
            name=f"notifications_{table}_words",
        ),
        models.CheckConstraint(
            condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
            | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            name=f"notifications_{table}_quiet_is_whole",
        ),
        models.CheckConstraint(
            condition=Q(is_active=True, why_off="", off_at__isnull=True)
            | Q(is_active=False, off_at__isnull=False),
            name=f"notifications_{table}_off_since",
        ),
    ]


class Robot(Channel):
    """A WeCom group robot. Its key is a secret: sealed, never shown; ``key_tail`` tells it apart.

    ``mentions`` are the user ids that red notices call. A sandbox robot is the sandbox's own: it
    hears live notices and rehearsals alike, and exists only where the sandbox may.
    """

    kind = ChannelKind.WECOM

    mode = models.CharField(
        max_length=8,
        choices=ChannelMode.choices(),
        default=ChannelMode.LIVE.value,
        verbose_name=_("mode"),
    )
    key_sealed = models.TextField(editable=False, verbose_name=_("key, sealed"))
    key_tail = models.CharField(max_length=4, editable=False, verbose_name=_("key ends with"))
    mentions = ArrayField(
        models.CharField(max_length=LONGEST_USER_ID),
        default=list,
        blank=True,
        verbose_name=_("people to mention"),
    )

    class Meta:
        verbose_name = _("WeCom robot")
        verbose_name_plural = _("WeCom robots")
        ordering = ["name"]
        constraints = [
            *_rules("robot"),
            models.CheckConstraint(
                condition=Q(mode__in=ChannelMode.values()), name="notifications_robot_mode"
            ),
            models.CheckConstraint(
                condition=Q(key_sealed__startswith=SEALED), name="notifications_robot_key_sealed"
            ),
        ]


class MailTarget(Channel):
    """Mail addresses that hear together; usually the second channel."""

    kind = ChannelKind.MAIL

    addresses = ArrayField(models.EmailField(max_length=200), verbose_name=_("addresses"))

    class Meta:
        verbose_name = _("mail target")
        verbose_name_plural = _("mail targets")
        ordering = ["name"]
        constraints = [
            *_rules("mail"),
            models.CheckConstraint(
                condition=Q(addresses__len__gte=1, addresses__len__lte=20),
                name="notifications_mail_addresses",
            ),
        ]
