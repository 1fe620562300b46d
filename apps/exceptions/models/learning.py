"""What is learnt: policies of kinds, sets of thresholds, back-tests."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.exceptions.choices import PROVABLE, BackTestState, FaultKind

LEAST_JUDGED = 200
LEAST_RIGHT_PERMILLE = 995
MOST_DAYS = 90


class KindPolicy(models.Model):
    """How flags of one kind are handled.

    ``is_raised`` off: the detector's findings of this kind are not shown. ``decides_itself``: a
    rule confirms or repairs them, and ``sample_share`` of these is shown to a person all the
    same; ``judged`` and ``right`` are the figures it was allowed by. ``second_look_share`` of
    what persons decide is shown to somebody else once more. ``expires_after_hours`` (business
    hours of the clock, not of the calendar): undecided flags then fall into the safer view,
    their fixes excluded. ``former`` holds the values before the last change, to go back to.
    """

    kind = models.CharField(
        max_length=16, choices=FaultKind.choices(), unique=True, verbose_name=_("kind")
    )
    is_raised = models.BooleanField(default=True, verbose_name=_("shown to people"))
    decides_itself = models.BooleanField(default=False, verbose_name=_("decides itself"))
    sample_share = models.DecimalField(
        max_digits=4, decimal_places=3, default=Decimal("0.020"), verbose_name=_("sample share")
    )
    second_look_share = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.020"),
        verbose_name=_("share of second looks"),
    )
    expires_after_hours = models.PositiveIntegerField(
        default=24, verbose_name=_("expires after (h)")
    )
    judged = models.PositiveIntegerField(default=0, verbose_name=_("judged when switched"))
    right = models.PositiveIntegerField(default=0, verbose_name=_("right when switched"))
    former = models.JSONField(default=dict, blank=True, verbose_name=_("former values"))
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
                condition=Q(second_look_share__gte=0, second_look_share__lte=1),
                name="exceptions_policy_second_looks",
            ),
            models.CheckConstraint(
                condition=Q(expires_after_hours__gte=1), name="exceptions_policy_expiry"
            ),
            models.CheckConstraint(
                condition=Q(decides_itself=False)
                | Q(kind__in=sorted(PROVABLE))
                | Q(
                    judged__gte=LEAST_JUDGED,
                    judged__lte=F("right") * 1000 / LEAST_RIGHT_PERMILLE,
                ),
                name="exceptions_policy_earned",
            ),
        ]

    def __str__(self) -> str:
        kind = FaultKind.parse(self.kind)
        return str(kind.label) if kind else self.kind


class ThresholdSet(models.Model):
    """One version of the detector's thresholds; the active one is used, none is ever changed.

    ``values`` holds what differs from the detector's own; keys are fields of `Thresholds`. A set
    is a draft until a back-test of it is done (``tested_at``); only then can it be activated.
    ``replaced`` is the set that was active before it (None: the detector's own numbers).
    """

    version = models.PositiveIntegerField(unique=True, verbose_name=_("version"))
    values = models.JSONField(default=dict, blank=True, verbose_name=_("values"))
    note = models.CharField(max_length=200, blank=True, default="", verbose_name=_("reason"))
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
    tested_at = models.DateTimeField(null=True, blank=True, verbose_name=_("back-tested"))
    activated_at = models.DateTimeField(null=True, blank=True, verbose_name=_("activated"))
    replaced = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("took the place of"),
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
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(tested_at__isnull=False),
                name="exceptions_thresholds_tested",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class BackTest(models.Model):
    """A set of thresholds run over stored tracks and past verdicts before it may be activated.

    The tracks of ``days`` before ``created_at`` are looked at from the newest shipment backwards,
    ``before_shipment`` is how far it came, ``done`` of ``total`` are looked at. ``against`` was
    active then. ``result`` says by kind what both sets raise and how persons had judged it.
    """

    thresholds = models.ForeignKey(
        ThresholdSet,
        on_delete=models.PROTECT,
        related_name="back_tests",
        verbose_name=_("set of thresholds"),
    )
    against = models.ForeignKey(
        ThresholdSet,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("compared with"),
    )
    days = models.PositiveIntegerField(default=30, verbose_name=_("days back"))
    state = models.CharField(
        max_length=8,
        choices=BackTestState.choices(),
        default=BackTestState.WAITING.value,
        verbose_name=_("state"),
    )
    total = models.PositiveIntegerField(default=0, verbose_name=_("tracks"))
    done = models.PositiveIntegerField(default=0, verbose_name=_("tracks looked at"))
    before_shipment = models.BigIntegerField(
        null=True, blank=True, verbose_name=_("looked at down to shipment")
    )
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
        constraints = [
            models.UniqueConstraint(
                fields=["thresholds"],
                condition=Q(state__in=[BackTestState.WAITING.value, BackTestState.RUNNING.value]),
                name="exceptions_back_test_once",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MOST_DAYS), name="exceptions_back_test_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
