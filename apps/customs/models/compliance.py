"""Rule sets as operators own them: a draft that is edited, versions that bind and never change."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.customs.choices import ListMatch, VersionState


class RuleSet(models.Model):
    """A set of rules with one owner. ``draft`` is a `content.SetContent` as JSON.

    ``draft_version`` grows with every saved edit: two people editing at once are told apart by it.
    ``draft_by`` wrote the latest edit, ``draft_editors`` all who wrote since the last publication:
    whoever publishes is none of them.
    """

    code = models.SlugField(max_length=40, unique=True, verbose_name=_("code"))
    title_zh = models.CharField(max_length=80, verbose_name=_("Chinese title"))
    title_en = models.CharField(max_length=80, verbose_name=_("English title"))
    note = models.CharField(max_length=300, blank=True, default="", verbose_name=_("note"))
    draft = models.JSONField(default=dict, encoder=DjangoJSONEncoder, verbose_name=_("draft"))
    draft_version = models.PositiveIntegerField(default=1, verbose_name=_("edits of the draft"))
    draft_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last edited by"),
    )
    draft_at = models.DateTimeField(default=clock.now, verbose_name=_("last edited"))
    draft_editors = ArrayField(
        models.CharField(max_length=150),
        default=list,
        blank=True,
        verbose_name=_("edited by since the last publication"),
    )

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["code"]
        permissions = [("publish_ruleset", _("Can publish and restore rule sets"))]

    def __str__(self) -> str:
        return self.title_zh or self.code


class RuleSetVersion(models.Model):
    """What a set said when it was published; the database refuses to change it.

    ``digest`` is SHA-256 of the canonical content. It binds from ``binds_from`` until the next one
    of its set does. ``restores`` is the version it brings back. ``editors`` are all who wrote it.
    """

    rule_set = models.ForeignKey(
        RuleSet,
        on_delete=models.PROTECT,
        related_name="versions",
        db_index=False,
        verbose_name=_("rule set"),
    )
    number = models.PositiveIntegerField(verbose_name=_("version"))
    content = models.JSONField(encoder=DjangoJSONEncoder, verbose_name=_("content"))
    digest = models.CharField(max_length=64, verbose_name=_("digest"))
    state = models.CharField(max_length=10, choices=VersionState.choices(), verbose_name=_("state"))
    binds_from = models.DateTimeField(verbose_name=_("binds from"))
    author = models.CharField(max_length=150, verbose_name=_("author"))
    editors = ArrayField(
        models.CharField(max_length=150), default=list, blank=True, verbose_name=_("edited by")
    )
    approver = models.CharField(max_length=150, verbose_name=_("approved by"))
    published_at = models.DateTimeField(default=clock.now, verbose_name=_("published"))
    note = models.CharField(max_length=300, blank=True, default="", verbose_name=_("note"))
    restores = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brings back"),
    )

    class Meta:
        verbose_name = _("version of a rule set")
        verbose_name_plural = _("versions of rule sets")
        ordering = ["rule_set_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "number"], name="customs_set_version_once"),
            models.CheckConstraint(
                condition=~Q(author=F("approver")) | Q(restores__isnull=False) | Q(number=1),
                name="customs_two_pairs_of_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=VersionState.values()), name="customs_version_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set_id} v{self.number}"


class KeywordList(models.Model):
    """A list of words rules may name as ``$key``."""

    key = models.SlugField(max_length=40, unique=True, verbose_name=_("key"))
    title_zh = models.CharField(max_length=80, verbose_name=_("Chinese title"))
    title_en = models.CharField(max_length=80, verbose_name=_("English title"))
    source = models.CharField(max_length=300, blank=True, default="", verbose_name=_("source"))
    checked_on = models.DateField(null=True, blank=True, verbose_name=_("source checked"))

    class Meta:
        verbose_name = _("keyword list")
        verbose_name_plural = _("keyword lists")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title_zh or self.key


class KeywordListVersion(models.Model):
    """One state of a list; its terms are there as a whole or not at all (``ready_at``).

    It counts from ``published_at`` until the next one is published, by somebody who did not write
    it. ``digest`` is SHA-256 of its terms in order.
    """

    keyword_list = models.ForeignKey(
        KeywordList,
        on_delete=models.PROTECT,
        related_name="versions",
        db_index=False,
        verbose_name=_("list"),
    )
    number = models.PositiveIntegerField(verbose_name=_("version"))
    terms_count = models.PositiveIntegerField(default=0, verbose_name=_("terms"))
    digest = models.CharField(max_length=64, blank=True, default="", verbose_name=_("digest"))
    ready_at = models.DateTimeField(null=True, blank=True, verbose_name=_("whole since"))
    written_by = models.CharField(max_length=150, verbose_name=_("written by"))
    approver = models.CharField(
        max_length=150, blank=True, default="", verbose_name=_("approved by")
    )
    published_at = models.DateTimeField(null=True, blank=True, verbose_name=_("published"))

    class Meta:
        verbose_name = _("version of a keyword list")
        verbose_name_plural = _("versions of keyword lists")
        ordering = ["keyword_list_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["keyword_list", "number"], name="customs_list_version_once"
            ),
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True) | ~Q(digest=""), name="customs_list_ready_digest"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(ready_at__isnull=False) & ~Q(approver=""),
                name="customs_list_published_whole",
            ),
            models.CheckConstraint(
                condition=~Q(written_by=F("approver")) | Q(number=1),
                name="customs_list_two_pairs_of_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.keyword_list_id} v{self.number}"


class KeywordTerm(models.Model):
    """One word or phrase of a version of a list, from a day to a day."""

    version = models.ForeignKey(
        KeywordListVersion,
        on_delete=models.CASCADE,
        related_name="terms",
        db_index=False,
        verbose_name=_("version"),
    )
    term = models.CharField(max_length=120, verbose_name=_("term"))
    language = models.CharField(max_length=2, default="en", verbose_name=_("language"))
    match = models.CharField(
        max_length=6, choices=ListMatch.choices(), verbose_name=_("how it is compared")
    )
    valid_from = models.DateField(null=True, blank=True, verbose_name=_("from"))
    valid_to = models.DateField(null=True, blank=True, verbose_name=_("until"))

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["version_id", "term"]
        constraints = [
            models.UniqueConstraint(fields=["version", "term", "match"], name="customs_term_once"),
            models.CheckConstraint(
                condition=Q(match__in=ListMatch.values()), name="customs_term_match_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="customs_term_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.term


class ComplianceStamp(models.Model):
    """One row that changes whenever anything does that rules are judged by.

    Versions, published lists, thresholds and rates change it by trigger, in their transaction.
    """

    stamp = models.UUIDField(default=uuid.uuid4, verbose_name=_("stamp"))

    class Meta:
        verbose_name = _("stamp of the rules")
        verbose_name_plural = _("stamps of the rules")

    def __str__(self) -> str:
        return str(self.stamp)
