"""Rules that operations staff own, who is asked, and the days that count."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.exceptions.choices import Anchor, DayKind, RuleState, Severity


class OwnerGroup(models.Model):
    """People who look after cases of some kinds. ``lead`` hears of what nobody acknowledges."""

    code = models.SlugField(max_length=24, unique=True, verbose_name=_("code"))
    name = models.CharField(max_length=60, verbose_name=_("name"))
    name_en = models.CharField(max_length=60, verbose_name=_("name in English"))
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("lead"),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="owner_groups", blank=True, verbose_name=_("members")
    )

    class Meta:
        verbose_name = _("owner group")
        verbose_name_plural = _("owner groups")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday, or a weekend day that is worked.

    ``region`` is an ISO country code; weekends need no row. Days are the region's own.
    """

    region = models.CharField(max_length=2, default="CN", verbose_name=_("region"))
    day = models.DateField(verbose_name=_("day"))
    is_working = models.BooleanField(default=False, verbose_name=_("worked"))
    name = models.CharField(max_length=60, verbose_name=_("name"))

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["region", "day"]
        constraints = [
            models.UniqueConstraint(fields=["region", "day"], name="exceptions_calendar_once")
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.day}"


class CaseTarget(models.Model):
    """Within how many business hours a case of a severity is acknowledged and resolved.

    ``escalates_after_hours`` counts from the moment the acknowledgement was due.
    """

    severity = models.CharField(
        max_length=8, choices=Severity.choices(), unique=True, verbose_name=_("severity")
    )
    acknowledge_hours = models.DecimalField(
        max_digits=6, decimal_places=2, verbose_name=_("acknowledged within (h)")
    )
    resolve_hours = models.DecimalField(
        max_digits=6, decimal_places=2, verbose_name=_("resolved within (h)")
    )
    escalates_after_hours = models.DecimalField(
        max_digits=6, decimal_places=2, default=Decimal(0), verbose_name=_("escalates after (h)")
    )
    days = models.CharField(
        max_length=8,
        choices=DayKind.choices(),
        default=DayKind.BUSINESS.value,
        verbose_name=_("hours counted"),
    )

    class Meta:
        verbose_name = _("target for cases")
        verbose_name_plural = _("targets for cases")
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledge_hours__gt=0, resolve_hours__gte=F("acknowledge_hours")),
                name="exceptions_target_ordered",
            ),
            models.CheckConstraint(
                condition=Q(escalates_after_hours__gte=0), name="exceptions_target_escalation"
            ),
        ]

    def __str__(self) -> str:
        return self.severity


