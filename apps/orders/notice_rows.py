"""What carriers say about a parcel beside its track and its booking."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.choices import CoordinateSystem
from apps.core import clock
from apps.orders.choices import NoticeTopic


class CarrierNotice(models.Model):
    """One thing said about a parcel: of its waybill, an interception, a ride, where a rider is.

    ``state`` is the platform's own code, ``text`` its words without phones and names; ``at`` is
    when it says that it was so, else when we heard (business time). ``inbox_id`` is the callback
    that said so. A rider's ``longitude`` and ``latitude`` are as given, in ``system``: never a
    track point.
    """

    parcel = models.ForeignKey(
        "orders.Parcel",
        on_delete=models.CASCADE,
        related_name="notices",
        db_index=False,
        verbose_name=_("parcel"),
    )
    topic = models.CharField(max_length=12, choices=NoticeTopic.choices(), verbose_name=_("topic"))
    state = models.CharField(max_length=32, blank=True, default="", verbose_name=_("state"))
    text = models.CharField(max_length=300, blank=True, default="", verbose_name=_("text"))
    at = models.DateTimeField(default=clock.now, verbose_name=_("at"))
    inbox_id = models.BigIntegerField(
        null=True, blank=True, unique=True, verbose_name=_("callback")
    )
    longitude = models.FloatField(null=True, blank=True, verbose_name=_("longitude"))
    latitude = models.FloatField(null=True, blank=True, verbose_name=_("latitude"))
    system = models.CharField(
        max_length=1,
        choices=CoordinateSystem.choices(),
        blank=True,
        default="",
        verbose_name=_("coordinate system"),
    )

    class Meta:
        app_label = "orders"
        verbose_name = _("carrier's notice")
        verbose_name_plural = _("carriers' notices")
        ordering = ["-id"]
        indexes = [models.Index(fields=["parcel", "-at"], name="orders_notice_of_parcel")]
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__in=NoticeTopic.values()), name="orders_notice_topic"
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True, system="")
                | Q(
                    longitude__range=(-180.0, 180.0),
                    latitude__range=(-90.0, 90.0),
                    system__in=CoordinateSystem.values(),
                ),
                name="orders_notice_position_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.state}".strip()
