"""Rules of who takes over from whom, and what is wrong with a shipment's chain of legs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.shipments.choices import HandOverTrigger, LegFindingCode, LegKind
from apps.shipments.models.leg import COUNTRY


class CarrierHandover(models.Model):
    """Whom a carrier hands its parcels to in a country: ``carrier`` → ``partner``.

    ``number_pattern`` says which of the carrier's numbers the rule is about: ``#`` a digit,
    ``@`` a letter, ``?`` one sign, ``*`` any; empty is every number. The partner's number is the
    carrier's own where ``keeps_number``, else it is unknown until somebody says it. ``country``
    empty: in every country without a rule of its own. The smallest ``priority`` decides.
    """

    carrier = models.CharField(max_length=40, verbose_name=_("carrier"))
    country = models.CharField(max_length=2, blank=True, default="", verbose_name=_("country"))
    number_pattern = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("pattern of the number")
    )
    partner = models.CharField(max_length=40, verbose_name=_("takes over"))
    kind = models.CharField(
        max_length=16,
        choices=LegKind.choices(),
        default=LegKind.LAST_MILE.value,
        verbose_name=_("kind"),
    )
    trigger = models.CharField(
        max_length=16,
        choices=HandOverTrigger.choices(),
        default=HandOverTrigger.HANDED.value,
        verbose_name=_("when"),
    )
    keeps_number = models.BooleanField(default=True, verbose_name=_("keeps the number"))
    priority = models.PositiveSmallIntegerField(default=100, verbose_name=_("priority"))
    is_active = models.BooleanField(default=True, verbose_name=_("active"))
    note = models.CharField(max_length=200, blank=True, default="", verbose_name=_("note"))

    class Meta:
        verbose_name = _("rule of hand-overs")
        verbose_name_plural = _("rules of hand-overs")
        ordering = ["carrier", "country", "priority", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "country", "number_pattern", "trigger"],
                condition=Q(is_active=True),
                name="shipments_handover_once",
            ),
            models.CheckConstraint(
                condition=~Q(carrier="") & ~Q(partner="") & ~Q(carrier=F("partner")),
                name="shipments_handover_two_carriers",
            ),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=COUNTRY),
                name="shipments_handover_country",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LegKind.values()), name="shipments_handover_kind"
            ),
            models.CheckConstraint(
                condition=Q(trigger__in=HandOverTrigger.values()),
                name="shipments_handover_trigger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} → {self.partner} {self.country}".strip()


class LegFinding(models.Model):
    """Something named that is wrong with a leg; open while ``cleared_at`` is None.

    ``detail`` says what was seen, in plain values (places, numbers, the other shipment). It is
    cleared when it is no longer so, or by a person's decision, which the action log keeps.
    """

    shipment = models.ForeignKey(
        "shipments.Shipment",
        on_delete=models.PROTECT,
        related_name="leg_findings",
        db_index=False,
        verbose_name=_("shipment"),
    )
    leg = models.ForeignKey(
        "shipments.Leg",
        on_delete=models.PROTECT,
        related_name="findings",
        db_index=False,
        verbose_name=_("leg"),
    )
    code = models.CharField(
        max_length=24, choices=LegFindingCode.choices(), verbose_name=_("finding")
    )
    detail = models.JSONField(default=dict, blank=True, verbose_name=_("what was seen"))
    found_at = models.DateTimeField(default=clock.now, verbose_name=_("found"))
    seen_at = models.DateTimeField(default=clock.now, verbose_name=_("last seen"))
    cleared_at = models.DateTimeField(null=True, blank=True, verbose_name=_("cleared"))

    class Meta:
        verbose_name = _("finding about a leg")
        verbose_name_plural = _("findings about legs")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["shipment"], name="shipments_legfinding_shipment"),
            models.Index(
                fields=["code", "-id"],
                condition=Q(cleared_at__isnull=True),
                name="shipments_legfinding_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["leg", "code"],
                condition=Q(cleared_at__isnull=True),
                name="shipments_legfinding_open_once",
            ),
            models.CheckConstraint(
                condition=Q(code__in=LegFindingCode.values()), name="shipments_legfinding_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.code}"
