"""Dated figures of the law and of money: thresholds and exchange rates, each with its source."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Threshold(models.Model):
    """An amount the law names, from a day to a day (the last one included).

    ``area`` is ISO-2 or a named set (EU); ``kind`` says which rule asks for it
    (``low_value``, ``cn22_limit``). Amounts are major units; with the currency XXX (ISO 4217: none)
    the amount is a count, hours or a year.
    """

    area = models.CharField(max_length=8, verbose_name=_("country or set"))
    kind = models.CharField(max_length=32, verbose_name=_("what for"))
    amount = models.DecimalField(max_digits=14, decimal_places=2, verbose_name=_("amount"))
    currency = models.CharField(max_length=3, verbose_name=_("currency"))
    valid_from = models.DateField(verbose_name=_("valid from"))
    valid_to = models.DateField(null=True, blank=True, verbose_name=_("valid until"))
    source = models.CharField(max_length=300, verbose_name=_("source"))
    checked_on = models.DateField(null=True, blank=True, verbose_name=_("source checked"))

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        ordering = ["area", "kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "kind", "valid_from"], name="customs_threshold_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="customs_threshold_ordered",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="customs_threshold_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.kind} {self.amount} {self.currency}"


class CurrencyRate(models.Model):
    """What one unit of a currency is in CNY from a day on, by whose word."""

    currency = models.CharField(max_length=3, verbose_name=_("currency"))
    cny = models.DecimalField(max_digits=14, decimal_places=6, verbose_name=_("in CNY"))
    valid_from = models.DateField(verbose_name=_("valid from"))
    source = models.CharField(max_length=200, verbose_name=_("source"))

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "valid_from"], name="customs_rate_once"),
            models.CheckConstraint(condition=Q(cny__gt=0), name="customs_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.cny}"
