"""The exporter: who declares a merchant's goods, with the numbers authorities know it by."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock


class Exporter(models.Model):
    """One merchant's legal side. ``identifiers`` is a list of {kind, value, country}.

    ``responsible`` is the EU's responsible person (GPSR), a party as `record.Party` writes it.
    The numbers are a firm's, not a person's.
    """

    merchant = models.OneToOneField(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="exporter",
        verbose_name=_("merchant"),
    )
    name_en = models.CharField(max_length=120, verbose_name=_("legal name, English"))
    name_cn = models.CharField(
        max_length=120, blank=True, default="", verbose_name=_("legal name, Chinese")
    )
    street = models.CharField(max_length=200, blank=True, default="", verbose_name=_("street"))
    city = models.CharField(max_length=80, blank=True, default="", verbose_name=_("city"))
    region = models.CharField(max_length=80, blank=True, default="", verbose_name=_("region"))
    postcode = models.CharField(max_length=16, blank=True, default="", verbose_name=_("postcode"))
    country = models.CharField(max_length=2, default="CN", verbose_name=_("country"))
    phone = models.CharField(max_length=40, blank=True, default="", verbose_name=_("phone"))
    email = models.EmailField(max_length=254, blank=True, default="", verbose_name=_("e-mail"))
    identifiers = models.JSONField(
        blank=True, default=list, encoder=DjangoJSONEncoder, verbose_name=_("registered numbers")
    )
    responsible = models.JSONField(
        null=True, blank=True, verbose_name=_("responsible person in the EU")
    )
    customs_code = models.CharField(
        max_length=4, blank=True, default="", verbose_name=_("customs office (CN)")
    )
    port_code = models.CharField(
        max_length=4, blank=True, default="", verbose_name=_("port of exit (CN)")
    )
    platform = models.CharField(
        max_length=80, blank=True, default="", verbose_name=_("platform's name")
    )
    shop_url = models.URLField(
        max_length=200, blank=True, default="", verbose_name=_("shop's web address")
    )
    default_incoterm = models.CharField(max_length=3, default="DAP", verbose_name=_("incoterm"))
    default_export_mode = models.CharField(
        max_length=6, default="9610", verbose_name=_("export mode")
    )
    changed_at = models.DateTimeField(default=clock.now, verbose_name=_("changed"))

    class Meta:
        verbose_name = _("exporter")
        verbose_name_plural = _("exporters")
        ordering = ["merchant_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="customs_exporter_country_iso"
            )
        ]

    def __str__(self) -> str:
        return self.name_cn or self.name_en
