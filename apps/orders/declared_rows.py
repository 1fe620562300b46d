"""What a shop said for customs about an order that crosses a border."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MONEY = {"max_digits": 14, "decimal_places": 2, "default": 0}


class OrderCustoms(models.Model):
    """Only orders that cross a border have one. Words are those of customs' choices, "" unsaid.

    ``tax_ids`` is a list of {kind, value, country, consent}: personal data, shown masked.
    ``contents`` maps a parcel's position to a list of {line, quantity}, empty where nobody said
    what is in one of several parcels. Money is major units of the order's currency.
    """

    order = models.OneToOneField(
        "orders.Order",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="customs",
        verbose_name=_("order"),
    )
    incoterm = models.CharField(max_length=3, blank=True, default="", verbose_name=_("incoterm"))
    reason = models.CharField(
        max_length=8, blank=True, default="", verbose_name=_("reason for sending")
    )
    export_mode = models.CharField(
        max_length=6, blank=True, default="", verbose_name=_("export mode")
    )
    transport = models.CharField(
        max_length=7, blank=True, default="", verbose_name=_("way of transport")
    )
    recipient_kind = models.CharField(
        max_length=7, blank=True, default="", verbose_name=_("person or firm")
    )
    company = models.CharField(max_length=120, blank=True, default="", verbose_name=_("firm"))
    tax_ids = models.JSONField(default=list, blank=True, verbose_name=_("recipient's tax numbers"))
    freight = models.DecimalField(verbose_name=_("freight charged"), **MONEY)  # type: ignore[arg-type]
    insurance = models.DecimalField(verbose_name=_("insurance charged"), **MONEY)  # type: ignore[arg-type]
    discount = models.DecimalField(verbose_name=_("discount"), **MONEY)  # type: ignore[arg-type]
    platform = models.CharField(
        max_length=80, blank=True, default="", verbose_name=_("platform's name")
    )
    shop_url = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("shop's web address")
    )
    ioss = models.CharField(max_length=16, blank=True, default="", verbose_name=_("IOSS number"))
    invoice_number = models.CharField(
        max_length=64, blank=True, default="", verbose_name=_("invoice number")
    )
    payment = models.JSONField(
        null=True, blank=True, encoder=DjangoJSONEncoder, verbose_name=_("receipt of the money")
    )
    contents = models.JSONField(default=dict, blank=True, verbose_name=_("what is in which parcel"))

    class Meta:
        app_label = "orders"
        verbose_name = _("order's customs data")
        verbose_name_plural = _("orders' customs data")
        constraints = [
            models.CheckConstraint(
                condition=Q(freight__gte=0, insurance__gte=0, discount__gte=0),
                name="orders_customs_money",
            )
        ]

    def __str__(self) -> str:
        return str(self.order_id)
