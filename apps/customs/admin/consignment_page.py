"""Everything the declaration page shows; a fixed number of queries, however long the record."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from apps.core import clock
from apps.core.region_names import country_name
from apps.customs.admin.desk_rows import is_pretended, product_url
from apps.customs.admin.documents import document_links
from apps.customs.admin.record_fields import OF_THE_ORDER
from apps.customs.admin.record_sheet import Sheet, anchor_of, line_page_of, lines_of, sections_of
from apps.customs.admin.wording import (
    border_words,
    by_supplier,
    finding_told,
    left_of,
    moment_words,
    span_words,
    who_words,
    work_words,
)
from apps.customs.admin.work_time import opened
from apps.customs.choices import (
    ENDED_DECLARATIONS,
    DeclarationState,
    HsSource,
    Regime,
    StepSource,
)
from apps.customs.desk_ages import WAITS_FOR_US
from apps.customs.duty_words import told_duties, without_duties
from apps.customs.findings import Finding
from apps.customs.models import (
    Consignment,
    Declaration,
    DeclarationStep,
    Exporter,
    Product,
    RecordVersion,
)
from apps.customs.record import Record, from_json
from apps.customs.services.working import MOST_SECONDS

MOST_STEPS, MOST_VERSIONS = 60, 40
UNSURE = (HsSource.NONE.value, HsSource.STATED.value)
"""Where a line's code came from when nobody of ours answers for it yet."""
WHY = "#why"
"""Where a refused form keeps the reason that was typed: no path of a record."""
CONFIRMS = "customs.add_hsconfirmation"
Told = dict[str, Any]


@dataclass(frozen=True)
class Opened:
    """A consignment as somebody looks at it; ``typed`` and ``problems`` are a refused form's.

    ``is_shop`` says that the viewer is a merchant's user: they supply, they do not correct.
    """

    row: Consignment
    version: RecordVersion
    record: Record
    may_write: bool
    revealed: bool
    is_shop: bool = False
    line_page: int = 1
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


def open_record(row: Consignment, **given: Any) -> Opened:
    """Return a consignment with the version of its record that counts; one query."""
    version = RecordVersion.objects.get(consignment=row, number=row.record_version)
    return Opened(row, version, from_json(version.record), **given)


def findings_told(version: RecordVersion, *, now: dt.datetime) -> list[Told]:
    """Return what was found in a version as pages show it."""
    return [finding_told(Finding.from_json(one), now=now) for one in version.findings]


def sheet_of(shown: Opened, findings: Sequence[Told]) -> Sheet:
    """Return the record as a form."""
    return Sheet(
        record=shown.record,
        findings=findings,
        revealed=shown.revealed,
        may_write=shown.may_write,
        fixed=OF_THE_ORDER if shown.is_shop else frozenset(),
        typed=shown.typed,
        problems=shown.problems,
    )


def page_of(request: HttpRequest, shown: Opened) -> Told:
    """Return the template's context."""
    now = clock.now()
    borders = borders_of(shown.row, now=now)
    is_over = bool(borders) and all(one["is_over"] for one in borders)
    shown = dataclasses.replace(shown, may_write=shown.may_write and not is_over)
    row, record = shown.row, shown.record
    duties = [] if is_over else told_duties(record)
    findings = without_duties(findings_told(shown.version, now=now))
    for one in findings:
        one["line_page"] = line_page_of(record, one["line"]) if one["line"] else 1
    sheet = sheet_of(shown, findings)
    lines = lines_of(sheet, shown.line_page)
    products = products_of(row, record, lines["rows"])
    for line in lines["rows"]:
        product = line["product"] = products.get(line["row"].sku)
        line["product_url"] = product_url(product.pk, product.sku) if product else ""
        line["source"] = HsSource.parse(line["row"].hs_source)
        line["hs_target"] = "#" + anchor_of(f"lines.{line['row'].position}.hs_code")
        line["asks_code"] = line["row"].hs_source in UNSURE
    return {
        "row": row,
        "record": record,
        "version": shown.version,
        "country": country_name(row.destination),
        "left": left_of(row.cut_off, now=now) if waits_or_leaves(row, now) else None,
        "groups": by_supplier(findings),
        "blocks": sum(one["blocks"] for one in findings),
        "borders": borders,
        "duties": duties,
        "is_over": is_over,
        "sections": sections_of(sheet),
        "lines": lines,
        "versions": versions_of(row, now=now),
        "documents": document_links(request, row),
        "work": opened(request, row),
        "most_minutes": MOST_SECONDS // 60,
        "worked": work_words(sum(one["row"].human_seconds for one in borders)),
        "is_worked": any(one["row"].human_seconds for one in borders),
        "exporter_url": exporter_url(row),
        "shipment_url": reverse("admin:shipments_shipment_change", args=[row.shipment_id]),
        "sandbox": is_pretended(row),
        "may_write": shown.may_write,
        "is_shop": shown.is_shop,
        "may_confirm": shown.may_write and request.user.has_perm(CONFIRMS),
        "error": shown.error,
        "typed_reason": shown.typed.get(WHY, ""),
        "let_go_by": who_words(row.overridden_by),
        "overridden": moment_words(row.overridden_at, now=now) if row.overridden_at else "",
    }


