"""The leg: a stretch of a shipment with its own carrier and number."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.shipments.choices import LegKind, LinkSource

COUNTRY = r"^[A-Z]{2}$"


class Leg(models.Model):
    """A stretch of a shipment. A number is open at one leg of a carrier at a time.

    ``closed_at`` is the moment the parcel's journey on this leg ended, by the carrier's clock;
    once set it stays, so that the number may be used again while a late return still finds its
    shipment by the time it happened (`numbers.py`). ``snapshot_*`` describe the latest snapshot
    of the leg: its content hash, the fingerprint of the message that brought it (b"" unknown),
    the time of its newest node, when it was received.

    Legs stand in the order of the journey (``sequence``). ``link_source`` says how we know of it.
    ``handed_over_at`` is when the next leg had the parcel, by the carriers' clocks, None for the
    leg that has it still. ``claimed_number`` is a number the leg was told that is open at another
    shipment: people decide whose it is; until then the leg itself has none. A leg somebody has
    unlinked (``unlinked_at``) keeps its events, and nothing counts them. Countries are ISO codes,
    "" where not known.
    """

    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="legs",
        db_index=False,
        verbose_name=_("shipment"),
    )
    kind = models.CharField(
        max_length=16,
        choices=LegKind.choices(),
        default=LegKind.DOMESTIC.value,
        verbose_name=_("kind"),
    )
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    carrier_before = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("carrier before correction")
    )
    number = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("tracking number")
    )
    sequence = models.PositiveSmallIntegerField(default=1, verbose_name=_("sequence"))
    zone = models.CharField(max_length=40, default="Asia/Shanghai", verbose_name=_("time zone"))
    reach_back_days = models.PositiveSmallIntegerField(
        default=3, verbose_name=_("days before opening that still belong to it")
    )
    opened_at = models.DateTimeField(default=clock.now, verbose_name=_("opened"))
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("closed"))
    planned_in = models.DateTimeField(null=True, blank=True, verbose_name=_("planned to begin"))
    planned_out = models.DateTimeField(null=True, blank=True, verbose_name=_("planned to end"))
    from_country = models.CharField(
        max_length=2, blank=True, default="", db_default="", verbose_name=_("from country")
    )
    to_country = models.CharField(
        max_length=2, blank=True, default="", db_default="", verbose_name=_("to country")
    )
    link_source = models.CharField(
        max_length=20,
        choices=LinkSource.choices(),
        default=LinkSource.BOOKED.value,
        db_default=LinkSource.BOOKED.value,
        verbose_name=_("how it is known"),
    )
    handed_over_at = models.DateTimeField(null=True, blank=True, verbose_name=_("handed over"))
    claimed_number = models.CharField(
        max_length=64, blank=True, default="", db_default="", verbose_name=_("disputed number")
    )
    link_evidence = models.CharField(
        max_length=300, blank=True, default="", db_default="", verbose_name=_("what says so")
    )
    unlinked_at = models.DateTimeField(null=True, blank=True, verbose_name=_("unlinked"))
    snapshot_hash = models.BinaryField(default=b"", blank=True, verbose_name=_("snapshot hash"))
    snapshot_print = models.BinaryField(
        default=b"",
        db_default=b"",
        blank=True,
        verbose_name=_("fingerprint of the snapshot's bytes"),
    )
    snapshot_newest_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("newest node of the snapshot")
    )
    snapshot_received_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("snapshot received")
    )

    class Meta:
        verbose_name = _("leg")
        verbose_name_plural = _("legs")
        ordering = ["shipment_id", "sequence"]
        indexes = [
            models.Index(fields=["number", "carrier"], name="shipments_leg_number"),
            models.Index(OpClass(Reverse("number"), "text_pattern_ops"), name="shipments_leg_tail"),
            models.Index(
                fields=["claimed_number"],
                condition=~models.Q(claimed_number=""),
                name="shipments_leg_claimed",
            ),
            models.Index(
                fields=["shipment"],
                condition=models.Q(closed_at__isnull=True) & ~models.Q(kind=LegKind.DOMESTIC.value),
                name="shipments_leg_abroad_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "sequence"],
                name="shipments_leg_sequence_once",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.UniqueConstraint(
                fields=["carrier", "number"],
                condition=models.Q(closed_at__isnull=True) & ~models.Q(number=""),
                name="shipments_leg_number_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=LegKind.values()), name="shipments_leg_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(number="") | ~models.Q(carrier=""),
                name="shipments_leg_number_needs_carrier",
            ),
            models.CheckConstraint(
                condition=models.Q(link_source__in=LinkSource.values()),
                name="shipments_leg_link_known",
            ),
            models.CheckConstraint(
                condition=models.Q(planned_in__isnull=True)
                | models.Q(planned_out__isnull=True)
                | models.Q(planned_in__lte=models.F("planned_out")),
                name="shipments_leg_plan_ordered",
            ),
            models.CheckConstraint(
                condition=(models.Q(from_country="") | models.Q(from_country__regex=COUNTRY))
                & (models.Q(to_country="") | models.Q(to_country__regex=COUNTRY)),
                name="shipments_leg_countries",
            ),
            models.CheckConstraint(
                condition=models.Q(number="") | models.Q(claimed_number=""),
                name="shipments_leg_number_or_claim",
            ),
            models.CheckConstraint(
                condition=models.Q(unlinked_at__isnull=True)
                | ~models.Q(link_source=LinkSource.BOOKED.value),
                name="shipments_leg_booked_stays",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.carrier} {self.number}".strip()
