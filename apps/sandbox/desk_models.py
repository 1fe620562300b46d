"""Tables of the desk: what somebody wants of the world, hubs that are out, calls by minute."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SandboxOutage(models.Model):
    """A hub that handles nothing from one world moment to another; ``hub`` is a city's code.

    Rows stay after the end: parcels that were held up then stay late.
    """

    hub = models.CharField(max_length=6, verbose_name=_("hub"))
    starts_at = models.DateTimeField(verbose_name=_("out from"))
    ends_at = models.DateTimeField(verbose_name=_("out until"))

    class Meta:
        db_table = "sandbox_outage"
        verbose_name = _("sandbox outage")
        verbose_name_plural = _("sandbox outages")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=models.F("starts_at")), name="sandbox_outage_forward"
            )
        ]
        indexes = [models.Index(fields=["ends_at"], name="sandbox_outage_end")]

    def __str__(self) -> str:
        return self.hub


class SandboxControl(models.Model):
    """What somebody wants of the running world; its process looks every second. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, verbose_name=_("ID"))
    speed = models.FloatField(null=True, blank=True, verbose_name=_("speed"))
    is_paused = models.BooleanField(default=False, verbose_name=_("paused"))
    jump_to = models.DateTimeField(null=True, blank=True, verbose_name=_("jump to"))
    port = models.PositiveIntegerField(default=0, verbose_name=_("port"))
    seed = models.IntegerField(default=0, verbose_name=_("seed"))
    seen_real_at = models.DateTimeField(
        null=True, blank=True, verbose_name=_("process seen at (real)")
    )

    class Meta:
        db_table = "sandbox_control"
        verbose_name = _("sandbox control")
        verbose_name_plural = _("sandbox control")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="sandbox_control_is_one"),
            models.CheckConstraint(
                condition=Q(speed=None) | (Q(speed__gte=0.01) & Q(speed__lte=3600)),
                name="sandbox_control_speed",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class SandboxCallMinute(models.Model):
    """The calls of one product in one real minute; ``buckets`` counts them by duration."""

    product = models.CharField(max_length=40, verbose_name=_("product"))
    minute = models.DateTimeField(verbose_name=_("minute (real)"))
    calls = models.PositiveIntegerField(default=0, verbose_name=_("calls"))
    errors = models.PositiveIntegerField(default=0, verbose_name=_("errors"))
    faulty = models.PositiveIntegerField(default=0, verbose_name=_("spoiled by a fault"))
    buckets = models.JSONField(default=list, blank=True, verbose_name=_("calls by duration"))

    class Meta:
        db_table = "sandbox_call_minute"
        verbose_name = _("sandbox calls of a minute")
        verbose_name_plural = _("sandbox calls by minute")
        constraints = [
            models.UniqueConstraint(fields=["minute", "product"], name="sandbox_call_minute_once")
        ]

    def __str__(self) -> str:
        return self.product