def borders_of(row: Consignment, *, now: dt.datetime) -> list[Told]:
    """Return the declarations in the order of the road, each with its steps; two queries."""
    declarations = list(Declaration.objects.filter(consignment=row).order_by("direction", "id"))
    steps: dict[int, list[Told]] = {one.pk: [] for one in declarations}
    found = DeclarationStep.objects.filter(declaration__in=declarations).order_by("-id")
    for step in found[:MOST_STEPS]:
        steps[step.declaration_id].append(_step(step, now=now))
    return [_border(one, steps[one.pk], now=now) for one in declarations]


def _border(one: Declaration, steps: list[Told], *, now: dt.datetime) -> Told:
    since = one.held_since or one.state_at
    return {
        "row": one,
        "said": border_words(one),
        "state": DeclarationState.parse(one.state),
        "regime": Regime.parse(one.regime),
        "since": moment_words(since, now=now),
        "span": span_words(now - since),
        "due": left_of(one.due_at, now=now) if one.due_at and one.state == "draft" else None,
        "answer_due": left_of(one.answer_due, now=now) if one.answer_due else None,
        "waits_for_us": one.state in WAITS_FOR_US,
        "is_over": one.state in ENDED_DECLARATIONS,
        "steps": steps,
    }


def _step(step: DeclarationStep, *, now: dt.datetime) -> Told:
    return {
        "row": step,
        "state": DeclarationState.parse(step.to_state),
        "source": StepSource.parse(step.source),
        "at": moment_words(step.at, now=now),
        "late": moment_words(step.known_at, now=now) if step.known_at != step.at else "",
        "minutes": work_words(step.seconds) if step.seconds else "",
        "who": who_words(step.who),
    }


def versions_of(row: Consignment, *, now: dt.datetime) -> list[Told]:
    """Return the versions, newest first, without their records; one query."""
    rows = RecordVersion.objects.filter(consignment=row).defer("record", "findings")
    return [
        {
            "row": one,
            "source": StepSource.parse(one.source),
            "who": who_words(one.written_by),
            "at": moment_words(one.written_at, now=now),
            "counts": one.number == row.record_version,
            "url": reverse("admin:customs_consignment_version", args=[row.pk, one.number]),
        }
        for one in rows.order_by("-number")[:MOST_VERSIONS]
    ]


def products_of(row: Consignment, record: Record, lines: Sequence[Told]) -> dict[str, Product]:
    """Return the products of the lines shown, by SKU; one query."""
    skus = {line["row"].sku for line in lines if line["row"].sku}
    return {one.sku: one for one in Product.objects.filter(merchant=row.merchant_id, sku__in=skus)}


def exporter_url(row: Consignment) -> str:
    """Return the page of the shop's exporter; where there is none, the page that makes one."""
    found = Exporter.objects.filter(merchant=row.merchant_id).values_list("pk", flat=True).first()
    if found is not None:
        return reverse("admin:customs_exporter_change", args=[found])
    return f"{reverse('admin:customs_exporter_add')}?merchant={row.merchant_id}"


def waits_or_leaves(row: Consignment, now: dt.datetime) -> bool:
    """Tell whether the cut-off still matters: data is missing, or it has not come yet."""
    waits = not row.is_complete and row.overridden_at is None
    return waits or (row.cut_off is not None and row.cut_off >= now)
