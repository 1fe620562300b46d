"""What the page of a product shows, how it is saved, how the list is searched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import QueryCanceled

from apps.accounts.admin_base import SET_TIMEOUT
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.core.region_names import country_name
from apps.customs.admin.products_form import CodeForm, PaperForm, ProductForm
from apps.customs.admin.products_lists import end_colour, end_words
from apps.customs.choices import CertificateKind
from apps.customs.hs.nomenclature import lines
from apps.customs.models import Certificate, HsConfirmation, Product
from apps.customs.product_errors import InvalidProduct, ProductChanged
from apps.customs.product_gaps import gaps_of
from apps.customs.product_selectors import facts_of, with_parts
from apps.customs.services import save_product

HEAD_CAP = 999
COUNT_TIMEOUT = "1s"
LOGGED = 12
EMPTY = ("", None)
MOST_TERMS = 200
MOST_PATH = 90
SHORTEST_BEGINNING = 2
VERBS: dict[str, Any] = {
    "customs.product.created": gettext_lazy("made"),
    "customs.product.changed": gettext_lazy("changed"),
    "customs.product.hs_confirmed": gettext_lazy("HS code confirmed"),
    "customs.product.hs_withdrawn": gettext_lazy("HS code withdrawn"),
    "customs.product.certificate_kept": gettext_lazy("certificate kept"),
    "customs.product.certificate_removed": gettext_lazy("certificate removed"),
}
_SEPARATORS = re.compile(r"[\s,;，；、]+")


def search(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    """Keep products of these SKUs or barcodes, or whose SKU or name begins so; by indexes."""
    text = term.strip()
    if not text:
        return rows
    terms = [one for one in _SEPARATORS.split(text) if one][:MOST_TERMS]
    found = Q(sku__in=[text, *terms]) | Q(barcode__in=terms)
    if len(text) >= SHORTEST_BEGINNING:
        found |= Q(sku__startswith=text) | Q(name_cn__startswith=text)
        found |= Q(name_en__startswith=text)
    return rows.filter(found)


def capped_counts(several: Sequence[QuerySet[Any]]) -> list[int | None]:
    """Count up to the cap; None each where that would keep the list waiting."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(SET_TIMEOUT, [COUNT_TIMEOUT])
            return [len(rows.values("pk")[: HEAD_CAP + 1]) for rows in several]
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return [None] * len(several)


def save(request: HttpRequest, form: ProductForm, row: Product | None) -> Product | None:
    """Save what was posted; None where something is wrong, which the form then says."""
    if not form.is_valid():
        return None
    merchant_id = merchant_of(request.user)
    if row is not None:
        merchant_id = row.merchant_id
    elif merchant_id is None:
        merchant_id = form.cleaned_data["merchant"].pk
    sku = row.sku if row else form.cleaned_data["sku"]
    try:
        return save_product(
            merchant_id=merchant_id,
            sku=sku,
            values=form.values(),
            actor=Actor.user(request.user),
            expected_version=(form.cleaned_data.get("version") or 0) if row else 0,
        ).product
    except ProductChanged as error:
        text = str(error) if row else _("There is a product of this SKU already.")
        form.add_error(None if row else "sku", text)
    except InvalidProduct as error:
        form.take(error.problems)
    return None


def page_context(
    row: Product | None, form: ProductForm, others: Mapping[str, forms.Form]
) -> dict[str, Any]:
    """Return what the page shows: the form in groups, codes, papers, what is left, the log."""
    context: dict[str, Any] = {"row": row, "form": form, "groups": form.groups()}
    if row is None:
        return context
    fresh = with_parts(Product.objects.select_related("merchant")).get(pk=row.pk)
    facts = facts_of(fresh)
    return (
        context
        | {
            "row": fresh,
            "gaps": gaps_of(facts, on=clock.now().date()),
            "codes": [_code(one) for one in fresh.counting_codes],  # type: ignore[attr-defined]
            "old_codes": fresh.confirmations.filter(withdrawn_at__isnull=False).order_by("-id")[
                :10
            ],
            "papers": [_paper(one) for one in fresh.certificates.all()],
            "code_form": others.get("code_form") or CodeForm(),
            "paper_form": others.get("paper_form") or PaperForm(),
            "log": _log(fresh),
        }
    )


def _code(row: HsConfirmation) -> dict[str, Any]:
    line = lines().get(row.code[:6])
    return {
        "row": row,
        "country": country_name(row.country) if row.country else "",
        "path": [text[:MOST_PATH] + "…" * (len(text) > MOST_PATH) for text in line.path]
        if line
        else (),
    }


def _paper(row: Any) -> dict[str, Any]:
    kind = CertificateKind.parse(row.kind)
    return {
        "row": row,
        "kind": kind.label if kind else row.kind,
        "end": end_words(row.valid_to) if row.valid_to else "",
        "colour": end_colour(row.valid_to) if row.valid_to else "default",
    }


def _log(row: Product) -> list[dict[str, Any]]:
    """Return the latest changes with each field before and after."""
    rows = ActionLog.objects.filter(subject_kind="customs.product", subject_id=str(row.pk))
    return [
        {"row": one, "verb": VERBS.get(one.action, one.action), "fields": _changes(one)}
        for one in rows.order_by("-id")[:LOGGED]
    ]


def _changes(row: ActionLog) -> list[tuple[str, Any, Any]]:
    names = [name for name in row.after if name != "sku" and row.after[name] not in EMPTY]
    names = names or list(row.before)
    return [(_label(name), row.before.get(name), row.after.get(name)) for name in names][:8]


def _label(name: str) -> str:
    for model in (Product, HsConfirmation, Certificate):
        if name in {field.name for field in model._meta.fields}:
            return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return name
