"""Imports of products from a file: the file's rows, what is wrong with them, how far it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.customs.choices import ImportState


def new_import_uid() -> str:
    """Return a fresh public id of an import."""
    return new_uid("imp")


class ProductImport(models.Model):
    """One file. Nothing of it is stored as products before a person confirmed the preview.

    ``claimed_until`` is real time: the lease of the worker that stores it. Counts are rows.
    """

    uid = models.CharField(
        max_length=32, unique=True, default=new_import_uid, editable=False, verbose_name=_("ID")
    )
    merchant = models.ForeignKey(
        "accounts.Merchant",
        on_delete=models.PROTECT,
        related_name="product_imports",
        verbose_name=_("merchant"),
    )
    file_name = models.CharField(max_length=200, verbose_name=_("file"))
    state = models.CharField(
        max_length=10,
        choices=ImportState.choices(),
        default=ImportState.READING.value,
        verbose_name=_("state"),
    )
    problem = models.CharField(max_length=300, blank=True, default="", verbose_name=_("problem"))
    rows = models.PositiveIntegerField(default=0, verbose_name=_("rows"))
    bad_rows = models.PositiveIntegerField(default=0, verbose_name=_("rows with errors"))
    done_rows = models.PositiveIntegerField(default=0, verbose_name=_("rows stored"))
    created_products = models.PositiveIntegerField(default=0, verbose_name=_("new products"))
    changed_products = models.PositiveIntegerField(default=0, verbose_name=_("changed products"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(default=clock.now, verbose_name=_("uploaded"))
    confirmed_at = models.DateTimeField(null=True, blank=True, verbose_name=_("confirmed"))
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished"))
    claimed_until = models.DateTimeField(null=True, blank=True, verbose_name=_("taken until"))

    class Meta:
        verbose_name = _("import of products")
        verbose_name_plural = _("imports of products")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values()), name="customs_import_state_known"
            ),
            models.CheckConstraint(
                condition=Q(bad_rows__lte=F("rows")) & Q(done_rows__lte=F("rows")),
                name="customs_import_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ProductImportRow(models.Model):
    """One row of a file: its cells by column, what is wrong, what stood there before it."""

    job = models.ForeignKey(
        ProductImport,
        on_delete=models.CASCADE,
        related_name="lines",
        db_index=False,
        verbose_name=_("import"),
    )
    number = models.PositiveIntegerField(verbose_name=_("row of the file"))
    sku = models.CharField(max_length=64, blank=True, default="", verbose_name=_("SKU"))
    cells = models.JSONField(default=dict, verbose_name=_("cells"))
    problems = models.JSONField(default=list, blank=True, verbose_name=_("errors"))
    before = models.JSONField(null=True, blank=True, verbose_name=_("before"))
    stored_at = models.DateTimeField(null=True, blank=True, verbose_name=_("stored"))

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["job_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="customs_import_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.job_id}:{self.number}"
