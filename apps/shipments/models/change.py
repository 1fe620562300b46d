"""Change rows: what floors above read to learn that a shipment changed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import Func
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.shipments.choices import ShipmentStatus, Substatus
from apps.shipments.models.fields import Xid8Field


class CurrentXid(Func):
    """The id of the transaction that writes the row."""

    function = "pg_current_xact_id"
    output_field = Xid8Field()


class ShipmentChange(models.Model):
    """One row for each shipment a transaction changed, written in that transaction.

    Readers go by (``txid``, ``id``) and stop before the oldest transaction still running, so
    that nothing can appear behind them. ``merchant_id`` is copied so that a reader needs no join.
    ``request_id`` is that of the callback or request which changed it.
    """

    txid = Xid8Field(db_default=CurrentXid(), editable=False, verbose_name=_("transaction"))
    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="changes",
        db_index=False,
        verbose_name=_("shipment"),
    )
    merchant_id = models.BigIntegerField(verbose_name=_("merchant"))
    from_status = models.CharField(
        max_length=20,
        choices=ShipmentStatus.choices(),
        blank=True,
        default="",
        verbose_name=_("status before"),
    )
    to_status = models.CharField(
        max_length=20, choices=ShipmentStatus.choices(), verbose_name=_("status after")
    )
    from_substatus = models.CharField(
        max_length=20,
        choices=Substatus.choices(),
        blank=True,
        default="",
        verbose_name=_("substatus before"),
    )
    to_substatus = models.CharField(
        max_length=20,
        choices=Substatus.choices(),
        blank=True,
        default="",
        verbose_name=_("substatus after"),
    )
    kinds = ArrayField(models.CharField(max_length=16), verbose_name=_("kinds"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))
    request_id = models.CharField(
        max_length=64, blank=True, default="", db_default="", verbose_name=_("request")
    )

    class Meta:
        verbose_name = _("shipment change")
        verbose_name_plural = _("shipment changes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["txid", "id"], name="shipments_change_horizon"),
            models.Index(fields=["shipment", "-id"], name="shipments_change_shipment"),
            models.Index(fields=["merchant_id", "at"], name="shipments_change_merchant"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kinds__len__gte=1), name="shipments_change_says_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.from_status} → {self.to_status}"


class ReaderCursor(models.Model):
    """How far one reader of change rows has come: everything up to (txid, id) is done."""

    reader = models.CharField(max_length=40, unique=True, verbose_name=_("reader"))
    txid = Xid8Field(default=0, verbose_name=_("transaction"))
    last_id = models.BigIntegerField(default=0, verbose_name=_("last change"))
    advanced_at = models.DateTimeField(default=clock.real_now, verbose_name=_("advanced"))

    class Meta:
        verbose_name = _("reader of changes")
        verbose_name_plural = _("readers of changes")
        ordering = ["reader"]

    def __str__(self) -> str:
        return f"{self.reader} @ {self.txid}/{self.last_id}"
