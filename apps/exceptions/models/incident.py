"""The incident: many cases with one cause, one owner and one message."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.exceptions.choices import Cause, IncidentState, Severity

IS_UNRESOLVED = ~Q(state=IncidentState.RESOLVED.value)


def new_incident_uid() -> str:
    """Return a fresh public id of an incident."""
    return new_uid("inc")


class Incident(models.Model):
    """Cases that exceed what is usual for one hub, lane, carrier or rule.

    ``key`` names the cause: a division code, ``from>to``, a carrier, or a rule's code; ``rule``
    narrows it where one rule makes the excess. ``expected`` is what was usual for the same
    stretch of time, ``observed`` what was seen when it was opened, ``odds`` the natural logarithm
    of how unlikely that is. ``cases_count`` counts the cases attached now, ``peak`` the most.
    ``told`` counts the messages queued about it.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_incident_uid, editable=False, verbose_name=_("ID")
    )
    cause = models.CharField(max_length=8, choices=Cause.choices(), verbose_name=_("cause"))
    key = models.CharField(max_length=60, verbose_name=_("where"))
    rule = models.ForeignKey(
        "exceptions.Rule",
        on_delete=models.PROTECT,
        related_name="incidents",
        null=True,
        blank=True,
        verbose_name=_("rule"),
    )
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    state = models.CharField(
        max_length=10,
        choices=IncidentState.choices(),
        default=IncidentState.OPEN.value,
        verbose_name=_("state"),
    )
    severity = models.CharField(
        max_length=8, choices=Severity.choices(), verbose_name=_("severity")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="incidents",
        null=True,
        blank=True,
        verbose_name=_("owner"),
    )
    message = models.TextField(blank=True, default="", verbose_name=_("what customers are told"))
    message_en = models.TextField(
        blank=True, default="", verbose_name=_("what customers are told in English")
    )
    expected = models.FloatField(verbose_name=_("usual"))
    observed = models.PositiveIntegerField(verbose_name=_("seen"))
    odds = models.FloatField(verbose_name=_("odds"))
    cases_count = models.PositiveIntegerField(default=0, verbose_name=_("cases"))
    peak = models.PositiveIntegerField(default=0, verbose_name=_("most cases"))
    told = models.PositiveSmallIntegerField(default=0, verbose_name=_("messages"))
    opened_at = models.DateTimeField(default=clock.now, verbose_name=_("opened"))
    quiet_since = models.DateTimeField(null=True, blank=True, verbose_name=_("quiet since"))
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("closed"))

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="exceptions_incident_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "key", "rule"],
                condition=IS_UNRESOLVED,
                nulls_distinct=False,
                name="exceptions_incident_once",
            ),
            models.CheckConstraint(
                condition=Q(state=IncidentState.RESOLVED.value, closed_at__isnull=False)
                | (IS_UNRESOLVED & Q(closed_at__isnull=True)),
                name="exceptions_incident_closed",
            ),
            models.CheckConstraint(
                condition=Q(peak__gte=F("cases_count")), name="exceptions_incident_peak"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.key}"


class CauseHour(models.Model):
    """How many cases opened in an hour at one hub, lane, carrier or rule: what is usual.

    ``at`` is the hour's begin (business time). Written by the look for incidents from the cases
    themselves, so it can be made again.
    """

    cause = models.CharField(max_length=8, choices=Cause.choices(), verbose_name=_("cause"))
    key = models.CharField(max_length=60, verbose_name=_("where"))
    rule = models.ForeignKey(
        "exceptions.Rule", on_delete=models.PROTECT, related_name="+", verbose_name=_("rule")
    )
    at = models.DateTimeField(verbose_name=_("hour"))
    cases = models.PositiveIntegerField(verbose_name=_("cases"))

    class Meta:
        verbose_name = _("hour of a cause")
        verbose_name_plural = _("hours of causes")
        indexes = [models.Index(fields=["at"], name="exceptions_causehour_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "key", "rule", "at"], name="exceptions_causehour_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.key} {self.at:%m-%d %H}"
