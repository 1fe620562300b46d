"""What an international e-waybill brought: the booking it is of, the carrier's call, the sheets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.orders.choices import CallState


class Ewaybill(models.Model):
    """A booking that goes by the international e-waybill. Written before anything is sent.

    The platform has no idempotence here and cannot be asked (contract §5.12): a booking with such
    a row is never sent twice. ``record_version`` is the version of the record it was filled from;
    ``number`` what the platform answered, "" while nobody knows. ``call_*`` is the carrier's call
    to the shop's door; ``ready_at`` is business time, ``call_at`` (not before, or taken up) real.
    """

    booking = models.OneToOneField(
        "orders.Booking",
        on_delete=models.CASCADE,
        related_name="ewaybill",
        verbose_name=_("booking"),
    )
    account = models.ForeignKey(
        "baidiyun.CarrierAccount",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("carrier account"),
    )
    record_version = models.PositiveIntegerField(verbose_name=_("version of the record"))
    number = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("carrier number")
    )
    package_numbers = models.JSONField(
        default=list, blank=True, verbose_name=_("numbers of the packages")
    )
    call_state = models.CharField(
        max_length=8,
        choices=CallState.choices(),
        default=CallState.NONE.value,
        blank=True,
        verbose_name=_("carrier's call"),
    )
    call_at = models.DateTimeField(null=True, blank=True, verbose_name=_("not before"))
    ready_at = models.DateTimeField(null=True, blank=True, verbose_name=_("ready for collection"))
    confirmation = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("number of the call")
    )
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))

    class Meta:
        app_label = "orders"
        verbose_name = _("international e-waybill")
        verbose_name_plural = _("international e-waybills")
        indexes = [
            models.Index(
                fields=["call_at", "id"],
                condition=Q(call_state__in=["wanted", "calling"]),
                name="orders_ewaybill_calls",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(call_state__in=CallState.values()), name="orders_ewaybill_call_state"
            ),
            models.CheckConstraint(
                condition=~Q(call_state__in=["wanted", "calling"]) | Q(call_at__isnull=False),
                name="orders_ewaybill_call_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(call_state="called") | Q(ready_at__isnull=False),
                name="orders_ewaybill_called_for",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.booking_id)


class LabelSheet(models.Model):
    """A sheet as the carrier gave it, so that it can be printed as often as somebody likes.

    It shows names and addresses: only who may print labels gets it. ``sha256`` is hexadecimal.
    """

    label = models.OneToOneField(
        "orders.Label", on_delete=models.CASCADE, related_name="sheet", verbose_name=_("label")
    )
    content = models.BinaryField(verbose_name=_("content"))
    content_type = models.CharField(max_length=40, verbose_name=_("kind of file"))
    sha256 = models.CharField(max_length=64, verbose_name=_("SHA-256"))

    class Meta:
        app_label = "orders"
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        constraints = [
            models.CheckConstraint(
                condition=Q(content_type__in=["application/pdf", "image/png"]),
                name="orders_sheet_kind",
            )
        ]

    def __str__(self) -> str:
        return str(self.label_id)