class Rule(models.Model):
    """When a shipment becomes a case: ``hours`` after ``anchor``, while all ``conditions`` hold.

    ``hours`` may be negative (before the end of a promise) and count by ``days``; after
    ``red_hours`` the case turns red. ``conditions`` is a list of {field, op, value}, all of
    which must hold (`rulebook.conditions` has the fields). ``suppressed_by`` are codes of rules
    whose open case on the same shipment says it already. ``clears_itself``: a case is resolved
    once the rule no longer holds. ``sentence`` is what a case says, with the placeholders of
    `rulebook.sentences`. ``version`` grows with each change; a case keeps the one it was opened
    under. ``max_share`` is the share of open shipments above which enabling asks for a yes.
    """

    code = models.SlugField(max_length=32, unique=True, verbose_name=_("code"))
    name = models.CharField(max_length=60, verbose_name=_("name"))
    name_en = models.CharField(max_length=60, verbose_name=_("name in English"))
    sentence = models.CharField(max_length=200, verbose_name=_("sentence"))
    sentence_en = models.CharField(max_length=200, verbose_name=_("sentence in English"))
    state = models.CharField(
        max_length=8,
        choices=RuleState.choices(),
        default=RuleState.DRAFT.value,
        verbose_name=_("state"),
    )
    anchor = models.CharField(
        max_length=20, choices=Anchor.choices(), verbose_name=_("counted from")
    )
    hours = models.DecimalField(
        max_digits=7, decimal_places=2, default=Decimal(0), verbose_name=_("hours")
    )
    red_hours = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True, verbose_name=_("red after (h)")
    )
    days = models.CharField(
        max_length=8,
        choices=DayKind.choices(),
        default=DayKind.WALL.value,
        verbose_name=_("hours counted"),
    )
    conditions = models.JSONField(default=list, blank=True, verbose_name=_("conditions"))
    severity = models.CharField(
        max_length=8,
        choices=Severity.choices(),
        default=Severity.AMBER.value,
        verbose_name=_("severity"),
    )
    group = models.ForeignKey(
        OwnerGroup, on_delete=models.PROTECT, related_name="rules", verbose_name=_("owner group")
    )
    suppressed_by = ArrayField(
        models.SlugField(max_length=32), default=list, blank=True, verbose_name=_("suppressed by")
    )
    clears_itself = models.BooleanField(default=True, verbose_name=_("clears itself"))
    max_share = models.DecimalField(
        max_digits=4, decimal_places=3, default=Decimal("0.050"), verbose_name=_("asks above")
    )
    version = models.PositiveIntegerField(default=1, verbose_name=_("version"))
    position = models.PositiveSmallIntegerField(default=100, verbose_name=_("position"))
    changed_at = models.DateTimeField(default=clock.now, verbose_name=_("changed"))
    enabled_at = models.DateTimeField(null=True, blank=True, verbose_name=_("enabled"))

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(red_hours__isnull=True) | Q(red_hours__gte=F("hours")),
                name="exceptions_rule_red_later",
            ),
            models.CheckConstraint(
                condition=Q(max_share__gt=0, max_share__lte=1), name="exceptions_rule_share"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RuleState.values()), name="exceptions_rule_state"
            ),
            models.CheckConstraint(
                condition=Q(anchor__in=Anchor.values()), name="exceptions_rule_anchor"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class RuleLimit(models.Model):
    """Other hours of a rule for a carrier, a service, a lane, or any mixture of them.

    An empty field stands for all. The limit that names most wins; carrier counts before lane,
    lane before service. ``lane_from`` and ``lane_to`` are the first two digits of a division
    code (a province) or an ISO country code.
    """

    rule = models.ForeignKey(
        Rule, on_delete=models.CASCADE, related_name="limits", verbose_name=_("rule")
    )
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    service = models.CharField(max_length=40, blank=True, default="", verbose_name=_("service"))
    lane_from = models.CharField(max_length=2, blank=True, default="", verbose_name=_("from"))
    lane_to = models.CharField(max_length=2, blank=True, default="", verbose_name=_("to"))
    hours = models.DecimalField(max_digits=7, decimal_places=2, verbose_name=_("hours"))
    red_hours = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True, verbose_name=_("red after (h)")
    )

    class Meta:
        verbose_name = _("limit of a rule")
        verbose_name_plural = _("limits of rules")
        ordering = ["rule", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "carrier", "service", "lane_from", "lane_to"],
                name="exceptions_limit_once",
            ),
            models.CheckConstraint(
                condition=~Q(carrier="", service="", lane_from="", lane_to=""),
                name="exceptions_limit_names_something",
            ),
            models.CheckConstraint(
                condition=Q(red_hours__isnull=True) | Q(red_hours__gte=F("hours")),
                name="exceptions_limit_red_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.carrier} {self.lane_from}→{self.lane_to}"


class RuleVersion(models.Model):
    """What a rule said from one change to the next; written once, never changed."""

    rule = models.ForeignKey(
        Rule, on_delete=models.PROTECT, related_name="versions", verbose_name=_("rule")
    )
    version = models.PositiveIntegerField(verbose_name=_("version"))
    content = models.JSONField(verbose_name=_("content"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("from"))
    by = models.CharField(max_length=150, blank=True, default="", verbose_name=_("by"))
    note = models.CharField(max_length=200, blank=True, default="", verbose_name=_("note"))

    class Meta:
        verbose_name = _("version of a rule")
        verbose_name_plural = _("versions of rules")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "version"], name="exceptions_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.version}"


class RuleStamp(models.Model):
    """One row whose ``stamp`` grows with each change of a rule, a limit or a calendar day.

    Triggers keep it, so that no way of editing passes it by; every process asks it before it
    uses the rules it has compiled.
    """

    stamp = models.BigIntegerField(default=1, verbose_name=_("stamp"))

    class Meta:
        verbose_name = _("stamp of the rules")
        verbose_name_plural = _("stamps of the rules")

    def __str__(self) -> str:
        return str(self.stamp)


class RuleSweep(models.Model):
    """All watched shipments judged once more, because the rules or the days have changed.

    ``rules_seen`` is the fingerprint of the rules judged by, ``cursor`` the last shipment done.
    """

    rules_seen = models.BigIntegerField(unique=True, verbose_name=_("rules used"))
    cursor = models.BigIntegerField(default=0, verbose_name=_("last shipment"))
    total = models.BigIntegerField(default=0, verbose_name=_("highest shipment"))
    judged = models.PositiveIntegerField(default=0, verbose_name=_("judged"))
    started_at = models.DateTimeField(default=clock.real_now, verbose_name=_("started"))
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished"))

    class Meta:
        verbose_name = _("sweep after a change of rules")
        verbose_name_plural = _("sweeps after a change of rules")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.cursor}/{self.total}"
