"""The verdict: what somebody decided about a flag. Every one is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.exceptions.choices import Decider, FaultKind, FlagState, Repair
from apps.exceptions.models.flag import Flag


class Verdict(models.Model):
    """One decision with what is needed to undo it and to learn from it.

    ``state`` is what the flag became. ``before`` holds what the fixes were used for until then:
    rows of [position id, use, corrected time, latitude, longitude]. ``took_ms`` is how long the
    flag was open on the person's screen. ``carrier``, ``source`` and ``score`` are copied, so
    that precision is counted without a join.

    ``is_second_look`` marks the blind repetition of ``repeats`` by somebody else; it changes no
    fix. ``agrees`` says whether both found the flag right (or wrong); where they did not,
    somebody settles it, and ``settled_state`` is what holds.
    """

    flag = models.ForeignKey(
        Flag, on_delete=models.PROTECT, related_name="verdicts", verbose_name=_("flag")
    )
    state = models.CharField(max_length=10, choices=FlagState.choices(), verbose_name=_("decision"))
    decider = models.CharField(
        max_length=6, choices=Decider.choices(), verbose_name=_("decided by way of")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("person"),
    )
    at = models.DateTimeField(default=clock.now, verbose_name=_("decided"))
    took_ms = models.PositiveIntegerField(default=0, verbose_name=_("took (ms)"))
    reason = models.CharField(max_length=200, blank=True, default="", verbose_name=_("reason"))
    kind = models.CharField(max_length=16, choices=FaultKind.choices(), verbose_name=_("kind"))
    source = models.CharField(max_length=8, blank=True, default="", verbose_name=_("source"))
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    score = models.FloatField(default=0.0, verbose_name=_("score"))
    thresholds_version = models.PositiveIntegerField(
        default=0, verbose_name=_("version of the thresholds")
    )
    repair = models.CharField(
        max_length=16,
        choices=Repair.choices(),
        blank=True,
        default="",
        verbose_name=_("repair"),
    )
    repair_numbers = models.JSONField(
        default=dict, blank=True, verbose_name=_("numbers of the repair")
    )
    before = models.JSONField(default=list, blank=True, verbose_name=_("before"))
    is_second_look = models.BooleanField(default=False, verbose_name=_("second look"))
    repeats = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="second_looks",
        null=True,
        blank=True,
        verbose_name=_("repeats"),
    )
    agrees = models.BooleanField(null=True, blank=True, verbose_name=_("agrees"))
    settled_at = models.DateTimeField(null=True, blank=True, verbose_name=_("settled"))
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("settled by"),
    )
    settled_state = models.CharField(
        max_length=10,
        choices=FlagState.choices(),
        blank=True,
        default="",
        verbose_name=_("settled as"),
    )
    undone_at = models.DateTimeField(null=True, blank=True, verbose_name=_("undone"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("undone by"),
    )

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "-id"], name="exceptions_verdict_kind"),
            models.Index(fields=["user", "-id"], name="exceptions_verdict_user"),
            models.Index(fields=["at"], name="exceptions_verdict_at"),
            models.Index(
                fields=["-id"], condition=Q(is_second_look=True), name="exceptions_second_looks"
            ),
            models.Index(
                fields=["-id"],
                condition=Q(agrees=False, settled_at__isnull=True, undone_at__isnull=True),
                name="exceptions_disagreements",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decider__in=[Decider.RULE.value, Decider.TIME.value], user__isnull=True)
                | Q(decider__in=[Decider.PERSON.value, Decider.BULK.value], user__isnull=False),
                name="exceptions_verdict_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=FlagState.OPEN.value), name="exceptions_verdict_decides"
            ),
            models.CheckConstraint(
                condition=Q(state=FlagState.REPAIRED.value) | Q(repair=""),
                name="exceptions_verdict_repair",
            ),
            models.CheckConstraint(
                condition=Q(is_second_look=False, repeats__isnull=True, agrees__isnull=True)
                | Q(is_second_look=True, repeats__isnull=False, agrees__isnull=False),
                name="exceptions_verdict_repeats",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, settled_state="")
                | Q(settled_at__isnull=False, settled_by__isnull=False, is_second_look=True)
                & ~Q(settled_state=""),
                name="exceptions_verdict_settled",
            ),
            models.UniqueConstraint(
                fields=["repeats"],
                condition=Q(undone_at__isnull=True),
                name="exceptions_second_look_once",
            ),
        ]

    def __str__(self) -> str:
        kind, state = FaultKind.parse(self.kind), FlagState.parse(self.state)
        return f"{kind.label if kind else self.kind}: {state.label if state else self.state}"
