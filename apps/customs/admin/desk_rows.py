"""The rows of the customs desk as its template shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from apps.core.region_names import country_name
from apps.customs.admin.record_sheet import LINES_PER_PAGE
from apps.customs.admin.wording import (
    ICONS,
    border_words,
    chips_of,
    finding_told,
    left_of,
    moment_words,
    span_words,
    who_words,
)
from apps.customs.choices import DeclarationState, Supplier
from apps.customs.desk_ages import WAITS_FOR_US, Age, is_sensitive, limits_of
from apps.customs.desk_fixes import Fix
from apps.customs.field_labels import field_label
from apps.customs.findings import Finding
from apps.customs.models import Consignment, Declaration, Product, RecordVersion
from apps.shipments.choices import ShipmentMode

Told = dict[str, Any]
CONSIGNMENT = "admin:customs_consignment_change"
EXPORTERS = "admin:customs_exporter_changelist"
EXPORTER_FIELDS = {"name": "name_en", "local_name": "name_cn"}
PRODUCTS = "admin:customs_product_changelist"


def incomplete_row(row: Consignment, version: RecordVersion | None, *, now: dt.datetime) -> Told:
    """Return one parcel that misses something; no query."""
    findings = [Finding.from_json(one) for one in version.findings] if version else []
    told = [finding_told(one, now=now) for one in findings]
    url = reverse(CONSIGNMENT, args=[row.pk])
    chips = chips_of(told)
    for chip in chips["rows"]:
        chip["url"] = f"{url}{_page_of(chip['line'])}#{chip['anchor']}"
    return {
        "row": row,
        "url": url,
        "first": chips["rows"][0]["url"] if chips["rows"] else url,
        "country": country_name(row.destination),
        "left": left_of(row.cut_off, now=now),
        "chips": chips,
        "borders": [
            {"row": one, "state": DeclarationState.parse(one.state), "said": border_words(one)}
            for one in row.declarations.all()
        ],
        "score": min((one.score for one in row.declarations.all()), default=0),
        "sandbox": is_pretended(row),
    }


def customs_row(row: Declaration, version: RecordVersion | None, *, now: dt.datetime) -> Told:
    """Return one declaration at customs with its age bar and who must answer; no query."""
    record = version.record if version else {}
    classes = [line.get("goods_class", "general") for line in record.get("lines", [])]
    limits = limits_of(
        row.state,
        direction=row.direction,
        service=record.get("service", "express"),
        is_sensitive=is_sensitive(classes),
    )
    since = row.held_since or row.state_at
    age = Age(now - since, limits)
    return {
        "row": row,
        "consignment": row.consignment,
        "url": f"{reverse(CONSIGNMENT, args=[row.consignment_id])}#border-{row.pk}",
        "state": DeclarationState.parse(row.state),
        "said": border_words(row),
        "age": age,
        "span": span_words(age.span),
        "since": moment_words(since, now=now),
        "red_after": span_words(limits.red),
        "who": who_answers(row.state),
        "due": left_of(row.answer_due, now=now) if row.answer_due else None,
        "sensitive": is_sensitive(classes),
        "sandbox": is_pretended(row.consignment),
    }


def let_go_row(row: Consignment, *, now: dt.datetime) -> Told:
    """Return one parcel a manager let go incomplete; no query."""
    return {
        "row": row,
        "url": reverse(CONSIGNMENT, args=[row.pk]),
        "country": country_name(row.destination),
        "at": moment_words(row.overridden_at, now=now),
        "who": who_words(row.overridden_by),
        "sandbox": is_pretended(row),
    }


def fix_rows(fixes: Iterable[Fix], products: dict[tuple[int, str], int], *, now: dt.datetime,
             exporters: dict[int, int]) -> list[Told]:  # fmt: skip
    """Return what completes many parcels at once, with where to go for it."""
    return [_fix_row(one, products, exporters, now) for one in fixes]


def _fix_row(
    fix: Fix, products: dict[tuple[int, str], int], exporters: dict[int, int], now: dt.datetime
) -> Told:
    product = products.get((fix.merchant_id, fix.sku))
    leaf = fix.field.removeprefix("lines.")
    supplier = Supplier.parse(fix.supplier)
    return {
        "fix": fix,
        "supplier": supplier,
        "icon": ICONS.get(fix.supplier, "help"),
        "field": field_label(fix.field),
        "left": left_of(fix.cut_off, now=now),
        "is_hs": bool(fix.sku) and leaf == "hs_code",
        "product": product,
        "url": _fix_url(fix, product, exporters),
    }


def _fix_url(fix: Fix, product: int | None, exporters: dict[int, int]) -> str:
    if fix.sku:
        return product_url(product, fix.sku)
    anchor = f"#id_{exporter_field(fix)}"
    if fix.merchant_id in exporters:
        page = reverse("admin:customs_exporter_change", args=[exporters[fix.merchant_id]])
    else:
        page = f"{reverse('admin:customs_exporter_add')}?merchant={fix.merchant_id}"
    return page + anchor


def exporter_field(fix: Fix) -> str:
    """Return the field of the exporter's form in which something is written."""
    root, _dot, rest = fix.field.partition(".")
    if rest == "identifiers":
        return f"number_{fix.detail.get('kinds', '').partition(',')[0]}"
    if root == "responsible":
        return "responsible_name"
    return EXPORTER_FIELDS.get(rest, (rest or root).rpartition(".")[2])


def product_url(product: int | None, sku: str) -> str:
    """Return the page of a product, or the list searched for a SKU nobody has entered."""
    if not admin.site.is_registered(Product):
        return ""
    if product is not None:
        return reverse("admin:customs_product_change", args=[product])
    return f"{reverse(PRODUCTS)}?{urlencode({'q': sku})}"


def who_answers(state: str) -> Any:
    """Return whose move it is: ours while customs asks or holds, else the carrier's."""
    return (Supplier.CUSTOMS_STAFF if state in WAITS_FOR_US else Supplier.CARRIER).label


def is_pretended(row: Consignment) -> bool:
    """Tell whether the parcel is the sandbox's while the portal also has real ones."""
    live: Any = settings.BAIDIYUN["live"]["key"]
    return bool(live) and row.mode == ShipmentMode.SANDBOX.value


def _page_of(line: int | None) -> str:
    if line is None or line <= LINES_PER_PAGE:
        return ""
    return f"?lines={(line - 1) // LINES_PER_PAGE + 1}"
