"""What operators call things, and what became of the HS codes that were suggested."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.customs.choices import OfferOutcome


class HsAlias(models.Model):
    """An everyday word and the heading or code it means (充电宝 → 850760). Operators extend it."""

    word = models.CharField(max_length=60, verbose_name=_("word"))
    code = models.CharField(max_length=6, verbose_name=_("HS code"))
    note = models.CharField(max_length=200, blank=True, default="", verbose_name=_("note"))
    is_active = models.BooleanField(default=True, verbose_name=_("active"))
    added_by = models.CharField(max_length=80, blank=True, default="", verbose_name=_("added by"))
    changed_at = models.DateTimeField(default=clock.now, verbose_name=_("changed"))

    class Meta:
        verbose_name = _("everyday word")
        verbose_name_plural = _("everyday words")
        ordering = ["word"]
        constraints = [
            models.UniqueConstraint(fields=["word", "code"], name="customs_alias_once"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{4}(\d{2})?$"), name="customs_alias_shape"
            ),
            models.CheckConstraint(condition=~Q(word=""), name="customs_alias_word"),
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.code}"


class HsOffer(models.Model):
    """Codes offered for one text and what a person made of it; each teaches the next.

    ``codes`` are in the order of their rank. ``chosen_rank`` counts from 1, None where the code
    taken was not among them. ``corrected_code`` is what customs later insisted on.
    """

    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("merchant"),
    )
    product = models.ForeignKey(
        "customs.Product",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name=_("product"),
    )
    text = models.CharField(max_length=500, verbose_name=_("text"))
    codes = ArrayField(models.CharField(max_length=6), size=10, verbose_name=_("codes offered"))
    outcome = models.CharField(
        max_length=10,
        choices=OfferOutcome.choices(),
        default=OfferOutcome.OPEN.value,
        verbose_name=_("outcome"),
    )
    chosen_code = models.CharField(
        max_length=13, blank=True, default="", verbose_name=_("code taken")
    )
    chosen_rank = models.PositiveSmallIntegerField(null=True, blank=True, verbose_name=_("rank"))
    corrected_code = models.CharField(
        max_length=13, blank=True, default="", verbose_name=_("code customs insisted on")
    )
    offered_at = models.DateTimeField(default=clock.now, verbose_name=_("offered"))
    decided_at = models.DateTimeField(null=True, blank=True, verbose_name=_("decided"))
    decided_by = models.CharField(
        max_length=80, blank=True, default="", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("HS suggestion")
        verbose_name_plural = _("HS suggestions")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["offered_at"], name="customs_offer_offered"),
            models.Index(
                fields=["decided_at"],
                condition=Q(decided_at__isnull=False),
                name="customs_offer_decided",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=OfferOutcome.values()), name="customs_offer_outcome_known"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["accepted", "overridden"]) | ~Q(chosen_code=""),
                name="customs_offer_says_code",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
