"""Confirmed HS codes: who said so, when, on what evidence. Withdrawn, never rewritten."""

from __future__ import annotations

import re

from django.db import transaction

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.regions import COUNTRIES
from apps.customs.choices import ProductProblem
from apps.customs.hs.nomenclature import is_line
from apps.customs.models import HsConfirmation, Product
from apps.customs.product_checking import FieldProblem, check_text
from apps.customs.product_errors import InvalidProduct
from apps.customs.services.products import touch_products

EDITION = "2022"
EDITIONS = (EDITION,)
"""Editions a code may be confirmed in today."""
SIX = 6
LAST_CHAPTER = "97"
"""Chapters 98 and 99 are each country's own, not the nomenclature's."""
LENGTHS = (SIX, 8, 10, 13)
LONGEST_EVIDENCE = 300
LONGEST_NAME = 80
_PUNCTUATION = re.compile(r"[\s.\-]")


def confirm_hs(
    *,
    product: Product,
    code: str,
    edition: str = EDITION,
    actor: Actor,
    evidence: str,
    country: str = "",
) -> HsConfirmation:
    """Keep that somebody confirmed an HS code; the one before it for that country is withdrawn.

    ``country`` (ISO-2) is who wants more than six digits, "" every country. The same code again
    returns the confirmation there is. Raises InvalidProduct for a code that cannot be.
    """
    digits, problems = check_code(code, edition=edition, country=country)
    said, bad = check_text("evidence", evidence, LONGEST_EVIDENCE)
    if bad or problems:
        raise InvalidProduct([*problems, *([bad] if bad else [])])
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        before = product.confirmations.filter(country=country, withdrawn_at=None).first()
        if before is not None and (before.code, before.edition) == (digits, edition):
            return before
        if before is not None:
            _withdraw(before, actor)
        made = HsConfirmation.objects.create(
            product=product, code=digits, country=country, edition=edition, evidence=said,
            confirmed_by=actor.name[:LONGEST_NAME],
        )  # fmt: skip
        touch_products([product.pk])
        record_action(
            action="customs.product.hs_confirmed",
            actor=actor,
            subject=product,
            merchant_id=product.merchant_id,
            before={"code": before.code} if before else {},
            after={"code": digits, "country": country, "edition": edition, "evidence": said},
        )
    return made


def withdraw_hs(*, confirmation: HsConfirmation, actor: Actor, reason: str = "") -> HsConfirmation:
    """Let a confirmation count no longer; one that was withdrawn before stays as it is."""
    with transaction.atomic():
        row = HsConfirmation.objects.select_for_update().get(pk=confirmation.pk)
        if row.withdrawn_at is not None:
            return row
        product = Product.objects.select_for_update().get(pk=row.product_id)
        _withdraw(row, actor)
        touch_products([product.pk])
        record_action(
            action="customs.product.hs_withdrawn",
            actor=actor,
            subject=product,
            merchant_id=product.merchant_id,
            before={"code": row.code, "country": row.country},
            note=reason[:200],
        )
    return row


def check_code(code: str, *, edition: str, country: str) -> tuple[str, list[FieldProblem]]:
    """Return an HS code without its points, and what is wrong with it."""
    digits = _PUNCTUATION.sub("", str(code))
    problems = []
    if not digits.isascii() or not digits.isdecimal():
        problems.append(FieldProblem("hs_code", ProductProblem.HS_SHAPE, digits[:20]))
    elif len(digits) not in LENGTHS:
        odd = len(digits) + 1 in LENGTHS
        kind = ProductProblem.HS_ZERO_LOST if odd else ProductProblem.HS_SHAPE
        problems.append(FieldProblem("hs_code", kind, digits[:20]))
    elif edition == EDITION and not (digits[:2] <= LAST_CHAPTER and is_line(digits[:SIX])):
        problems.append(FieldProblem("hs_code", ProductProblem.HS_UNKNOWN, digits[:SIX]))
    elif len(digits) > SIX and not country:
        problems.append(FieldProblem("hs_country", ProductProblem.HS_NEEDS_COUNTRY, digits))
    if edition not in EDITIONS:
        problems.append(FieldProblem("hs_edition", ProductProblem.HS_EDITION, str(edition)[:8]))
    if country and country not in COUNTRIES:
        problems.append(FieldProblem("hs_country", ProductProblem.UNKNOWN_COUNTRY, country[:8]))
    return digits, problems


def _withdraw(row: HsConfirmation, actor: Actor) -> None:
    row.withdrawn_at = clock.now()
    row.withdrawn_by = actor.name[:LONGEST_NAME]
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
