"""What is learnt: policies of kinds, sets of thresholds, back-tests."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.exceptions.choices import BackTestState, FaultKind


class KindPolicy(models.Model):
    """How flags of one kind are handled.

    ``is_raised`` off: the detector's findings of this kind are not shown. ``decides_itself``: a
    rule confirms or repairs them, and ``sample_share`` of these is shown to a person all the
    same. ``expires_after_hours`` (business hours of the clock, not of the calendar): undecided
    flags then fall into the safer view, their fixes excluded.
    """

    kind = models.CharField(
        max_length=16, choices=FaultKind.choices(), unique=True, verbose_name=_("kind")
    )
    is_raised = models.BooleanField(default=True, verbose_name=_("shown to people"))
    decides_itself = models.BooleanField(default=False, verbose_name=_("decides itself"))
    sample_share = models.DecimalField(
        max_digits=4, decimal_places=3, default=Decimal("0.020"), verbose_name=_("sample share")
    )
    expires_after_hours = models.PositiveIntegerField(
        default=24, verbose_name=_("expires after (h)")
    )
    changed_at = models.DateTimeField(default=clock.now, verbose_name=_("changed"))

    class Meta:
        verbose_name = _("policy of a kind")
        verbose_name_plural = _("policies of kinds")
        ordering = ["kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sample_share__gte=0, sample_share__lte=1),
                name="exceptions_policy_share",
            ),
            models.CheckConstraint(
                condition=Q(expires_after_hours__gte=1), name="exceptions_policy_expiry"
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class ThresholdSet(models.Model):
    """One version of the detector's thresholds; the active one is used, none is ever changed.

    ``values`` holds what differs from the detector's own; keys are fields of `Thresholds`.
    """

    version = models.PositiveIntegerField(unique=True, verbose_name=_("version"))
    values = models.JSONField(default=dict, blank=True, verbose_name=_("values"))
    note = models.CharField(max_length=200, blank=True, default="", verbose_name=_("note"))
    is_active = models.BooleanField(default=False, verbose_name=_("active"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("created by"),
    )

    class Meta:
        verbose_name = _("set of thresholds")
        verbose_name_plural = _("sets of thresholds")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=Q(is_active=True),
                name="exceptions_thresholds_one_active",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="exceptions_thresholds_version"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class BackTest(models.Model):
    """Draft thresholds run over stored tracks and past verdicts before they are saved.

    ``done`` of ``total`` tracks are looked at. ``result`` says by kind how many flags the draft
    raises, how many the active set did, and what share of those judged was confirmed.
    """

    values = models.JSONField(default=dict, blank=True, verbose_name=_("values"))
    days = models.PositiveIntegerField(default=30, verbose_name=_("days back"))
    state = models.CharField(
        max_length=8,
        choices=BackTestState.choices(),
        default=BackTestState.WAITING.value,
        verbose_name=_("state"),
    )
    total = models.PositiveIntegerField(default=0, verbose_name=_("tracks"))
    done = models.PositiveIntegerField(default=0, verbose_name=_("tracks looked at"))
    result = models.JSONField(default=dict, blank=True, verbose_name=_("result"))
    error = models.CharField(max_length=500, blank=True, default="", verbose_name=_("error"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("created by"),
    )

    class Meta:
        verbose_name = _("back-test")
        verbose_name_plural = _("back-tests")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
