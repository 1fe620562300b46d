"""Tables of the limits: rates, a day's spending, breakers as a person sees them, the ladder."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.choices import Mode
from apps.baidiyun.limits.choices import BreakerState, LadderStep

OVERALL = "all"
"""Instead of a product: the bucket of all calls together."""


class ProductLimit(models.Model):
    """How fast and how often a product may be called in a mode; ``all`` holds for the sum.

    ``product`` is a value of `Product` or ``all``. Rates are in real time; ``daily_budget`` counts
    by the business day, 0 means none was agreed.
    """

    mode = models.CharField(max_length=8, choices=Mode.choices(), verbose_name=_("mode"))
    product = models.CharField(max_length=24, verbose_name=_("interface"))
    per_second = models.FloatField(verbose_name=_("calls per second"))
    burst = models.PositiveIntegerField(verbose_name=_("calls at once"))
    daily_budget = models.PositiveIntegerField(default=0, verbose_name=_("calls per day"))
    source = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("where the value comes from")
    )
    updated_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))

    class Meta:
        app_label = "baidiyun"
        verbose_name = _("call limit")
        verbose_name_plural = _("call limits")
        ordering = ["mode", "product"]
        constraints = [
            models.UniqueConstraint(fields=["mode", "product"], name="baidiyun_limit_once"),
            models.CheckConstraint(
                condition=models.Q(mode__in=Mode.values()), name="baidiyun_limit_mode"
            ),
            models.CheckConstraint(
                condition=models.Q(per_second__gt=0, per_second__lte=10_000),
                name="baidiyun_limit_rate",
            ),
            models.CheckConstraint(condition=models.Q(burst__gte=1), name="baidiyun_limit_burst"),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.product} {self.per_second:g}/s"


class DailySpend(models.Model):
    """How many calls of a product went out on a business day: the truth of the budget."""

    mode = models.CharField(max_length=8, choices=Mode.choices(), verbose_name=_("mode"))
    product = models.CharField(max_length=24, verbose_name=_("interface"))
    day = models.DateField(verbose_name=_("day"))
    spent = models.PositiveIntegerField(default=0, verbose_name=_("calls"))

    class Meta:
        app_label = "baidiyun"
        verbose_name = _("calls of a day")
        verbose_name_plural = _("calls by day")
        ordering = ["-day", "mode", "product"]
        constraints = [
            models.UniqueConstraint(fields=["mode", "product", "day"], name="baidiyun_spend_once"),
            models.CheckConstraint(
                condition=models.Q(mode__in=Mode.values()), name="baidiyun_spend_mode"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.product} {self.day}: {self.spent}"


class ProductBreaker(models.Model):
    """The breaker of a product as last seen to move; real time. The working copy is in Redis."""

    mode = models.CharField(max_length=8, choices=Mode.choices(), verbose_name=_("mode"))
    product = models.CharField(max_length=24, verbose_name=_("interface"))
    state = models.CharField(
        max_length=12,
        choices=BreakerState.choices(),
        default=BreakerState.CLOSED.value,
        verbose_name=_("state"),
    )
    since = models.DateTimeField(verbose_name=_("since"))
    pause_seconds = models.FloatField(default=0, verbose_name=_("pause in seconds"))
    reason = models.CharField(max_length=300, blank=True, default="", verbose_name=_("reason"))
    opened = models.PositiveIntegerField(default=0, verbose_name=_("times opened"))

    class Meta:
        app_label = "baidiyun"
        verbose_name = _("circuit breaker")
        verbose_name_plural = _("circuit breakers")
        ordering = ["mode", "product"]
        constraints = [
            models.UniqueConstraint(fields=["mode", "product"], name="baidiyun_breaker_once"),
            models.CheckConstraint(
                condition=models.Q(mode__in=Mode.values()), name="baidiyun_breaker_mode"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=BreakerState.values()),
                name="baidiyun_breaker_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.product} {self.state}"


class LadderState(models.Model):
    """Where the portal stands on the ladder: one row, made by the migration. Real time.

    ``strikes``: steps up that had to be taken back lately; ``climbed``: the last move went up.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, verbose_name=_("ID"))
    step = models.CharField(
        max_length=12,
        choices=LadderStep.choices(),
        default=LadderStep.FULL.value,
        verbose_name=_("step"),
    )
    since = models.DateTimeField(verbose_name=_("since"))
    reason = models.CharField(max_length=40, blank=True, default="", verbose_name=_("reason"))
    strikes = models.PositiveSmallIntegerField(default=0, verbose_name=_("relapses"))
    climbed = models.BooleanField(default=False, verbose_name=_("last move was up"))
    evaluated_at = models.DateTimeField(null=True, blank=True, verbose_name=_("evaluated at"))
    pinned_by = models.CharField(
        max_length=150, blank=True, default="", verbose_name=_("pinned by")
    )
    pin_note = models.TextField(blank=True, default="", verbose_name=_("pin note"))
    pinned_at = models.DateTimeField(null=True, blank=True, verbose_name=_("pinned at"))

    class Meta:
        app_label = "baidiyun"
        verbose_name = _("service level of the gateway")
        verbose_name_plural = _("service level of the gateway")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="baidiyun_one_ladder"),
            models.CheckConstraint(
                condition=models.Q(step__in=LadderStep.values()), name="baidiyun_ladder_step"
            ),
            models.CheckConstraint(
                condition=models.Q(pinned_by="", pinned_at__isnull=True)
                | (
                    ~models.Q(pinned_by="")
                    & ~models.Q(pin_note="")
                    & models.Q(pinned_at__isnull=False)
                ),
                name="baidiyun_pin_has_note",
            ),
        ]

    def __str__(self) -> str:
        return self.step


class LadderMove(models.Model):
    """One step taken, by itself or by hand, with its reason and figures. Append-only."""

    at = models.DateTimeField(verbose_name=_("at"))
    from_step = models.CharField(
        max_length=12, choices=LadderStep.choices(), verbose_name=_("from")
    )
    to_step = models.CharField(max_length=12, choices=LadderStep.choices(), verbose_name=_("to"))
    reason = models.CharField(max_length=40, verbose_name=_("reason"))
    actor = models.CharField(max_length=150, blank=True, default="", verbose_name=_("moved by"))
    note = models.TextField(blank=True, default="", verbose_name=_("note"))
    figures = models.JSONField(default=dict, blank=True, verbose_name=_("figures"))

    class Meta:
        app_label = "baidiyun"
        verbose_name = _("change of service level")
        verbose_name_plural = _("changes of service level")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_step__in=LadderStep.values())
                & models.Q(to_step__in=LadderStep.values()),
                name="baidiyun_move_steps",
            ),
        ]
        indexes = [models.Index(fields=["-at"], name="baidiyun_move_at")]

    def __str__(self) -> str:
        return f"{self.from_step} → {self.to_step} ({self.reason})"
