"""Checks of consignments against rules: append-only, with what was seen and by which version."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.customs.choices import CheckCause, CheckResult, RuleAction, RuleStage


class ComplianceCheck(models.Model):
    """One look at one consignment. Never updated: a later look is a later row.

    ``versions`` maps a rule set's code to {number, digest}, ``lists`` a list's key likewise;
    ``snapshot`` is what rules were asked about (`compliance.snapshots`), the record itself is the
    version ``record_version`` names; seen before it is only ``{"same_as": check}``.
    ``input_digest`` is SHA-256 of all that together.
    """

    consignment = models.ForeignKey(
        "customs.Consignment",
        on_delete=models.PROTECT,
        related_name="checks",
        db_index=False,
        verbose_name=_("consignment"),
    )
    merchant_id = models.BigIntegerField(verbose_name=_("merchant"))
    record_version = models.PositiveIntegerField(verbose_name=_("version of the record"))
    stage = models.CharField(max_length=10, choices=RuleStage.choices(), verbose_name=_("stage"))
    cause = models.CharField(max_length=12, choices=CheckCause.choices(), verbose_name=_("why"))
    versions = models.JSONField(verbose_name=_("versions of rules"))
    lists = models.JSONField(default=dict, blank=True, verbose_name=_("versions of lists"))
    snapshot = models.JSONField(encoder=DjangoJSONEncoder, verbose_name=_("what was seen"))
    input_digest = models.CharField(max_length=64, verbose_name=_("digest of the input"))
    result = models.CharField(max_length=8, choices=CheckResult.choices(), verbose_name=_("result"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))

    class Meta:
        verbose_name = _("compliance check")
        verbose_name_plural = _("compliance checks")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["consignment", "-id"], name="customs_check_consignment"),
            models.Index(fields=["at"], name="customs_check_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=CheckResult.values()), name="customs_check_result_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id} {self.result}"


class ComplianceFinding(models.Model):
    """One rule that fired in a check, with the evidence a person can follow.

    ``evidence``: ``why`` (which condition, which fact, which words), ``said`` (the rule's words
    in both languages as they were then), ``digest`` (what an override of it would hold for).
    """

    check_run = models.ForeignKey(
        ComplianceCheck,
        on_delete=models.CASCADE,
        related_name="findings",
        db_index=False,
        verbose_name=_("check"),
    )
    set_code = models.CharField(max_length=40, verbose_name=_("rule set"))
    set_version = models.PositiveIntegerField(verbose_name=_("version"))
    rule_key = models.CharField(max_length=60, verbose_name=_("rule"))
    action = models.CharField(max_length=14, choices=RuleAction.choices(), verbose_name=_("action"))
    line = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("line"))
    field = models.CharField(max_length=60, blank=True, default="", verbose_name=_("field"))
    evidence = models.JSONField(default=dict, blank=True, verbose_name=_("evidence"))
    is_unjudged = models.BooleanField(default=False, verbose_name=_("could not be judged"))
    is_overridden = models.BooleanField(default=False, verbose_name=_("let go"))

    class Meta:
        verbose_name = _("finding of a check")
        verbose_name_plural = _("findings of checks")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["check_run"], name="customs_finding_check"),
            models.Index(fields=["rule_key", "-id"], name="customs_finding_rule"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=RuleAction.values()), name="customs_finding_action_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_key} {self.line or ''}".strip()


class FindingOverride(models.Model):
    """Somebody let a consignment go in spite of a rule: who, in which role, why, until reviewed.

    It holds for what the rule said then (``rule_digest``): a rule that changes asks again.
    """

    consignment = models.ForeignKey(
        "customs.Consignment",
        on_delete=models.PROTECT,
        related_name="finding_overrides",
        verbose_name=_("consignment"),
    )
    rule_key = models.CharField(max_length=60, verbose_name=_("rule"))
    rule_digest = models.CharField(max_length=64, verbose_name=_("digest of the rule"))
    reason = models.CharField(max_length=300, verbose_name=_("reason"))
    by = models.CharField(max_length=80, verbose_name=_("by"))
    role = models.CharField(max_length=20, verbose_name=_("role"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))
    withdrawn_at = models.DateTimeField(null=True, blank=True, verbose_name=_("withdrawn"))
    reviewed_by = models.CharField(
        max_length=80, blank=True, default="", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("reviewed"))
    review_note = models.CharField(max_length=300, blank=True, default="", verbose_name=_("review"))

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering = ["-id"]
        permissions = [
            ("override_finding", _("Can let a consignment go in spite of a rule")),
            ("review_override", _("Can review overrides")),
        ]
        indexes = [
            models.Index(
                fields=["-id"], condition=Q(reviewed_at__isnull=True), name="customs_override_open"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["consignment", "rule_key"],
                condition=Q(withdrawn_at__isnull=True),
                name="customs_override_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="customs_override_reason"),
        ]

    def __str__(self) -> str:
        return self.rule_key
