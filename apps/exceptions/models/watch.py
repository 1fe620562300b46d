"""The watch: what rules need to know of a shipment, and when to look at it next."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock


class Watch(models.Model):
    """One row per shipment that rules look at.

    What only the events tell is kept here, so that the clock reads no events: the columns from
    ``first_scan_at`` to ``signed_parts``. ``next_check_at`` (business time) is the earliest moment
    at which any rule may say something new although nothing happens; empty, nothing will.
    ``rules_seen`` is the stamp of the rules it was last judged by. ``signed_score`` (0–100) says
    how much speaks against a signature, ``signed_parts`` what.
    """

    shipment = models.OneToOneField(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="watch",
        verbose_name=_("shipment"),
    )
    next_check_at = models.DateTimeField(null=True, blank=True, verbose_name=_("next look"))
    checked_at = models.DateTimeField(default=clock.now, verbose_name=_("last look"))
    rules_seen = models.BigIntegerField(default=0, verbose_name=_("rules last used"))
    first_scan_at = models.DateTimeField(null=True, blank=True, verbose_name=_("first scan"))
    scan_area = models.CharField(max_length=20, blank=True, default="", verbose_name=_("last area"))
    out_since = models.DateTimeField(null=True, blank=True, verbose_name=_("out for delivery"))
    customs_since = models.DateTimeField(null=True, blank=True, verbose_name=_("in customs since"))
    carrier_corrected_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("carrier corrected")
    )
    signature_undone_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("came back after a signature")
    )
    signed_area = models.CharField(
        max_length=20, blank=True, default="", verbose_name=_("signed for at")
    )
    signed_score = models.PositiveSmallIntegerField(
        null=True, blank=True, verbose_name=_("doubt about the signature")
    )
    signed_parts = models.JSONField(
        default=dict, blank=True, verbose_name=_("what speaks against it")
    )

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        indexes = [
            models.Index(
                fields=["next_check_at", "shipment"],
                condition=Q(next_check_at__isnull=False),
                name="exceptions_watch_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_score__isnull=True) | Q(signed_score__lte=100),
                name="exceptions_watch_score",
            )
        ]

    def __str__(self) -> str:
        return str(self.shipment_id)
