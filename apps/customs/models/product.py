"""The product master: one row for a SKU of a merchant, its papers, its confirmed HS codes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.customs.choices import BatteryKind, CertificateKind, GoodsClass

ISO2 = r"^[A-Z]{2}$"
CURRENCY = r"^[A-Z]{3}$"


class Product(models.Model):
    """What a merchant sells under one SKU, as customs wants to know it.

    Weights are grams a piece, ``value`` major units of ``currency`` a piece, ``watt_hours`` of one
    battery. ``version`` grows with every edit; ``is_active`` is off for what is not sold any more.
    """

    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="products",
        db_index=False,
        verbose_name=_("merchant"),
    )
    sku = models.CharField(max_length=64, verbose_name=_("SKU"))
    name_cn = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("Chinese name")
    )
    name_en = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("English name")
    )
    material = models.CharField(max_length=120, blank=True, default="", verbose_name=_("material"))
    use = models.CharField(max_length=120, blank=True, default="", verbose_name=_("use"))
    brand = models.CharField(max_length=80, blank=True, default="", verbose_name=_("brand"))
    model = models.CharField(max_length=80, blank=True, default="", verbose_name=_("model"))
    barcode = models.CharField(max_length=32, blank=True, default="", verbose_name=_("barcode"))
    category = models.CharField(
        max_length=200, blank=True, default="", verbose_name=_("category in the shop")
    )
    origin = models.CharField(
        max_length=2, blank=True, default="", verbose_name=_("country of origin")
    )
    net_grams = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("net weight of a piece (g)")
    )
    gross_grams = models.PositiveIntegerField(
        null=True, blank=True, verbose_name=_("gross weight of a piece (g)")
    )
    value = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        verbose_name=_("usual value of a piece"),
    )
    currency = models.CharField(
        max_length=3, blank=True, default="", verbose_name=_("currency of the value")
    )
    unit = models.CharField(max_length=3, default="PCS", verbose_name=_("unit"))
    goods_class = models.CharField(
        max_length=16,
        choices=GoodsClass.choices(),
        default=GoodsClass.GENERAL.value,
        verbose_name=_("goods class"),
    )
    battery = models.CharField(
        max_length=16,
        choices=BatteryKind.choices(),
        blank=True,
        default="",
        verbose_name=_("battery"),
    )
    watt_hours = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        verbose_name=_("watt-hours of a battery"),
    )
    cells = models.PositiveSmallIntegerField(null=True, blank=True, verbose_name=_("cells"))
    batteries = models.PositiveSmallIntegerField(null=True, blank=True, verbose_name=_("batteries"))
    fda_product_code = models.CharField(
        max_length=16, blank=True, default="", verbose_name=_("FDA product code")
    )
    fda_intended_use = models.CharField(
        max_length=60, blank=True, default="", verbose_name=_("FDA intended use")
    )
    fda_manufacturer = models.CharField(
        max_length=120, blank=True, default="", verbose_name=_("manufacturer")
    )
    fda_facility = models.CharField(
        max_length=32, blank=True, default="", verbose_name=_("FDA facility registration")
    )
    is_active = models.BooleanField(default=True, verbose_name=_("sold"))
    version = models.PositiveIntegerField(default=1, verbose_name=_("version"))
    created_at = models.DateTimeField(default=clock.now, verbose_name=_("created"))
    changed_at = models.DateTimeField(default=clock.now, verbose_name=_("changed"))

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="customs_product_newest"),
            *(
                models.Index(
                    fields=[name], opclasses=["varchar_pattern_ops"], name=f"customs_product_{name}"
                )
                for name in ("sku", "name_cn", "name_en", "barcode")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "sku"], name="customs_product_once"),
            models.CheckConstraint(condition=~Q(sku=""), name="customs_product_has_sku"),
            models.CheckConstraint(
                condition=Q(origin="") | Q(origin__regex=ISO2), name="customs_product_origin_iso"
            ),
            models.CheckConstraint(
                condition=Q(currency="") | Q(currency__regex=CURRENCY),
                name="customs_product_currency_iso",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | ~Q(currency=""),
                name="customs_product_value_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(net_grams__isnull=True)
                | Q(gross_grams__isnull=True)
                | Q(net_grams__lte=models.F("gross_grams")),
                name="customs_product_net_within_gross",
            ),
            models.CheckConstraint(
                condition=Q(goods_class__in=GoodsClass.values()),
                name="customs_product_class_known",
            ),
            models.CheckConstraint(
                condition=Q(battery__in=BatteryKind.values()),
                name="customs_product_battery_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name_cn or self.name_en}".strip()


class HsConfirmation(models.Model):
    """Who confirmed an HS code of a product, when, on what evidence. Withdrawn, never changed.

    ``code`` has 6 digits, or 8 to 10 of the ``country`` that wants them ("" is every country);
    ``edition`` is the nomenclature's year. One confirmation counts for a product and country.
    """

    product = models.ForeignKey(
        Product,
        on_delete=models.CASCADE,
        related_name="confirmations",
        db_index=False,
        verbose_name=_("product"),
    )
    code = models.CharField(max_length=13, verbose_name=_("HS code"))
    country = models.CharField(
        max_length=2, blank=True, default="", verbose_name=_("country it is for")
    )
    edition = models.CharField(max_length=4, default="2022", verbose_name=_("edition"))
    evidence = models.CharField(max_length=300, blank=True, default="", verbose_name=_("evidence"))
    confirmed_by = models.CharField(max_length=80, verbose_name=_("confirmed by"))
    confirmed_at = models.DateTimeField(default=clock.now, verbose_name=_("confirmed"))
    withdrawn_at = models.DateTimeField(null=True, blank=True, verbose_name=_("withdrawn"))
    withdrawn_by = models.CharField(
        max_length=80, blank=True, default="", verbose_name=_("withdrawn by")
    )

    class Meta:
        verbose_name = _("confirmed HS code")
        verbose_name_plural = _("confirmed HS codes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["product", "-id"], name="customs_hs_product"),
            models.Index(
                fields=["withdrawn_at"],
                condition=Q(withdrawn_at__isnull=False),
                name="customs_hs_withdrawn",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "country"],
                condition=Q(withdrawn_at__isnull=True),
                name="customs_hs_one_counts",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{6}(\d{2,4}|\d{7})?$"), name="customs_hs_shape"
            ),
            models.CheckConstraint(
                condition=Q(edition__regex=r"^\d{4}$"), name="customs_hs_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.edition})"


class Certificate(models.Model):
    """A paper of a product; without ``valid_to`` it does not expire."""

    product = models.ForeignKey(
        Product,
        on_delete=models.CASCADE,
        related_name="certificates",
        verbose_name=_("product"),
    )
    kind = models.CharField(
        max_length=12, choices=CertificateKind.choices(), verbose_name=_("kind")
    )
    number = models.CharField(max_length=80, blank=True, default="", verbose_name=_("number"))
    valid_from = models.DateField(null=True, blank=True, verbose_name=_("valid from"))
    valid_to = models.DateField(null=True, blank=True, verbose_name=_("valid until"))
    added_at = models.DateTimeField(default=clock.now, verbose_name=_("added"))

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["product_id", "kind"]
        indexes = [
            models.Index(
                fields=["valid_to"],
                condition=Q(valid_to__isnull=False),
                name="customs_certificate_expiry",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "kind", "number"], name="customs_certificate_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CertificateKind.values()), name="customs_certificate_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=models.F("valid_to")),
                name="customs_certificate_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()
