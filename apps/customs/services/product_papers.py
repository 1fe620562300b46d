"""Certificates of products: added, prolonged, removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from apps.core.actions import Actor, record_action
from apps.customs.models import Certificate, Product
from apps.customs.papers import check_certificate
from apps.customs.product_checking import FieldProblem
from apps.customs.product_errors import InvalidProduct
from apps.customs.services.products import touch_products


def add_certificate(
    *,
    product: Product,
    kind: str,
    number: str = "",
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    actor: Actor,
) -> Certificate:
    """Keep a paper; one of the same kind and number is there once and takes the new dates.

    Raises InvalidProduct for an unknown kind, a number that cannot be, dates in reverse.
    """
    said, problems = check_certificate(kind, number, valid_from, valid_to)
    if problems:
        raise InvalidProduct(problems)
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        row = product.certificates.filter(kind=kind, number=said).first()
        if row is not None and (row.valid_from, row.valid_to) == (valid_from, valid_to):
            return row
        before = _shown(row) if row else {}
        row = row or Certificate(product=product, kind=kind, number=said)
        row.valid_from, row.valid_to = valid_from, valid_to
        row.save()
        _log(product, "certificate_kept", actor, before, _shown(row))
    return row


def remove_certificate(*, certificate: Certificate, actor: Actor) -> None:
    """Take a paper away; the action log keeps what it said."""
    with transaction.atomic():
        product = Product.objects.select_for_update().get(pk=certificate.product_id)
        before = _shown(certificate)
        certificate.delete()
        _log(product, "certificate_removed", actor, before, {})


def set_certificates(
    *, product: Product, papers: Sequence[Mapping[str, Any]], actor: Actor
) -> None:
    """Let a product have exactly these papers (kind, number, valid_from, valid_to).

    Raises InvalidProduct, each field named by its place: ``certificates.0.kind``.
    """
    wanted = [_fields(paper) for paper in papers]
    problems = [
        FieldProblem(f"certificates.{index}.{found.field}", found.code, found.detail)
        for index, paper in enumerate(wanted)
        for found in check_certificate(**paper)[1]
    ]
    if problems:
        raise InvalidProduct(problems)
    with transaction.atomic():
        kept = {add_certificate(product=product, actor=actor, **paper).pk for paper in wanted}
        for row in product.certificates.exclude(pk__in=kept):
            remove_certificate(certificate=row, actor=actor)


def _fields(paper: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": paper["kind"],
        "number": paper.get("number") or "",
        "valid_from": paper.get("valid_from"),
        "valid_to": paper.get("valid_to"),
    }


def _shown(row: Certificate) -> dict[str, Any]:
    valid_to = row.valid_to.isoformat() if row.valid_to else None
    return {"kind": row.kind, "number": row.number, "valid_to": valid_to}


def _log(
    product: Product, verb: str, actor: Actor, before: dict[str, Any], after: dict[str, Any]
) -> None:
    touch_products([product.pk])
    record_action(
        action=f"customs.product.{verb}",
        actor=actor,
        subject=product,
        merchant_id=product.merchant_id,
        before=before,
        after=after,
    )
