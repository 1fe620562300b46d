"""What a draft would change for the parcels of the last days: a run, and the parcels it found."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.customs.choices import ImpactState


class RuleImpact(models.Model):
    """A draft's changed rules over the consignments of the last ``days``, as if it were ``at``.

    ``before`` and ``after`` are `SetContent` with only the rules that differ. ``done`` of
    ``total`` consignments are looked at, the last of them ``cursor``. ``counts`` maps a rule's
    key to how many parcels it holds [before, after].
    """

    rule_set = models.ForeignKey(
        "customs.RuleSet", on_delete=models.CASCADE, related_name="impacts",
        verbose_name=_("rule set"),
    )  # fmt: skip
    before = models.JSONField(encoder=DjangoJSONEncoder, verbose_name=_("rules before"))
    after = models.JSONField(encoder=DjangoJSONEncoder, verbose_name=_("rules after"))
    draft_version = models.PositiveIntegerField(verbose_name=_("edits of the draft"))
    at = models.DateTimeField(verbose_name=_("as if it were"))
    days = models.PositiveSmallIntegerField(default=30, verbose_name=_("days back"))
    state = models.CharField(
        max_length=9, choices=ImpactState.choices(), default=ImpactState.WAITING.value,
        verbose_name=_("state"),
    )  # fmt: skip
    total = models.PositiveIntegerField(default=0, verbose_name=_("consignments"))
    done = models.PositiveIntegerField(default=0, verbose_name=_("looked at"))
    cursor = models.BigIntegerField(default=0, verbose_name=_("last consignment"))
    blocked = models.PositiveIntegerField(default=0, verbose_name=_("newly held"))
    freed = models.PositiveIntegerField(default=0, verbose_name=_("newly free"))
    counts = models.JSONField(default=dict, blank=True, verbose_name=_("by rule"))
    error = models.CharField(max_length=500, blank=True, default="", verbose_name=_("error"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True,
        related_name="+", verbose_name=_("created by"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("impact of a draft")
        verbose_name_plural = _("impacts of drafts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImpactState.values()), name="customs_impact_state_known"
            ),
            models.UniqueConstraint(
                fields=["rule_set"], condition=Q(state__in=["waiting", "running"]),
                name="customs_impact_one_at_work",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rule_set_id} {self.state}"


class ImpactRow(models.Model):
    """A consignment a draft would newly hold, or newly let go, and by which rules."""

    impact = models.ForeignKey(
        RuleImpact, on_delete=models.CASCADE, related_name="rows", db_index=False,
        verbose_name=_("impact"),
    )  # fmt: skip
    consignment = models.ForeignKey(
        "customs.Consignment", on_delete=models.CASCADE, related_name="+",
        verbose_name=_("consignment"),
    )  # fmt: skip
    is_blocked = models.BooleanField(verbose_name=_("newly held"))
    rule_keys = ArrayField(models.CharField(max_length=60), verbose_name=_("rules"))

    class Meta:
        verbose_name = _("parcel of an impact")
        verbose_name_plural = _("parcels of an impact")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["impact", "consignment"], name="customs_impact_parcel_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.impact_id} {self.consignment_id}"
