"""What the clocks of customs need beside the rules: own pace of a lane, who is told again."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.customs.choices import Direction


class LanePace(models.Model):
    """In how many hours nine of ten parcels of a lane got through customs (own 90th percentile).

    ``origin`` and ``destination`` are ISO country codes, ``service`` the carrier's, "" for none
    said. Counts real parcels released within the last 90 days as of ``reckoned_on`` (UTC). Rules
    use it from 30 parcels on (`facts_rows`).
    """

    direction = models.CharField(
        max_length=6, choices=Direction.choices(), verbose_name=_("direction")
    )
    origin = models.CharField(max_length=2, verbose_name=_("origin country"))
    destination = models.CharField(max_length=2, verbose_name=_("destination country"))
    service = models.CharField(max_length=40, blank=True, default="", verbose_name=_("service"))
    parcels = models.PositiveIntegerField(verbose_name=_("finished parcels"))
    p90_hours = models.DecimalField(
        max_digits=9, decimal_places=2, verbose_name=_("nine of ten within (h)")
    )
    reckoned_on = models.DateField(verbose_name=_("reckoned on"))

    class Meta:
        verbose_name = _("pace of a lane in customs")
        verbose_name_plural = _("paces of lanes in customs")
        ordering = ["destination", "origin", "service", "direction"]
        constraints = [
            models.UniqueConstraint(
                fields=["destination", "origin", "service", "direction"],
                name="exceptions_pace_once",
            ),
            models.CheckConstraint(
                condition=Q(parcels__gte=1, p90_hours__gte=0), name="exceptions_pace_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.origin}→{self.destination} {self.service}"


class RuleReminder(models.Model):
    """How often a red case of a rule is told again, and after how many hours a manager hears.

    ``again_hours`` count from turning red and from each reminder, ``manager_hours`` from the
    moment the rule counts from; empty: not at all. Reminders stop while a case waits for others.
    """

    rule = models.OneToOneField(
        "exceptions.Rule",
        on_delete=models.CASCADE,
        related_name="reminder",
        verbose_name=_("rule"),
    )
    again_hours = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        default=Decimal(24),
        null=True,
        blank=True,
        verbose_name=_("told again every (h)"),
    )
    manager_hours = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        default=Decimal(120),
        null=True,
        blank=True,
        verbose_name=_("manager told after (h)"),
    )

    class Meta:
        verbose_name = _("reminder of a rule")
        verbose_name_plural = _("reminders of rules")
        ordering = ["rule"]
        constraints = [
            models.CheckConstraint(
                condition=Q(again_hours__isnull=True) | Q(again_hours__gte=1),
                name="exceptions_reminder_hourly_at_most",
            ),
            models.CheckConstraint(
                condition=Q(manager_hours__isnull=True) | Q(manager_hours__gt=0),
                name="exceptions_reminder_manager_later",
            ),
        ]

    def __str__(self) -> str:
        return str(self.rule_id)


class CaseReminder(models.Model):
    """When a case was last told again, how often, and when its manager heard of it."""

    case = models.OneToOneField(
        "exceptions.Case",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="reminder",
        verbose_name=_("case"),
    )
    reminded_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last told again"))
    times = models.PositiveIntegerField(default=0, verbose_name=_("times told again"))
    manager_at = models.DateTimeField(null=True, blank=True, verbose_name=_("manager told"))
    made_at = models.DateTimeField(default=clock.now, verbose_name=_("first told"))

    class Meta:
        verbose_name = _("reminder of a case")
        verbose_name_plural = _("reminders of cases")
        ordering = ["case"]

    def __str__(self) -> str:
        return str(self.case_id)
