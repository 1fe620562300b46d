"""Alarms: conditions that opened by themselves and close by themselves."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.monitoring.choices import AlarmKind


class Alarm(models.Model):
    """One condition from its beginning to its end; at most one of a kind and label is open.

    ``value`` is what was measured last while it was open, ``usual`` what was usual when it
    began, both in the unit of the kind (refusals within ten minutes). ``label`` tells alarms of
    a kind apart, ``message`` says in the portal's own words what was seen. All times are real.
    """

    kind = models.CharField(max_length=24, choices=AlarmKind.choices(), verbose_name=_("kind"))
    label = models.CharField(max_length=64, blank=True, default="", verbose_name=_("label"))
    since = models.DateTimeField(verbose_name=_("since"))
    until = models.DateTimeField(null=True, blank=True, verbose_name=_("until"))
    value = models.FloatField(verbose_name=_("measured"))
    usual = models.FloatField(verbose_name=_("usual"))
    message = models.CharField(max_length=300, blank=True, default="", verbose_name=_("message"))

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "label"],
                condition=Q(until__isnull=True),
                name="monitoring_one_open_alarm",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AlarmKind.values()), name="monitoring_alarm_kind"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="monitoring_alarm_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.since:%Y-%m-%d %H:%M}"
