"""The shipment: one parcel with one carrier number at a time."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.shipments.choices import ShipmentMode, ShipmentStatus, Substatus
from apps.shipments.models.need import NEEDED_AT
from apps.shipments.months import month_of

OPEN_WITH_NUMBER = models.Q(closed_at__isnull=True) & ~models.Q(number="")


def new_shipment_uid() -> str:
    """Return a fresh public id of a shipment."""
    return new_uid("shp")


class Shipment(models.Model):
    """One parcel. Its status is a pure function of its events and is never written by hand.

    ``status_at`` is when the deciding event happened, ``status_known_at`` when we heard of it.
    ``raw_state`` is the platform's own word for the whole track, as it came. ``closed_at`` is
    set while the status is terminal. ``poll_due_at`` is when silence begins to matter.
    ``last_heard_at`` is right to a minute: what is only repeated within one leaves the row alone.
    ``version`` counts the change rows. Deleting is not offered: events hang on it by value.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_shipment_uid, editable=False, verbose_name=_("ID")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="shipments",
        db_index=False,
        verbose_name=_("merchant"),
    )
    reference = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("merchant's order number")
    )
    mode = models.CharField(max_length=8, choices=ShipmentMode.choices(), verbose_name=_("mode"))
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    number = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("tracking number")
    )
    status = models.CharField(
        max_length=20,
        choices=ShipmentStatus.choices(),
        default=ShipmentStatus.CREATED.value,
        verbose_name=_("status"),
    )
    substatus = models.CharField(
        max_length=20,
        choices=Substatus.choices(),
        blank=True,
        default="",
        verbose_name=_("substatus"),
    )
    status_at = models.DateTimeField(null=True, blank=True, verbose_name=_("status since"))
    status_known_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("status known since")
    )
    raw_state = models.CharField(
        max_length=16, blank=True, default="", verbose_name=_("platform's state code")
    )
    risk = models.PositiveSmallIntegerField(default=0, verbose_name=_("risk"))
    last_event_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last event"))
    last_heard_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last heard"))
    last_polled_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last polled"))
    poll_due_at = models.DateTimeField(null=True, blank=True, verbose_name=_("poll due"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))
    picked_up_at = models.DateTimeField(null=True, blank=True, verbose_name=_("picked up"))
    delivered_at = models.DateTimeField(null=True, blank=True, verbose_name=_("delivered"))
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("closed"))
    origin_code = models.CharField(
        max_length=12, blank=True, default="", verbose_name=_("origin division code")
    )
    destination_code = models.CharField(
        max_length=12, blank=True, default="", verbose_name=_("destination division code")
    )
    destination_country = models.CharField(
        max_length=2, blank=True, default="CN", verbose_name=_("destination country")
    )
    phone_tail = models.CharField(
        max_length=4, blank=True, default="", verbose_name=_("recipient's phone ending")
    )
    sender_phone_tail = models.CharField(
        max_length=4, blank=True, default="", verbose_name=_("sender's phone ending")
    )
    promise_from = models.DateTimeField(null=True, blank=True, verbose_name=_("promised from"))
    promise_to = models.DateTimeField(null=True, blank=True, verbose_name=_("promised until"))
    promise_source = models.CharField(
        max_length=20, blank=True, default="", verbose_name=_("source of the promise")
    )
    snapshot_hash = models.BinaryField(default=b"", blank=True, verbose_name=_("snapshot hash"))
    version = models.PositiveIntegerField(default=0, verbose_name=_("version"))
    unknown_codes = models.PositiveIntegerField(default=0, verbose_name=_("unknown codes"))

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-id"]
        permissions = [("poll_shipment", _("Can ask the platform about a shipment"))]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="shipments_merchant_newest"),
            models.Index(fields=["merchant", "reference"], name="shipments_merchant_reference"),
            models.Index(fields=["number", "carrier"], name="shipments_number"),
            models.Index(fields=["created_at"], name="shipments_created"),
            models.Index(fields=["merchant", "created_at"], name="shipments_merchant_created"),
            models.Index(fields=["status", "-id"], name="shipments_status_newest"),
            models.Index(
                fields=["delivered_at"],
                condition=models.Q(delivered_at__isnull=False),
                name="shipments_delivered",
            ),
            models.Index(
                fields=["poll_due_at", "id"], condition=OPEN_WITH_NUMBER, name="shipments_poll_due"
            ),
            models.Index(NEEDED_AT, "id", condition=OPEN_WITH_NUMBER, name="shipments_needed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ShipmentStatus.values()),
                name="shipments_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(substatus__in=Substatus.values()),
                name="shipments_substatus_known",
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=ShipmentMode.values()), name="shipments_mode_known"
            ),
            models.CheckConstraint(
                condition=models.Q(number="") | ~models.Q(carrier=""),
                name="shipments_number_needs_carrier",
            ),
            models.CheckConstraint(
                condition=models.Q(promise_from__isnull=True, promise_to__isnull=True)
                | models.Q(
                    promise_from__isnull=False,
                    promise_to__isnull=False,
                    promise_from__lte=models.F("promise_to"),
                ),
                name="shipments_promise_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(risk__lte=100), name="shipments_risk_at_most_100"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.uid

    @property
    def month(self) -> dt.date:
        """The partition its events live in; fixed for life, since created_at never changes."""
        return month_of(self.created_at)
