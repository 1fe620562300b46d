"""The carrier's own estimate of a shipment: the work row that asks, and the answer as it came."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.shipments.choices import EstimateSource, EstimateState


class CarrierEstimate(models.Model):
    """One shipment's estimate; it is asked for once and written over by later tracks.

    ``carrier`` is whom it was asked of. ``retry_at`` is real time: the lease of whoever asks and
    the delay after trouble; ``answered_at`` is business time. ``arrival_text`` and
    ``total_hours`` are as given (in a track the unit of the latter is nowhere documented).
    """

    shipment = models.OneToOneField(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="estimate",
        primary_key=True,
        verbose_name=_("shipment"),
    )
    carrier = models.CharField(max_length=40, blank=True, default="", verbose_name=_("carrier"))
    state = models.CharField(
        max_length=8,
        choices=EstimateState.choices(),
        default=EstimateState.WAITING.value,
        verbose_name=_("state"),
    )
    source = models.CharField(
        max_length=8,
        choices=EstimateSource.choices(),
        blank=True,
        default="",
        verbose_name=_("source"),
    )
    attempts = models.PositiveSmallIntegerField(default=0, verbose_name=_("attempts"))
    retry_at = models.DateTimeField(verbose_name=_("retry at"))
    answered_at = models.DateTimeField(null=True, blank=True, verbose_name=_("answered at"))
    arrival_text = models.CharField(
        max_length=40, blank=True, default="", verbose_name=_("arrival as given")
    )
    total_hours = models.CharField(
        max_length=20, blank=True, default="", verbose_name=_("total time as given")
    )
    task_id = models.CharField(max_length=64, blank=True, default="", verbose_name=_("task ID"))
    return_code = models.CharField(
        max_length=32, blank=True, default="", verbose_name=_("return code")
    )
    message = models.CharField(max_length=300, blank=True, default="", verbose_name=_("message"))

    class Meta:
        verbose_name = _("carrier's estimate")
        verbose_name_plural = _("carriers' estimates")
        indexes = [
            models.Index(
                fields=["retry_at"],
                condition=models.Q(state=EstimateState.WAITING.value),
                name="shipments_estimate_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=EstimateState.values()),
                name="shipments_estimate_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=EstimateState.ANSWERED.value)
                | ~models.Q(arrival_text=""),
                name="shipments_estimate_answer_has_arrival",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.arrival_text or self.state}"
