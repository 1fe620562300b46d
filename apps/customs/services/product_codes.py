"""Confirmed HS codes: who said so, when, on what evidence. Withdrawn, never rewritten."""

from __future__ import annotations

from django.db import transaction

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.customs.code_checking import EDITION, check_code
from apps.customs.models import HsConfirmation, Product
from apps.customs.product_checking import check_text
from apps.customs.product_errors import InvalidProduct
from apps.customs.services.products import touch_products

LONGEST_EVIDENCE = 300
LONGEST_NAME = 80


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


def _withdraw(row: HsConfirmation, actor: Actor) -> None:
    row.withdrawn_at = clock.now()
    row.withdrawn_by = actor.name[:LONGEST_NAME]
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
