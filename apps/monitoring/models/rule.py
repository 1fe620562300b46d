"""Alert rules as rows: what is looked at, when it is wrong, who hears of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.monitoring.choices import Against, Comparison, RuleKind
from apps.notifications.choices import Audience, NoticeSeverity

BURNS = (RuleKind.BURN_FAST.value, RuleKind.BURN_SLOW.value)


class AlertRule(models.Model):
    """When the portal speaks up by itself.

    ``series`` is a key of `monitoring.series`; a rule that burns a budget names an ``objective``
    instead. ``where`` keeps observations by dimension ({dim: [values]}), ``group_by`` makes an
    alarm of its own for every value of one dimension.

    - threshold: the value over ``window_seconds`` is ``comparison`` ``limit``;
    - relative: it is ``factor`` times (below: that part of) what is usual, ``against`` last week
      or the day before, and beyond ``limit`` where there is one;
    - absence: nothing came for ``limit`` seconds, although at least ``least`` should have in that
      time and no gap of the last hour was half as long;
    - burn: the objective's error budget goes too fast over both windows (`monitoring.burn`).

    ``least`` is how many observations a judgement needs; with fewer nothing is known. An alarm
    begins when it has been wrong for ``for_seconds`` of looking, and ends when it has been within
    ``ends_at`` (None: ``limit``) for ``calm_seconds``. While an alarm of one of ``depends_on`` is
    open this rule's are kept and shown, told to nobody. ``quiet``: shown, never told.
    ``escalate_minutes``: told once more, to whoever is on call, if nobody acknowledged by then.
    ``runbook`` is the page of docs/runbook that says what to do. Sentences are in both languages.
    """

    slug = models.SlugField(max_length=40, unique=True, verbose_name=_("slug"))
    name = models.CharField(max_length=60, verbose_name=_("name"))
    name_en = models.CharField(max_length=60, verbose_name=_("name in English"))
    meaning = models.CharField(max_length=200, verbose_name=_("what it means"))
    meaning_en = models.CharField(max_length=200, verbose_name=_("what it means, in English"))
    kind = models.CharField(max_length=12, choices=RuleKind.choices(), verbose_name=_("kind"))
    series = models.CharField(max_length=40, blank=True, default="", verbose_name=_("series"))
    objective = models.ForeignKey(
        "monitoring.Objective",
        on_delete=models.PROTECT,
        related_name="rules",
        null=True,
        blank=True,
        verbose_name=_("objective"),
    )
    where = models.JSONField(default=dict, blank=True, verbose_name=_("only"))
    group_by = models.CharField(max_length=20, blank=True, default="", verbose_name=_("one each"))
    window_seconds = models.PositiveIntegerField(default=300, verbose_name=_("window (seconds)"))
    comparison = models.CharField(
        max_length=8,
        choices=Comparison.choices(),
        default=Comparison.ABOVE.value,
        verbose_name=_("wrong when"),
    )
    limit = models.FloatField(null=True, blank=True, verbose_name=_("limit"))
    ends_at = models.FloatField(null=True, blank=True, verbose_name=_("right again at"))
    factor = models.FloatField(null=True, blank=True, verbose_name=_("times what is usual"))
    against = models.CharField(
        max_length=10,
        choices=Against.choices(),
        blank=True,
        default="",
        verbose_name=_("compared with"),
    )
    least = models.PositiveIntegerField(default=0, verbose_name=_("at least so many observations"))
    for_seconds = models.PositiveIntegerField(default=60, verbose_name=_("wrong for (seconds)"))
    calm_seconds = models.PositiveIntegerField(default=120, verbose_name=_("right for (seconds)"))
    severity = models.CharField(
        max_length=8,
        choices=NoticeSeverity.choices(),
        default=NoticeSeverity.AMBER.value,
        verbose_name=_("severity"),
    )
    audience = models.CharField(
        max_length=20,
        choices=Audience.choices(),
        default=Audience.OPERATIONS.value,
        verbose_name=_("audience"),
    )
    depends_on = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="consequences",
        blank=True,
        verbose_name=_("hidden by"),
    )
    quiet = models.BooleanField(default=False, verbose_name=_("only shown, never told"))
    escalate_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, verbose_name=_("escalates after (minutes)")
    )
    runbook = models.SlugField(max_length=40, verbose_name=_("page of the runbook"))
    enabled = models.BooleanField(default=True, verbose_name=_("enabled"))
    position = models.PositiveSmallIntegerField(default=0, verbose_name=_("position"))
    changed_at = models.DateTimeField(default=clock.real_now, verbose_name=_("changed"))

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=RuleKind.values()), name="monitoring_rule_kind"
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=BURNS) & Q(series="", objective__isnull=False))
                | (~Q(kind__in=BURNS) & ~Q(series="") & Q(objective__isnull=True)),
                name="monitoring_rule_looks_at_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BURNS)
                | Q(kind=RuleKind.RELATIVE.value, factor__gt=0, against__in=Against.values())
                | Q(
                    kind__in=[RuleKind.THRESHOLD.value, RuleKind.ABSENCE.value],
                    limit__isnull=False,
                ),
                name="monitoring_rule_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(comparison__in=Comparison.values())
                & Q(severity__in=NoticeSeverity.values())
                & Q(audience__in=Audience.values()),
                name="monitoring_rule_words",
            ),
            models.CheckConstraint(
                condition=Q(window_seconds__gte=60, window_seconds__lte=7 * 86_400),
                name="monitoring_rule_window",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name

    @property
    def shown_meaning(self) -> str:
        """What it means, in the reader's language."""
        return self.meaning_en if (get_language() or "").startswith("en") else self.meaning

    @property
    def is_burn(self) -> bool:
        """Whether it looks at an objective's error budget."""
        return self.kind in BURNS
