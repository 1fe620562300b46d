"""Imports of products from a file: the file's rows, what is wrong with them, how far it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.ids import new_uid
from apps.customs.choices import IMPORTS_AT_WORK, ImportState, RowVerdict


def new_import_uid() -> str:
    """Return a fresh public id of an import."""
    return new_uid("imp")


class ProductImport(models.Model):
    """One file. Nothing of it is stored as products before a person confirmed the preview.

    Counts are rows; ``rows`` is how far the file has been read until it waits for confirmation.
    ``columns`` are the fields the file has, ``ignored`` headings nobody knows. ``takes_codes`` is
    the word of who confirmed that the HS codes in the file were checked by a person.
    ``expected_rows`` is a guess before the file has been read, 0 without one.
    ``kept_products`` were changed by others since, and left alone when it was taken back.
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
    expected_rows = models.PositiveIntegerField(default=0, verbose_name=_("rows expected"))
    rows = models.PositiveIntegerField(default=0, verbose_name=_("rows"))
    bad_rows = models.PositiveIntegerField(default=0, verbose_name=_("rows with errors"))
    done_rows = models.PositiveIntegerField(default=0, verbose_name=_("rows stored"))
    new_rows = models.PositiveIntegerField(default=0, verbose_name=_("rows of new products"))
    changed_rows = models.PositiveIntegerField(default=0, verbose_name=_("rows that change"))
    undone_rows = models.PositiveIntegerField(default=0, verbose_name=_("rows taken back"))
    kept_products = models.PositiveIntegerField(
        default=0, verbose_name=_("products changed since and kept")
    )
    columns = models.JSONField(default=list, blank=True, verbose_name=_("columns"))
    ignored = models.JSONField(default=list, blank=True, verbose_name=_("columns not known"))
    takes_codes = models.BooleanField(
        default=False, verbose_name=_("HS codes of the file are confirmed")
    )
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
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    finished_at = models.DateTimeField(null=True, blank=True, verbose_name=_("finished"))
    undone_at = models.DateTimeField(null=True, blank=True, verbose_name=_("taken back"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    class Meta:
        verbose_name = _("import of products")
        verbose_name_plural = _("imports of products")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=sorted(IMPORTS_AT_WORK)),
                name="customs_import_at_work",
            )
        ]
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


class ProductImportFile(models.Model):
    """The bytes of an uploaded file, until they have been read."""

    job = models.OneToOneField(
        ProductImport,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="file",
        verbose_name=_("import"),
    )
    content = models.BinaryField(verbose_name=_("content"))

    class Meta:
        verbose_name = _("file of an import")
        verbose_name_plural = _("files of imports")

    def __str__(self) -> str:
        return f"{self.job_id}"


class ProductImportRow(models.Model):
    """One row of a file: its cells by column, what is wrong, what stood there before it.

    ``before`` is None for a product that the row made; ``version`` is the product's after it was
    stored, by which taking back knows whether somebody changed it since.
    """

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
    verdict = models.CharField(
        max_length=8,
        choices=RowVerdict.choices(),
        default=RowVerdict.NEW.value,
        verbose_name=_("what it does"),
    )
    version = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("version stored"))
    before = models.JSONField(null=True, blank=True, verbose_name=_("before"))
    stored_at = models.DateTimeField(null=True, blank=True, verbose_name=_("stored"))

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["job_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="customs_import_row_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=RowVerdict.values()), name="customs_import_verdict_known"
            ),
        ]
        indexes = [
            models.Index(fields=["job", "verdict", "number"], name="customs_import_verdicts")
        ]

    def __str__(self) -> str:
        return f"{self.job_id}:{self.number}"
