"""Where a parcel waits for its recipient, and what opens the locker."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock

SHOWN = 2


class PickupSpot(models.Model):
    """The newest that was said of one shipment.

    ``code`` opens the locker or names the parcel at the station: whoever has it has the parcel,
    so lists, logs and pages show ``masked_code``. Nobody signs what tells it (contract §5.10):
    trust rests on the token of the address alone. ``heard_at`` is business time.
    """

    shipment = models.OneToOneField(
        "shipments.Shipment",
        on_delete=models.CASCADE,
        related_name="pickup_spot",
        primary_key=True,
        verbose_name=_("shipment"),
    )
    code = models.CharField(max_length=40, blank=True, default="", verbose_name=_("pickup code"))
    station = models.CharField(max_length=120, blank=True, default="", verbose_name=_("station"))
    address = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("station's address")
    )
    heard_at = models.DateTimeField(default=clock.now, verbose_name=_("heard at"))

    class Meta:
        verbose_name = _("pickup spot")
        verbose_name_plural = _("pickup spots")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(code="", station="", address=""),
                name="shipments_spot_says_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.masked_code}".strip()

    @property
    def masked_code(self) -> str:
        """The code with all but its last two characters hidden, wholly where it is short."""
        hidden = max(len(self.code) - SHOWN, min(len(self.code), SHOWN))
        return "*" * hidden + self.code[hidden:]
