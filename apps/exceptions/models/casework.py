"""What is written, attached and done on a case."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.exceptions.choices import NoteKind, StepKind, StepState
from apps.exceptions.models.case import Case

MOST_FILE_BYTES = 5 * 1024 * 1024
OPEN_STEPS = (StepState.ASKED.value, StepState.ACCEPTED.value)
"""States of a step that may still be answered."""


class CannedReply(models.Model):
    """A text customer service sends often, in both languages, with the placeholders of a case.

    ``rules`` are codes of rules it is offered for first; empty, it is offered for all.
    """

    code = models.SlugField(max_length=32, unique=True, verbose_name=_("code"))
    title = models.CharField(max_length=60, verbose_name=_("title"))
    title_en = models.CharField(max_length=60, verbose_name=_("title in English"))
    text = models.TextField(verbose_name=_("text"))
    text_en = models.TextField(verbose_name=_("text in English"))
    rules = ArrayField(
        models.SlugField(max_length=32), default=list, blank=True, verbose_name=_("rules")
    )
    is_active = models.BooleanField(default=True, verbose_name=_("active"))

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class CaseNote(models.Model):
    """Something written on a case; never changed."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="notes", verbose_name=_("case")
    )
    kind = models.CharField(
        max_length=8,
        choices=NoteKind.choices(),
        default=NoteKind.COMMENT.value,
        verbose_name=_("kind"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("author"),
    )
    reply = models.ForeignKey(
        CannedReply,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("canned reply"),
    )
    text = models.TextField(verbose_name=_("text"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))

    class Meta:
        verbose_name = _("note on a case")
        verbose_name_plural = _("notes on cases")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class CaseFile(models.Model):
    """A file on a case: of a listed type, at most 5 MB, kept in the database, only downloaded."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="files", verbose_name=_("case")
    )
    name = models.CharField(max_length=120, verbose_name=_("name"))
    content_type = models.CharField(max_length=80, verbose_name=_("type"))
    size = models.PositiveIntegerField(verbose_name=_("size (bytes)"))
    sha256 = models.BinaryField(max_length=32, verbose_name=_("SHA-256"))
    content = models.BinaryField(verbose_name=_("content"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("author"),
    )
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))

    class Meta:
        verbose_name = _("file on a case")
        verbose_name_plural = _("files on cases")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "sha256"], name="exceptions_file_once"),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MOST_FILE_BYTES), name="exceptions_file_size"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CaseStep(models.Model):
    """One thing that was done about a case, and whether it helped.

    ``reference`` is the carrier's or the merchant's number for it (a work order, an
    interception, the order sent again). ``helped`` is said when the case is closed; unsaid, it
    follows from how the case ended. ``key`` names the request that asked, so that a repeated one
    does nothing twice. ``details`` hold what was asked and answered, without personal data.
    """

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="steps", verbose_name=_("case")
    )
    kind = models.CharField(max_length=12, choices=StepKind.choices(), verbose_name=_("step"))
    state = models.CharField(
        max_length=8,
        choices=StepState.choices(),
        default=StepState.ASKED.value,
        verbose_name=_("state"),
    )
    reference = models.CharField(max_length=64, blank=True, default="", verbose_name=_("reference"))
    key = models.CharField(max_length=40, blank=True, default="", verbose_name=_("request"))
    details = models.JSONField(default=dict, blank=True, verbose_name=_("details"))
    error = models.CharField(max_length=300, blank=True, default="", verbose_name=_("error"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("by"),
    )
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))
    answered_at = models.DateTimeField(null=True, blank=True, verbose_name=_("answered"))
    helped = models.BooleanField(null=True, blank=True, verbose_name=_("helped"))

    class Meta:
        verbose_name = _("step on a case")
        verbose_name_plural = _("steps on cases")
        permissions = [("approve_compensation", "Can compensate above the limit")]
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["reference"], condition=~Q(reference=""), name="exceptions_step_reference"
            ),
            models.Index(
                fields=["kind", "id"],
                condition=Q(answered_at__isnull=True, state__in=OPEN_STEPS),
                name="exceptions_step_unanswered",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "key"], condition=~Q(key=""), name="exceptions_step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class WorklistView(models.Model):
    """A filter of the worklist somebody has kept; without a person it is everybody's."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="worklist_views",
        null=True,
        blank=True,
        verbose_name=_("person"),
    )
    name = models.CharField(max_length=40, verbose_name=_("name"))
    filters = models.JSONField(default=dict, blank=True, verbose_name=_("filters"))
    position = models.PositiveSmallIntegerField(default=100, verbose_name=_("position"))

    class Meta:
        verbose_name = _("view of the worklist")
        verbose_name_plural = _("views of the worklist")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], nulls_distinct=False, name="exceptions_view_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CaseTally(models.Model):
    """How many live cases a group, a rule and a severity hold: kept by trigger-free arithmetic.

    Several rows may stand for one key; their sum counts, and a nightly fold makes them one. So
    two people who close cases of one group never wait for each other.
    """

    group = models.ForeignKey(
        "exceptions.OwnerGroup",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner group"),
    )
    rule = models.ForeignKey(
        "exceptions.Rule", on_delete=models.PROTECT, related_name="+", verbose_name=_("rule")
    )
    severity = models.CharField(max_length=8, verbose_name=_("severity"))
    state = models.CharField(max_length=12, verbose_name=_("state"))
    merchant_id = models.BigIntegerField(verbose_name=_("merchant"))
    count = models.IntegerField(verbose_name=_("cases"))

    class Meta:
        verbose_name = _("tally of cases")
        verbose_name_plural = _("tallies of cases")
        indexes = [
            models.Index(
                fields=["group", "rule", "severity", "state", "merchant_id"],
                name="exceptions_tally_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.state} {self.count}"
