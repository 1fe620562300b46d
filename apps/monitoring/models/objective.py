"""Objectives of service as rows, and what was last read of each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.monitoring.choices import Comparison

MOST_DAYS = 90


class Objective(models.Model):
    """One promise about the portal: ``share`` of what happens is on the good side of ``target``.

    ``target`` is in the unit of the series (seconds, a share, a number); for a series that is a
    share of errors itself, ``target`` is the share allowed. ``window_days`` is the time the error
    budget is for, ``shown_seconds`` the time the figure on a page is taken over. ``where`` keeps
    observations by their dimensions ({dim: [values]}). ``counts`` says in a sentence what counts.
    """

    key = models.SlugField(max_length=40, unique=True, verbose_name=_("key"))
    name = models.CharField(max_length=60, verbose_name=_("name"))
    name_en = models.CharField(max_length=60, verbose_name=_("name in English"))
    counts = models.CharField(max_length=200, blank=True, default="", verbose_name=_("counts"))
    counts_en = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("counts in English")
    )
    series = models.CharField(max_length=40, verbose_name=_("series"))
    where = models.JSONField(default=dict, blank=True, verbose_name=_("only"))
    comparison = models.CharField(
        max_length=8,
        choices=Comparison.choices(),
        default=Comparison.ABOVE.value,
        verbose_name=_("wrong when"),
    )
    target = models.FloatField(verbose_name=_("target"))
    share = models.FloatField(default=0.99, verbose_name=_("share that must be good"))
    window_days = models.PositiveSmallIntegerField(default=30, verbose_name=_("days of the budget"))
    shown_seconds = models.PositiveIntegerField(
        default=3600, verbose_name=_("shown over (seconds)")
    )
    position = models.PositiveSmallIntegerField(default=0, verbose_name=_("position"))
    enabled = models.BooleanField(default=True, verbose_name=_("enabled"))

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lt=1), name="monitoring_objective_share"
            ),
            models.CheckConstraint(condition=Q(target__gte=0), name="monitoring_objective_target"),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=MOST_DAYS, shown_seconds__gte=60),
                name="monitoring_objective_windows",
            ),
            models.CheckConstraint(
                condition=Q(comparison__in=Comparison.values()),
                name="monitoring_objective_comparison",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name

    @property
    def shown_counts(self) -> str:
        """What counts, in the reader's language."""
        return self.counts_en if (get_language() or "").startswith("en") else self.counts


class ObjectiveReading(models.Model):
    """How an objective stood when it was last looked at; one row each, written by the watch.

    ``value`` is None where nothing was measured; budget and burn rates are None where they make
    no sense. ``missed_since`` is when the value went to the wrong side. All times are real.
    """

    objective = models.OneToOneField(
        Objective,
        on_delete=models.CASCADE,
        related_name="reading",
        primary_key=True,
        verbose_name=_("objective"),
    )
    value = models.FloatField(null=True, verbose_name=_("value"))
    count = models.BigIntegerField(default=0, verbose_name=_("measured"))
    budget_left = models.FloatField(null=True, verbose_name=_("error budget left"))
    burn_fast = models.FloatField(null=True, verbose_name=_("burn rate, fast"))
    burn_slow = models.FloatField(null=True, verbose_name=_("burn rate, slow"))
    missed_since = models.DateTimeField(null=True, blank=True, verbose_name=_("missed since"))
    looked_at = models.DateTimeField(default=clock.real_now, verbose_name=_("looked at"))

    class Meta:
        verbose_name = _("reading of an objective")
        verbose_name_plural = _("readings of objectives")

    def __str__(self) -> str:
        return f"{self.objective_id}: {self.value}"
