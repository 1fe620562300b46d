"""Alarms, what was last judged of each, and silences."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.monitoring.choices import AlarmEnd
from apps.monitoring.models.rule import AlertRule
from apps.notifications.choices import NoticeSeverity

MOST_LABEL = 64


def new_alarm_uid() -> str:
    """Return a fresh public id of an alarm."""
    return new_uid("alm")


class Alarm(models.Model):
    """One condition from its beginning to its end; at most one of a rule and label is open.

    ``value`` is what was measured last while it was open, ``worst`` the worst of it, ``usual``
    what was usual when it began and ``limit`` what was allowed, all in the unit of the rule's
    series (burn rates: times the budget). ``label`` tells alarms of a rule apart, ``message``
    holds codes of what was seen. ``suppressed_by`` is the alarm of which it is a consequence;
    ``told_with`` the alarm in whose message it was told. ``told_at`` is empty until somebody was
    told. All times are real.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_alarm_uid, editable=False, verbose_name=_("ID")
    )
    rule = models.ForeignKey(
        AlertRule, on_delete=models.PROTECT, related_name="alarms", verbose_name=_("rule")
    )
    label = models.CharField(max_length=MOST_LABEL, blank=True, default="", verbose_name=_("label"))
    severity = models.CharField(
        max_length=8,
        choices=NoticeSeverity.choices(),
        default=NoticeSeverity.AMBER.value,
        verbose_name=_("severity"),
    )
    since = models.DateTimeField(verbose_name=_("since"))
    until = models.DateTimeField(null=True, blank=True, verbose_name=_("until"))
    ended = models.CharField(
        max_length=12,
        choices=AlarmEnd.choices(),
        blank=True,
        default="",
        verbose_name=_("how it ended"),
    )
    value = models.FloatField(verbose_name=_("measured"))
    worst = models.FloatField(null=True, blank=True, verbose_name=_("worst"))
    usual = models.FloatField(null=True, blank=True, verbose_name=_("usual"))
    limit = models.FloatField(null=True, blank=True, verbose_name=_("limit"))
    message = models.CharField(max_length=300, blank=True, default="", verbose_name=_("message"))
    times = models.PositiveSmallIntegerField(default=1, verbose_name=_("time in a row"))
    acknowledged_at = models.DateTimeField(null=True, blank=True, verbose_name=_("acknowledged"))
    acknowledged_by = models.CharField(
        max_length=150, blank=True, default="", verbose_name=_("acknowledged by")
    )
    suppressed_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        related_name="consequences",
        null=True,
        blank=True,
        verbose_name=_("consequence of"),
    )
    told_with = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        related_name="told_beside",
        null=True,
        blank=True,
        verbose_name=_("told with"),
    )
    told_at = models.DateTimeField(null=True, blank=True, verbose_name=_("told"))
    escalated_at = models.DateTimeField(null=True, blank=True, verbose_name=_("escalated"))

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["rule", "-id"], name="monitoring_alarm_rule"),
            models.Index(fields=["-until"], name="monitoring_alarm_ended"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "label"],
                condition=Q(until__isnull=True),
                name="monitoring_one_open_alarm",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="monitoring_alarm_times",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True, ended="")
                | Q(until__isnull=False, ended__in=AlarmEnd.values()),
                name="monitoring_alarm_end",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=NoticeSeverity.values()), name="monitoring_alarm_severity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.since:%Y-%m-%d %H:%M}"


class Standing(models.Model):
    """What the judge remembers of a rule and label between two looks (`monitoring.judging`).

    Seconds are seconds of looking, not of the wall, so that a clock that jumps adds none. There
    is no row for what has long been right.
    """

    rule = models.ForeignKey(
        AlertRule, on_delete=models.CASCADE, related_name="standings", verbose_name=_("rule")
    )
    label = models.CharField(max_length=MOST_LABEL, blank=True, default="", verbose_name=_("label"))
    is_open = models.BooleanField(default=False, verbose_name=_("open"))
    verdict = models.CharField(max_length=8, verbose_name=_("last verdict"))
    wrong_seconds = models.FloatField(default=0, verbose_name=_("wrong for"))
    right_seconds = models.FloatField(default=0, verbose_name=_("right for"))
    unknown_seconds = models.FloatField(default=0, verbose_name=_("unknown for"))
    usual = models.FloatField(null=True, blank=True, verbose_name=_("usual"))
    times = models.PositiveSmallIntegerField(default=0, verbose_name=_("times in a row"))
    judged_at = models.DateTimeField(default=clock.real_now, verbose_name=_("judged"))

    class Meta:
        verbose_name = _("standing of a rule")
        verbose_name_plural = _("standings of rules")
        constraints = [
            models.UniqueConstraint(fields=["rule", "label"], name="monitoring_standing_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.label} {self.verdict}"


class Silence(models.Model):
    """A time in which alarms of a rule (and label, "" for all) are shown and told to nobody.

    It always has an end. ``lifted_at``: somebody ended it earlier. All times are real.
    """

    rule = models.ForeignKey(
        AlertRule, on_delete=models.CASCADE, related_name="silences", verbose_name=_("rule")
    )
    label = models.CharField(max_length=MOST_LABEL, blank=True, default="", verbose_name=_("label"))
    since = models.DateTimeField(default=clock.real_now, verbose_name=_("since"))
    until = models.DateTimeField(verbose_name=_("until"))
    why = models.CharField(max_length=200, verbose_name=_("why"))
    by = models.CharField(max_length=150, verbose_name=_("by"))
    lifted_at = models.DateTimeField(null=True, blank=True, verbose_name=_("ended earlier"))

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        ordering = ["-id"]
        indexes = [models.Index(fields=["until"], name="monitoring_silence_until")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="monitoring_silence_ends"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.until:%Y-%m-%d %H:%M}"
