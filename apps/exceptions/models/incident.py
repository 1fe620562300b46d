"""The incident: many cases with one cause, one owner and one message."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.choices import KeyMode
from apps.core import clock
from apps.core.ids import new_uid
from apps.core.language import spoken
from apps.exceptions.choices import Cause, IncidentState, Severity

IS_UNRESOLVED = ~Q(state=IncidentState.RESOLVED.value)


def new_incident_uid() -> str:
    """Return a fresh public id of an incident."""
    return new_uid("inc")


class Incident(models.Model):
    """Cases that exceed what is usual for one hub, lane, carrier or rule.

    ``key`` names the cause: the first four digits of a division code (a city), ``from>to``, a
    carrier, or a rule's code; ``rule`` narrows it where one rule makes the excess, ``carrier`` says
    whose parcels nearly all of its cases are. Live and sandbox parcels (``mode``) never share one.
    Cases opened from ``since`` on belong to it. ``expected`` is what was usual for the same
    stretch of time, ``observed`` what was seen when it was opened, ``odds`` the natural logarithm
    of how unlikely that is. ``cases_count`` counts the live cases attached now, ``peak`` the most.
    ``told`` counts the messages queued about it, ``told_cases`` how many cases the last one named.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_incident_uid, editable=False, verbose_name=_("ID")
    )
    mode = models.CharField(
        max_length=8, choices=KeyMode.choices(), default=KeyMode.LIVE.value, verbose_name=_("mode")
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
    told_cases = models.PositiveIntegerField(default=0, verbose_name=_("cases last told of"))
    since = models.DateTimeField(default=clock.now, verbose_name=_("cases since"))
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
                fields=["mode", "cause", "key", "rule"],
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
            models.CheckConstraint(condition=Q(told__lte=3), name="exceptions_incident_told"),
            models.CheckConstraint(
                condition=Q(mode__in=KeyMode.values()), name="exceptions_incident_mode"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.key}"

    @property
    def is_over(self) -> bool:
        """Whether it is resolved: its message is not told any more."""
        return self.state == IncidentState.RESOLVED.value

    @property
    def shown_message(self) -> str:
        """What customers are told, in the reader's language."""
        return self.message_en if spoken() == "en" else self.message


class IncidentHold(models.Model):
    """A person's word on whether a case belongs to an incident; the look for incidents keeps to it.

    ``belongs`` says which way. One word per case: a later one takes its place.
    """

    case = models.OneToOneField(
        "exceptions.Case",
        on_delete=models.PROTECT,
        related_name="incident_hold",
        verbose_name=_("case"),
    )
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="holds", verbose_name=_("incident")
    )
    belongs = models.BooleanField(verbose_name=_("belongs to it"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))

    class Meta:
        verbose_name = _("word on a case of an incident")
        verbose_name_plural = _("words on cases of incidents")

    def __str__(self) -> str:
        return f"{self.case_id} {self.incident_id} {self.belongs}"


class CauseHour(models.Model):
    """How many cases opened in an hour at one hub, lane, carrier or rule: what is usual.

    ``at`` is the hour's begin (business time) in which cases came due, for one found late counts
    where it belongs. ``gathered`` of them belong to an incident and are not usual. Written by the
    look for incidents from the cases themselves, so it can be made again.
    """

    mode = models.CharField(
        max_length=8, choices=KeyMode.choices(), default=KeyMode.LIVE.value, verbose_name=_("mode")
    )
    cause = models.CharField(max_length=8, choices=Cause.choices(), verbose_name=_("cause"))
    key = models.CharField(max_length=60, verbose_name=_("where"))
    rule = models.ForeignKey(
        "exceptions.Rule", on_delete=models.PROTECT, related_name="+", verbose_name=_("rule")
    )
    at = models.DateTimeField(verbose_name=_("hour"))
    cases = models.PositiveIntegerField(verbose_name=_("cases"))
    gathered = models.PositiveIntegerField(default=0, verbose_name=_("of these in incidents"))

    class Meta:
        verbose_name = _("hour of a cause")
        verbose_name_plural = _("hours of causes")
        indexes = [models.Index(fields=["at"], name="exceptions_causehour_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["mode", "cause", "key", "rule", "at"], name="exceptions_causehour_once"
            ),
            models.CheckConstraint(
                condition=Q(gathered__lte=F("cases")), name="exceptions_causehour_gathered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.key} {self.at:%m-%d %H}"


class CauseUsual(models.Model):
    """What is usual for one hub, lane, carrier or rule, summed up once an hour from the hours.

    ``cases`` and ``squares`` are sums over the hours of the last four weeks, each weighted by its
    age (half-life ten days), of the cases and of their squares. Rows of a rule itself have their
    cases by hour of the day and by day of the week too (Monday first).
    """

    mode = models.CharField(max_length=8, choices=KeyMode.choices(), verbose_name=_("mode"))
    cause = models.CharField(max_length=8, choices=Cause.choices(), verbose_name=_("cause"))
    key = models.CharField(max_length=60, verbose_name=_("where"))
    rule = models.ForeignKey(
        "exceptions.Rule", on_delete=models.PROTECT, related_name="+", verbose_name=_("rule")
    )
    cases = models.FloatField(verbose_name=_("cases"))
    squares = models.FloatField(verbose_name=_("squares"))
    by_hour = ArrayField(models.FloatField(), default=list, blank=True, verbose_name=_("by hour"))
    by_day = ArrayField(models.FloatField(), default=list, blank=True, verbose_name=_("by day"))

    class Meta:
        verbose_name = _("what is usual of a cause")
        verbose_name_plural = _("what is usual of causes")
        constraints = [
            models.UniqueConstraint(
                fields=["mode", "cause", "key", "rule"], name="exceptions_causeusual_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.key}"


class CauseLook(models.Model):
    """How far the look for incidents is: one row per mode, all moments business time.

    ``began_at`` is the first look: before it nothing is known to have been quiet. ``looked_at`` is
    the last one, ``usual_at`` the hour at which the usual was last summed up.
    """

    mode = models.CharField(
        max_length=8, choices=KeyMode.choices(), unique=True, verbose_name=_("mode")
    )
    began_at = models.DateTimeField(default=clock.now, verbose_name=_("since"))
    looked_at = models.DateTimeField(default=clock.now, verbose_name=_("last look"))
    usual_at = models.DateTimeField(null=True, blank=True, verbose_name=_("usual as of"))

    class Meta:
        verbose_name = _("look for incidents")
        verbose_name_plural = _("looks for incidents")

    def __str__(self) -> str:
        return self.mode
