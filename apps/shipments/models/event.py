"""The event: something a carrier said happened."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.shipments.choices import Certainty, ShipmentStatus, Substatus


class Event(models.Model):
    """A node of a track, with the time it happened and the time we heard of it.

    The table is partitioned by ``shipment_month``; its real primary key is
    (shipment_month, shipment, key). ``id`` comes from a sequence of its own and serves paging.
    Always name the month beside the shipment in a query: it picks the partition.
    ``shipment`` and ``leg`` are kept true by the applier, which holds the shipment's row lock,
    and by the refusal to delete either; the database checks ``shipment``.

    ``key`` is 16 bytes of blake2b over leg, original time and original text. ``text`` is cleaned;
    ``original_text`` is empty where cleaning changed nothing. ``sources`` is a mask of
    `EventSource`, ``certainty`` says how ``status`` is known. Coordinates are degrees as given
    (GCJ-02 assumed). ``omitted_at`` is set while the leg's latest snapshot does not list it.
    """

    id = models.BigAutoField(primary_key=True)
    shipment_month = models.DateField(verbose_name=_("month of the shipment"))
    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,
        verbose_name=_("shipment"),
    )
    leg = models.ForeignKey(
        "shipments.Leg",
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,
        db_constraint=False,
        verbose_name=_("leg"),
    )
    key = models.BinaryField(max_length=16, verbose_name=_("key"))
    occurred_at = models.DateTimeField(verbose_name=_("happened"))
    original_time = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("time as given")
    )
    zone = models.CharField(max_length=40, default="Asia/Shanghai", verbose_name=_("time zone"))
    heard_at = models.DateTimeField(verbose_name=_("heard"))
    text = models.TextField(blank=True, default="", verbose_name=_("text"))
    original_text = models.TextField(blank=True, default="", verbose_name=_("text as given"))
    code = models.CharField(max_length=64, blank=True, default="", verbose_name=_("code"))
    status = models.CharField(
        max_length=20,
        choices=ShipmentStatus.choices(),
        blank=True,
        default="",
        verbose_name=_("status"),
    )
    substatus = models.CharField(
        max_length=20,
        choices=Substatus.choices(),
        blank=True,
        default="",
        verbose_name=_("substatus"),
    )
    certainty = models.PositiveSmallIntegerField(
        default=Certainty.NONE.value, verbose_name=_("certainty of the status")
    )
    area_code = models.CharField(
        max_length=20, blank=True, default="", verbose_name=_("division code")
    )
    area_name = models.CharField(max_length=120, blank=True, default="", verbose_name=_("area"))
    location = models.CharField(max_length=200, blank=True, default="", verbose_name=_("place"))
    longitude = models.FloatField(null=True, blank=True, verbose_name=_("longitude"))
    latitude = models.FloatField(null=True, blank=True, verbose_name=_("latitude"))
    sources = models.PositiveSmallIntegerField(default=0, verbose_name=_("sources"))
    omitted_at = models.DateTimeField(null=True, blank=True, verbose_name=_("omitted since"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="shipments_event_id"),
            models.Index(fields=["shipment", "occurred_at"], name="shipments_event_timeline"),
            BrinIndex(fields=["heard_at"], pages_per_range=32, name="shipments_event_heard"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment_month", "shipment", "key"], name="shipments_event_pkey"
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180.0, 180.0),
                    latitude__range=(-90.0, 90.0),
                ),
                name="shipments_event_coordinates",
            ),
            models.CheckConstraint(
                condition=Q(sources__gte=1, sources__lte=15), name="shipments_event_sources"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.original_time} {self.code or self.status}".strip()

    @property
    def text_as_given(self) -> str:
        """The text exactly as the platform sent it."""
        return self.original_text or self.text
