"""HS codes offered, taken, refused, taken back: each teaches the next suggestion."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.customs.choices import OfferOutcome
from apps.customs.hs import live
from apps.customs.hs.nomenclature import is_line
from apps.customs.hs.query import Query, as_text
from apps.customs.hs.ranking import Candidate
from apps.customs.models import HsConfirmation, HsOffer, Product
from apps.customs.services.product_codes import EDITION, check_code, confirm_hs, withdraw_hs

TOP = 5
LONGEST_TEXT = 500
LONGEST_NAME = 80
EVIDENCE = "HS suggestion %(offer)s, rank %(rank)s"
EVIDENCE_OWN = "Entered beside HS suggestion %(offer)s"
DECIDED = (OfferOutcome.ACCEPTED.value, OfferOutcome.OVERRIDDEN.value, OfferOutcome.NONE.value)


class OfferRefused(PortalError):
    """The offer cannot take this decision, or the code cannot be."""

    code = "offer_refused"
    permanent = True


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer's row and its candidates in the order of their rank."""

    offer: HsOffer
    candidates: tuple[Candidate, ...]


def offer_hs(
    *,
    merchant_id: int,
    query: Query,
    product: Product | None = None,
    offer: HsOffer | None = None,
    top: int = TOP,
) -> Offered:
    """Suggest codes for a text and keep what was offered; nothing is filled in.

    With `offer`, one still undecided of the same merchant, its row is written anew: somebody
    typing is one offer. Raises OfferRefused where the text is empty.
    """
    text = as_text(query)[:LONGEST_TEXT]
    if not text:
        raise OfferRefused(_("Say what the goods are."), code="no_text")
    found = tuple(live.suggester().suggest(query, top))
    fresh = {
        "text": text,
        "codes": [candidate.hs6 for candidate in found],
        "offered_at": clock.now(),
        "product": product,
    }
    with transaction.atomic():
        row = _undecided(offer, merchant_id)
        if row is None:
            return Offered(HsOffer.objects.create(merchant_id=merchant_id, **fresh), found)
        for name, value in fresh.items():
            setattr(row, name, value)
        row.save(update_fields=list(fresh))
    return Offered(row, found)


def choose_hs(*, offer: HsOffer, code: str, actor: Actor) -> HsOffer:
    """Keep what a person made of an offer: one of its codes, another code, or "" for none.

    A code is confirmed for the offer's product, where it has one, in the same transaction. The
    same decision again changes nothing; another one needs `undo_choice` first. Raises
    OfferRefused, or InvalidProduct of `confirm_hs`.
    """
    digits, problems = check_code(code, edition=EDITION, country="") if code else ("", [])
    if problems or (digits and not is_line(digits)):
        raise OfferRefused(_("This is no six-digit code of HS 2022."), code="no_such_code")
    with transaction.atomic():
        row = HsOffer.objects.select_for_update().get(pk=offer.pk)
        if row.outcome in DECIDED:
            if row.chosen_code == digits:
                return row
            raise OfferRefused(_("This was decided before. Take that back first."), code="decided")
        rank = row.codes.index(digits) + 1 if digits in row.codes else None
        _decide(row, digits, rank, actor)
        if digits and row.product is not None:
            said = EVIDENCE if rank else EVIDENCE_OWN
            evidence = said % {"offer": row.pk, "rank": rank}
            confirm_hs(product=row.product, code=digits, actor=actor, evidence=evidence)
        _record("chosen", row, actor, {"outcome": row.outcome, "code": digits, "rank": rank})
        transaction.on_commit(live.look_now)
    return row


def undo_choice(*, offer: HsOffer, actor: Actor) -> HsOffer:
    """Take a decision back; a code it confirmed is withdrawn and the one before counts again."""
    with transaction.atomic():
        row = HsOffer.objects.select_for_update().get(pk=offer.pk)
        if row.outcome not in DECIDED:
            return row
        if row.chosen_code and row.product is not None:
            _unconfirm(row, row.product, actor)
        before = {"outcome": row.outcome, "code": row.chosen_code}
        row.outcome = OfferOutcome.UNDONE.value
        row.chosen_code, row.chosen_rank = "", None
        row.decided_at, row.decided_by = clock.now(), actor.name[:LONGEST_NAME]
        row.save()
        _record("undone", row, actor, before)
        transaction.on_commit(live.look_now)
    return row


def record_customs_code(*, product: Product, code: str, actor: Actor) -> int:
    """Keep that customs insisted on another code than the one taken; return how many offers.

    ``code`` has six digits or more; the product's confirmation is not touched, a person does that.
    """
    with transaction.atomic():
        rows = product.offers.select_for_update().filter(outcome__in=DECIDED[:2])
        wrong = [row for row in rows if row.chosen_code[:6] != code[:6]]
        for row in wrong:
            row.corrected_code = code
            row.save(update_fields=["corrected_code"])
            _record("corrected", row, actor, {"code": code})
    return len(wrong)


def _undecided(offer: HsOffer | None, merchant_id: int) -> HsOffer | None:
    if offer is None:
        return None
    return (
        HsOffer.objects.select_for_update()
        .filter(pk=offer.pk, merchant_id=merchant_id, outcome=OfferOutcome.OPEN.value)
        .first()
    )


def _decide(row: HsOffer, code: str, rank: int | None, actor: Actor) -> None:
    outcome = OfferOutcome.OVERRIDDEN if code else OfferOutcome.NONE
    row.outcome = (OfferOutcome.ACCEPTED if rank else outcome).value
    row.chosen_code, row.chosen_rank = code, rank
    row.decided_at, row.decided_by = clock.now(), actor.name[:LONGEST_NAME]
    row.save()


def _unconfirm(row: HsOffer, product: Product, actor: Actor) -> None:
    confirmed = product.confirmations.filter(
        withdrawn_at=None, country="", code=row.chosen_code
    ).first()
    if confirmed is None or confirmed.evidence not in _evidences(row):
        return
    withdraw_hs(confirmation=confirmed, actor=actor, reason=f"HS suggestion {row.pk} taken back")
    before = _replaced_by(confirmed, row.decided_at)
    if before is not None:
        confirm_hs(
            product=product, code=before.code, edition=before.edition, actor=actor,
            evidence=before.evidence,
        )  # fmt: skip


def _evidences(row: HsOffer) -> tuple[str, str]:
    names = {"offer": row.pk, "rank": row.chosen_rank}
    return EVIDENCE % names, EVIDENCE_OWN % names


def _replaced_by(confirmed: HsConfirmation, since: dt.datetime | None) -> HsConfirmation | None:
    return (
        HsConfirmation.objects.filter(
            product_id=confirmed.product_id, country="", pk__lt=confirmed.pk,
            withdrawn_at__gte=since,
        )
        .order_by("-pk")
        .first()
    )  # fmt: skip


def _record(what: str, row: HsOffer, actor: Actor, said: dict[str, Any]) -> None:
    record_action(
        action=f"customs.hs_offer.{what}",
        actor=actor,
        subject=row,
        merchant_id=row.merchant_id,
        after=said,
    )
