"""The voice of the customer: contacts and recommendations. Rules are measured against them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.choices import KeyMode
from apps.core import clock
from apps.core.ids import new_uid
from apps.exceptions.choices import Channel, ContactReason


def new_contact_uid() -> str:
    """Return a fresh public id of a contact."""
    return new_uid("con")


def new_nps_uid() -> str:
    """Return a fresh public id of an answer."""
    return new_uid("nps")


class Contact(models.Model):
    """A customer got in touch. ``is_complaint`` follows from the reason.

    ``parcel_said`` is the number or order the customer named, as given; ``shipment`` what it was
    found to be, empty where nothing was. ``external_id`` is the storefront's own id: the same one
    is stored once per merchant and mode. ``mode`` is live or sandbox: the shipment's, else that
    of the key it came with. ``carrier`` and lane are copied from the shipment.

    A row is never changed but for ``withdrawn_at``: it counts no longer, because it was a mistake
    or because a newer row ``replaces`` it.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_contact_uid, editable=False, verbose_name=_("ID")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="contacts",
        db_index=False,
        verbose_name=_("merchant"),
    )
    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="contacts",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("shipment"),
    )
    parcel_said = models.CharField(max_length=64, blank=True, default="", verbose_name=_("parcel"))
    reason = models.CharField(
        max_length=16, choices=ContactReason.choices(), verbose_name=_("reason")
    )
    channel = models.CharField(max_length=12, choices=Channel.choices(), verbose_name=_("channel"))
    is_complaint = models.BooleanField(verbose_name=_("complaint"))
    words = models.TextField(blank=True, default="", verbose_name=_("words"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("recorded by"),
    )
    external_id = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("storefront's ID")
    )
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    lane_from = models.CharField(max_length=2, blank=True, default="", verbose_name=_("lane from"))
    lane_to = models.CharField(max_length=2, blank=True, default="", verbose_name=_("lane to"))
    mode = models.CharField(
        max_length=8,
        choices=KeyMode.choices(),
        default=KeyMode.LIVE.value,
        verbose_name=_("mode"),
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name=_("replaces"),
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, verbose_name=_("withdrawn"))

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["shipment", "at"],
                condition=Q(shipment__isnull=False),
                name="exceptions_contact_shipment",
            ),
            models.Index(fields=["merchant", "-id"], name="exceptions_contact_merchant"),
            models.Index(fields=["at"], name="exceptions_contact_at"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "mode", "external_id"],
                condition=~Q(external_id=""),
                name="exceptions_contact_once",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=ContactReason.values()), name="exceptions_contact_reason"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values()), name="exceptions_contact_channel"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=KeyMode.values()), name="exceptions_contact_mode"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.reason}"


class NpsAnswer(models.Model):
    """How likely a customer is to recommend the shop, 0 to 10, after one order."""

    uid = models.CharField(
        max_length=32, unique=True, default=new_nps_uid, editable=False, verbose_name=_("ID")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="nps_answers",
        db_index=False,
        verbose_name=_("merchant"),
    )
    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="nps_answers",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("shipment"),
    )
    parcel_said = models.CharField(max_length=64, blank=True, default="", verbose_name=_("parcel"))
    score = models.PositiveSmallIntegerField(verbose_name=_("score"))
    words = models.TextField(blank=True, default="", verbose_name=_("words"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("recorded"))
    external_id = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("storefront's ID")
    )
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    lane_from = models.CharField(max_length=2, blank=True, default="", verbose_name=_("lane from"))
    lane_to = models.CharField(max_length=2, blank=True, default="", verbose_name=_("lane to"))
    mode = models.CharField(
        max_length=8,
        choices=KeyMode.choices(),
        default=KeyMode.LIVE.value,
        verbose_name=_("mode"),
    )

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="exceptions_nps_merchant"),
            models.Index(fields=["at"], name="exceptions_nps_at"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "mode", "external_id"],
                condition=~Q(external_id=""),
                name="exceptions_nps_once",
            ),
            models.CheckConstraint(condition=Q(score__lte=10), name="exceptions_nps_score"),
            models.CheckConstraint(
                condition=Q(mode__in=KeyMode.values()), name="exceptions_nps_mode"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.score}"
