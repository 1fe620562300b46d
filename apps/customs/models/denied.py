"""Lists of denied parties and the screening of names against them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.customs.choices import ScreeningState


class DeniedList(models.Model):
    """One import of a list file. It counts once it is whole (``ready_at``) until a newer one of
    its source does or it is taken out of use (``retired_at``); ``as_of`` is the list's own date,
    which decides whether it is too old to clear anybody."""

    source = models.CharField(max_length=120, verbose_name=_("source"))
    as_of = models.DateField(verbose_name=_("list as of"))
    digest = models.CharField(max_length=64, verbose_name=_("digest of the file"))
    entries_count = models.PositiveIntegerField(default=0, verbose_name=_("entries"))
    names_count = models.PositiveIntegerField(default=0, verbose_name=_("names"))
    imported_by = models.CharField(max_length=80, verbose_name=_("imported by"))
    imported_at = models.DateTimeField(default=clock.now, verbose_name=_("imported"))
    ready_at = models.DateTimeField(null=True, blank=True, verbose_name=_("whole since"))
    bad_rows = models.PositiveIntegerField(default=0, verbose_name=_("rows left out"))
    retired_at = models.DateTimeField(null=True, blank=True, verbose_name=_("taken out of use"))
    retired_by = models.CharField(
        max_length=80, blank=True, default="", verbose_name=_("taken out by")
    )

    class Meta:
        verbose_name = _("list of denied parties")
        verbose_name_plural = _("lists of denied parties")
        ordering = ["-id"]
        permissions = [("retire_deniedlist", _("Can take a list of denied parties out of use"))]
        constraints = [
            models.UniqueConstraint(fields=["source", "digest"], name="customs_denied_list_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.as_of}"


class DeniedName(models.Model):
    """One name or alias of an entry; ``normal`` is how it is compared, ``tokens`` its words."""

    denied_list = models.ForeignKey(
        DeniedList,
        on_delete=models.CASCADE,
        related_name="names",
        db_index=False,
        verbose_name=_("list"),
    )
    entry = models.CharField(max_length=64, verbose_name=_("entry"))
    kind = models.CharField(max_length=16, blank=True, default="", verbose_name=_("kind"))
    name = models.CharField(max_length=300, verbose_name=_("name"))
    normal = models.CharField(max_length=300, verbose_name=_("as compared"))
    tokens = ArrayField(models.CharField(max_length=60), verbose_name=_("words"))
    country = models.CharField(max_length=2, blank=True, default="", verbose_name=_("country"))
    programme = models.CharField(
        max_length=120, blank=True, default="", verbose_name=_("programme")
    )
    is_alias = models.BooleanField(default=False, verbose_name=_("alias"))
    entry_digest = models.CharField(
        max_length=32, default="", blank=True, verbose_name=_("digest of the entry")
    )

    class Meta:
        verbose_name = _("denied name")
        verbose_name_plural = _("denied names")
        ordering = ["denied_list_id", "id"]
        indexes = [
            models.Index(fields=["denied_list", "id"], name="customs_denied_list"),
            GinIndex(fields=["tokens"], name="customs_denied_tokens"),
        ]

    def __str__(self) -> str:
        return self.name


class Screening(models.Model):
    """What a name of a consignment came near to, and what a person decided about it.

    One row per consignment and role, written with the first hit. ``score`` is 0–1000, ``hits`` the
    entries with the words compared and how near each was; ``person`` as in `ScreeningDecision`.
    Without a list, or with one too old, the state is ``unscreened``, never ``clear``.
    """

    consignment = models.ForeignKey(
        "customs.Consignment",
        on_delete=models.PROTECT,
        related_name="screenings",
        verbose_name=_("consignment"),
    )
    role = models.CharField(max_length=12, verbose_name=_("whose name"))
    name = models.CharField(max_length=300, verbose_name=_("name"))
    person = models.CharField(max_length=64, default="", verbose_name=_("digest of the person"))
    denied_list = models.ForeignKey(
        DeniedList,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("list"),
    )
    state = models.CharField(
        max_length=10, choices=ScreeningState.choices(), verbose_name=_("state")
    )
    score = models.PositiveSmallIntegerField(default=0, verbose_name=_("nearness"))
    hits = models.JSONField(default=list, blank=True, verbose_name=_("what it came near to"))
    screened_at = models.DateTimeField(default=clock.now, verbose_name=_("screened"))
    decided_by = models.CharField(
        max_length=80, blank=True, default="", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(null=True, blank=True, verbose_name=_("decided"))
    decision_reason = models.CharField(
        max_length=300, blank=True, default="", verbose_name=_("reason")
    )

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["-id"]
        permissions = [("decide_screening", _("Can decide screenings"))]
        indexes = [
            models.Index(
                fields=["-id"],
                condition=Q(state__in=["hit", "unscreened"]),
                name="customs_screening_open",
            ),
            models.Index(
                fields=["person"], condition=Q(state="hit"), name="customs_screening_person"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["consignment", "role"], name="customs_screening_once"),
            models.CheckConstraint(
                condition=Q(state__in=ScreeningState.values()),
                name="customs_screening_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cleared", "blocked"]) | ~Q(decision_reason=""),
                name="customs_screening_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class ScreeningDecision(models.Model):
    """What a person decided about somebody and an entry: it holds until the entry changes.

    ``person`` is SHA-256 of the name as compared, the country and the postcode: another person of
    the same name is asked about anew. ``entry_digest`` is that of the entry as it was then.
    """

    person = models.CharField(max_length=64, verbose_name=_("digest of the person"))
    source = models.CharField(max_length=120, verbose_name=_("source"))
    entry = models.CharField(max_length=64, verbose_name=_("entry"))
    entry_digest = models.CharField(max_length=32, verbose_name=_("digest of the entry"))
    outcome = models.CharField(
        max_length=10, choices=ScreeningState.choices(), verbose_name=_("outcome")
    )
    reason = models.CharField(max_length=300, verbose_name=_("reason"))
    decided_by = models.CharField(max_length=80, verbose_name=_("decided by"))
    decided_at = models.DateTimeField(default=clock.now, verbose_name=_("decided"))
    screening = models.ForeignKey(
        Screening, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("screening")
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, verbose_name=_("withdrawn"))
    withdrawn_by = models.CharField(
        max_length=80, blank=True, default="", verbose_name=_("withdrawn by")
    )

    class Meta:
        verbose_name = _("decision about a name")
        verbose_name_plural = _("decisions about names")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "source", "entry", "entry_digest"],
                condition=Q(withdrawn_at__isnull=True),
                name="customs_screening_decision_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["cleared", "blocked"]),
                name="customs_screening_decision_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="customs_screening_decision_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.outcome}"
