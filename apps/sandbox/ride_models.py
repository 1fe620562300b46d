"""Tables of same-city rides: the ride with its riders' future, and what is wrong with its fixes.

All times are world time. The truth about a fault stands here only: nothing that leaves the
sandbox tells it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.sandbox.choices import FixFault


class SandboxRide(models.Model):
    """A same-city order of one carrier (``bsamecity/order``, ``sameCity/order``).

    ``plan`` holds everything that will happen (``rides.RidePlan``). The carriers of one batch
    share ``task_id`` and ``order_id`` and are told apart by ``carrier``.
    """

    account = models.ForeignKey(
        "sandbox.SandboxAccount", on_delete=models.CASCADE, verbose_name=_("account")
    )
    task_id = models.CharField(max_length=32, db_index=True, verbose_name=_("task ID"))
    order_id = models.CharField(max_length=20, verbose_name=_("order ID"))
    carrier = models.CharField(max_length=32, verbose_name=_("carrier"))
    number = models.CharField(max_length=32, verbose_name=_("number"))
    third_id = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("own order reference")
    )
    is_older = models.BooleanField(default=False, verbose_name=_("booked over the older interface"))
    callback_url = models.CharField(
        max_length=400, blank=True, default="", verbose_name=_("callback address")
    )
    salt = models.CharField(max_length=100, blank=True, default="", verbose_name=_("salt"))
    lbs_type = models.CharField(max_length=1, default="2", verbose_name=_("coordinate system"))
    distance_m = models.PositiveIntegerField(default=0, verbose_name=_("distance (m)"))
    fee = models.DecimalField(
        max_digits=14, decimal_places=2, default=0, verbose_name=_("freight (CNY)")
    )
    tips = models.DecimalField(
        max_digits=14, decimal_places=2, default=0, verbose_name=_("tips (CNY)")
    )
    plan = models.JSONField(default=dict, verbose_name=_("plan"))
    booked_at = models.DateTimeField(verbose_name=_("booked at"))
    told = models.PositiveSmallIntegerField(default=0, verbose_name=_("events told"))
    due_at = models.DateTimeField(null=True, blank=True, verbose_name=_("next event at"))
    batches_sent = models.PositiveSmallIntegerField(
        default=0, verbose_name=_("batches of positions sent")
    )

    class Meta:
        db_table = "sandbox_ride"
        verbose_name = _("sandbox ride")
        verbose_name_plural = _("sandbox rides")
        constraints = [
            models.UniqueConstraint(fields=["order_id", "carrier"], name="sandbox_ride_carrier"),
            models.UniqueConstraint(fields=["number"], name="sandbox_ride_number"),
        ]
        indexes = [models.Index(fields=["due_at"], name="sandbox_ride_due")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.order_id}"


class SandboxRideFault(models.Model):
    """What is wrong with a stretch of a ride's fixes: kind, rows and times, by the device."""

    ride = models.ForeignKey(
        SandboxRide, on_delete=models.CASCADE, related_name="faults", verbose_name=_("ride")
    )
    kind = models.CharField(max_length=12, choices=FixFault.choices(), verbose_name=_("kind"))
    first_row = models.PositiveIntegerField(verbose_name=_("first row"))
    last_row = models.PositiveIntegerField(verbose_name=_("last row"))
    first_at = models.DateTimeField(verbose_name=_("true time of the first row"))
    last_at = models.DateTimeField(verbose_name=_("true time of the last row"))
    shift_m = models.FloatField(default=0, verbose_name=_("largest shift (m)"))

    class Meta:
        db_table = "sandbox_ride_fault"
        verbose_name = _("sandbox fault of a ride")
        verbose_name_plural = _("sandbox faults of rides")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_row__lte=F("last_row")), name="sandbox_ride_fault_rows"
            )
        ]
        indexes = [models.Index(fields=["kind"], name="sandbox_ride_fault_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_row}-{self.last_row}"
