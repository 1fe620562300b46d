"""Positions: fixes of riders and devices, their devices, and the track they form."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.shipments.choices import CoordinateSystem, PositionSource, PositionUse

MAX_ROUTE_POINTS = 2_000


class Device(models.Model):
    """What reports fixes: a vehicle's box, a courier's phone, a rider. Known by its own name."""

    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="devices",
        db_index=False,
        verbose_name=_("merchant"),
    )
    name = models.CharField(max_length=64, verbose_name=_("name"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "name"], name="shipments_device_once"),
            models.CheckConstraint(condition=~Q(name=""), name="shipments_device_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """A fix: where something that carries a shipment was, with its coordinate system and source.

    ``latitude`` and ``longitude`` are WGS-84 degrees, converted from the ``given_...`` ones by
    the declared ``system``; what cannot be on earth is kept as given, as evidence, and is never
    accepted. Readers look at ``use`` and nothing else: where it is *corrected*, the
    ``corrected_...`` values count. ``accuracy_m`` (metres) and ``speed_mps`` (metres a second)
    are what the reporter said. ``happened_at`` is the reporter's clock, ``heard_at`` ours.

    The table is partitioned by ``shipment_month``, its primary key is (shipment_month, shipment,
    key); ``id`` counts the order of arrival. ``key`` is 16 bytes of blake2b over what was given,
    so that a repeated batch changes nothing.
    """

    id = models.BigAutoField(primary_key=True)
    shipment_month = models.DateField(verbose_name=_("month of the shipment"))
    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="positions",
        db_index=False,
        verbose_name=_("shipment"),
    )
    key = models.BinaryField(max_length=16, verbose_name=_("key"))
    device = models.ForeignKey(
        Device,
        on_delete=models.PROTECT,
        related_name="positions",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("device"),
    )
    source = models.CharField(
        max_length=8, choices=PositionSource.choices(), verbose_name=_("source")
    )
    system = models.CharField(
        max_length=8, choices=CoordinateSystem.choices(), verbose_name=_("declared system")
    )
    happened_at = models.DateTimeField(verbose_name=_("happened"))
    heard_at = models.DateTimeField(verbose_name=_("heard"))
    given_latitude = models.FloatField(verbose_name=_("latitude as given"))
    given_longitude = models.FloatField(verbose_name=_("longitude as given"))
    latitude = models.FloatField(verbose_name=_("latitude"))
    longitude = models.FloatField(verbose_name=_("longitude"))
    accuracy_m = models.FloatField(null=True, blank=True, verbose_name=_("accuracy (m)"))
    speed_mps = models.FloatField(null=True, blank=True, verbose_name=_("speed (m/s)"))
    use = models.CharField(
        max_length=9,
        choices=PositionUse.choices(),
        default=PositionUse.ACCEPTED.value,
        verbose_name=_("use"),
    )
    corrected_at = models.DateTimeField(null=True, blank=True, verbose_name=_("corrected time"))
    corrected_latitude = models.FloatField(
        null=True, blank=True, verbose_name=_("corrected latitude")
    )
    corrected_longitude = models.FloatField(
        null=True, blank=True, verbose_name=_("corrected longitude")
    )

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["shipment", "id"], name="shipments_position_track"),
            models.Index(fields=["device", "happened_at"], name="shipments_position_device"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment_month", "shipment", "key"], name="shipments_position_pkey"
            ),
            models.CheckConstraint(
                condition=~Q(use=PositionUse.ACCEPTED.value)
                | Q(latitude__range=(-90.0, 90.0), longitude__range=(-180.0, 180.0)),
                name="shipments_position_on_earth",
            ),
            models.CheckConstraint(
                condition=~Q(use=PositionUse.CORRECTED.value)
                | Q(
                    corrected_at__isnull=False,
                    corrected_latitude__range=(-90.0, 90.0),
                    corrected_longitude__range=(-180.0, 180.0),
                    corrected_latitude__isnull=False,
                    corrected_longitude__isnull=False,
                ),
                name="shipments_position_corrected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


class Track(models.Model):
    """One row a shipment that has positions: how many, since when, and whether to look again.

    ``version`` grows with every batch. ``wanted_at`` (real time) is set while fixes came in that
    nobody has looked at; ``claimed_until`` (real time) keeps a second worker from the same
    track. ``looked_version`` is what the last look saw.
    """

    shipment = models.OneToOneField(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="track",
        verbose_name=_("shipment"),
    )
    device = models.ForeignKey(
        Device,
        on_delete=models.PROTECT,
        related_name="tracks",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("latest device"),
    )
    fixes = models.PositiveIntegerField(default=0, verbose_name=_("fixes"))
    first_heard_at = models.DateTimeField(verbose_name=_("first fix heard"))
    last_heard_at = models.DateTimeField(verbose_name=_("last fix heard"))
    version = models.PositiveIntegerField(default=1, verbose_name=_("version"))
    looked_version = models.PositiveIntegerField(default=0, verbose_name=_("looked at"))
    wanted_at = models.DateTimeField(null=True, blank=True, verbose_name=_("look wanted since"))
    claimed_until = models.DateTimeField(null=True, blank=True, verbose_name=_("claimed until"))

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        indexes = [
            models.Index(
                fields=["wanted_at"],
                condition=Q(wanted_at__isnull=False),
                name="shipments_track_wanted",
            ),
            models.Index(fields=["last_heard_at"], name="shipments_track_heard"),
            models.Index(
                fields=["device", "last_heard_at"],
                condition=Q(device__isnull=False),
                name="shipments_track_of_device",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(looked_version__lte=models.F("version")),
                name="shipments_track_looked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.fixes}"


class PlannedRoute(models.Model):
    """The way a shipment was meant to take: WGS-84 degrees in the order of travel.

    The first point is the depot, the last the destination.
    """

    shipment = models.OneToOneField(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="planned_route",
        verbose_name=_("shipment"),
    )
    latitudes = ArrayField(models.FloatField(), verbose_name=_("latitudes"))
    longitudes = ArrayField(models.FloatField(), verbose_name=_("longitudes"))
    planned_at = models.DateTimeField(default=clock.now, verbose_name=_("planned"))

    class Meta:
        verbose_name = _("planned route")
        verbose_name_plural = _("planned routes")
        constraints = [
            models.CheckConstraint(
                condition=Q(latitudes__len=models.F("longitudes__len"))
                & Q(latitudes__len__gte=2)
                & Q(latitudes__len__lte=MAX_ROUTE_POINTS),
                name="shipments_route_points",
            )
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {len(self.latitudes)}"
