"""Trying a rule before it binds: back-tests over history, hits in the shadow."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.exceptions.choices import BackTestState, Severity


class RuleTrial(models.Model):
    """A rule as it was drafted, run over the shipments of the last ``days``.

    ``content`` is the rule as `RuleVersion.content`. ``done`` of ``total`` shipments are looked
    at, the last of them ``cursor``. ``result`` has how many cases it would have opened, on how
    many shipments, which share was complained about later, the hours of lead, and twenty of them.
    """

    rule = models.ForeignKey(
        "exceptions.Rule",
        on_delete=models.PROTECT,
        related_name="trials",
        null=True,
        blank=True,
        verbose_name=_("rule"),
    )
    content = models.JSONField(verbose_name=_("content"))
    days = models.PositiveIntegerField(default=30, verbose_name=_("days back"))
    state = models.CharField(
        max_length=8,
        choices=BackTestState.choices(),
        default=BackTestState.WAITING.value,
        verbose_name=_("state"),
    )
    total = models.PositiveIntegerField(default=0, verbose_name=_("shipments"))
    done = models.PositiveIntegerField(default=0, verbose_name=_("looked at"))
    cursor = models.BigIntegerField(default=0, verbose_name=_("last shipment"))
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
        verbose_name = _("trial of a rule")
        verbose_name_plural = _("trials of rules")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class ShadowHit(models.Model):
    """A rule in the shadow would have opened a case; nobody was told."""

    rule = models.ForeignKey(
        "exceptions.Rule", on_delete=models.PROTECT, related_name="hits", verbose_name=_("rule")
    )
    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("shipment"),
    )
    merchant_id = models.BigIntegerField(verbose_name=_("merchant"))
    severity = models.CharField(
        max_length=8, choices=Severity.choices(), verbose_name=_("severity")
    )
    anchored_at = models.DateTimeField(verbose_name=_("counted from"))
    fired_at = models.DateTimeField(default=clock.now, verbose_name=_("fired"))
    cleared_at = models.DateTimeField(null=True, blank=True, verbose_name=_("cleared"))

    class Meta:
        verbose_name = _("hit in the shadow")
        verbose_name_plural = _("hits in the shadow")
        ordering = ["-id"]
        indexes = [models.Index(fields=["rule", "-fired_at"], name="exceptions_hit_rule")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "shipment"],
                condition=Q(cleared_at__isnull=True),
                name="exceptions_hit_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.shipment_id}"
