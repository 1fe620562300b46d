"""Which products changed and whose consignments have not been looked at since."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock


class ProductNews(models.Model):
    """A product changed: consignments that hold it are drafted again, then the row goes.

    Written in the transaction of the change. Without a ``sku`` it is about everything of the
    merchant: its exporter changed. ``done_to`` is the last consignment looked at so far.
    """

    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("merchant"),
    )
    sku = models.CharField(max_length=64, blank=True, default="", verbose_name=_("SKU"))
    done_to = models.BigIntegerField(default=0, verbose_name=_("looked at up to"))
    noted_at = models.DateTimeField(default=clock.real_now, verbose_name=_("noted"))

    class Meta:
        verbose_name = _("looked-for change of a product")
        verbose_name_plural = _("looked-for changes of products")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.sku or str(self.merchant_id)
