"""A parcel's ride within a city: both ends, how it stands, and when its rider is asked for next."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

EARTH = {"longitude": (-180.0, 180.0), "latitude": (-90.0, 90.0)}


class Ride(models.Model):
    """What makes a parcel a same-city one. Places are WGS-84, times business time, money CNY.

    ``state`` is the platform's newest one and ``state_at`` when it says it began; ``number`` is
    the carrier's, kept here because nothing is tracked by it. ``ask_at``: when the rider's place
    is asked for next, empty while there is no rider. ``seen`` is the last answer as it came.
    """

    parcel = models.OneToOneField(
        "orders.Parcel", on_delete=models.CASCADE, related_name="ride", verbose_name=_("parcel")
    )
    pickup_longitude = models.FloatField(verbose_name=_("longitude of the shop"))
    pickup_latitude = models.FloatField(verbose_name=_("latitude of the shop"))
    dropoff_longitude = models.FloatField(verbose_name=_("longitude of the door"))
    dropoff_latitude = models.FloatField(verbose_name=_("latitude of the door"))
    number = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("carrier number")
    )
    state = models.CharField(
        max_length=16, blank=True, default="", verbose_name=_("platform's state")
    )
    state_at = models.DateTimeField(null=True, blank=True, verbose_name=_("state since"))
    distance_m = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("distance (m)"))
    cancel_fee = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, verbose_name=_("fee of cancelling")
    )
    ask_at = models.DateTimeField(null=True, blank=True, verbose_name=_("rider asked for next"))
    asked_at = models.DateTimeField(null=True, blank=True, verbose_name=_("rider last asked for"))
    asks = models.PositiveIntegerField(default=0, verbose_name=_("times asked"))
    seen = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("last place as given")
    )
    seen_at = models.DateTimeField(null=True, blank=True, verbose_name=_("last place since"))

    class Meta:
        app_label = "orders"
        verbose_name = _("same-city ride")
        verbose_name_plural = _("same-city rides")
        indexes = [
            models.Index(
                fields=["ask_at", "id"],
                condition=Q(ask_at__isnull=False),
                name="orders_ride_ask",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    **{
                        f"{end}_{axis}__range": limits
                        for end in ("pickup", "dropoff")
                        for axis, limits in EARTH.items()
                    }
                ),
                name="orders_ride_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(cancel_fee__isnull=True) | Q(cancel_fee__gte=0),
                name="orders_ride_cancel_fee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.state}".strip()
