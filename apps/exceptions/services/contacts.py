"""Keeping what customers wrote or said, and what follows for the cases of their parcels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.exceptions.case_rank import COMPLAINED
from apps.exceptions.choices import COMPLAINTS
from apps.exceptions.errors import VoiceRefused
from apps.exceptions.models import Contact
from apps.exceptions.ranking import POINT
from apps.exceptions.services.voice_keeping import Kept, keep_said
from apps.exceptions.services.voice_links import link_shipments
from apps.exceptions.services.watching import lock_watches
from apps.exceptions.voice_rules import clean_words

CASES = "SELECT id FROM exceptions_case WHERE shipment_id = ANY(%s) ORDER BY id FOR UPDATE"
COMPLAIN = """
UPDATE exceptions_case held
SET complained_at = first.at,
    rank = held.rank + ((first.at IS NOT NULL)::int - (held.complained_at IS NOT NULL)::int) * %s
FROM (
    SELECT wanted.id, (
        SELECT min(said.at) FROM exceptions_contact said
        WHERE said.shipment_id = wanted.id AND said.is_complaint AND said.withdrawn_at IS NULL
    ) AS at
    FROM unnest(%s::bigint[]) AS wanted (id)
) first
WHERE held.shipment_id = first.id AND held.complained_at IS DISTINCT FROM first.at
"""


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A contact to be kept. ``at`` None means now; ``shipment_id`` says which parcel where it is
    known, ``parcel`` what the customer named."""

    reason: str
    channel: str
    parcel: str = ""
    words: str = ""
    at: dt.datetime | None = None
    external_id: str = ""
    shipment_id: int | None = None


def record_contacts(
    *,
    merchant_id: int,
    drafts: Sequence[ContactDraft],
    mode: str,
    actor: Actor,
    user_id: int | None = None,
    replaces: Contact | None = None,
) -> list[Kept[Contact]]:
    """Keep what customers of a merchant said, in one transaction, and answer in their order.

    See `keep_said` for what is found and what is kept once. A complaint marks the cases of its
    shipment with the earliest moment and raises them. Raises `VoiceRefused`.
    """

    def build(draft: ContactDraft) -> Contact:
        return Contact(
            reason=draft.reason,
            channel=draft.channel,
            is_complaint=draft.reason in COMPLAINTS,
            words=clean_words(draft.words),
            recorded_by_id=user_id,
            replaces=replaces,
        )

    with transaction.atomic():
        kept = keep_said(
            model=Contact, merchant_id=merchant_id, drafts=drafts, mode=mode, build=build
        )
        fresh = [one.row for one in kept if one.is_new]
        for row in fresh:
            _log(row, actor)
        complained = {row.shipment_id for row in fresh if row.is_complaint and row.shipment_id}
        mark_complaints(shipment_ids=complained)
    return kept


def record_contact(
    *, shipment_id: int, draft: ContactDraft, actor: Actor, user_id: int | None = None
) -> Contact:
    """Keep one contact about a shipment, as customer service does. Returns it."""
    link = link_shipments([shipment_id])[shipment_id]
    kept = record_contacts(
        merchant_id=link.merchant_id,
        drafts=[replace(draft, shipment_id=shipment_id)],
        mode=link.mode,
        actor=actor,
        user_id=user_id,
    )
    return kept[0].row


def withdraw_contact(*, contact_id: int, actor: Actor) -> Contact:
    """Let a contact count no longer; doing it again changes nothing. Returns it."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().get(pk=contact_id)
        if row.withdrawn_at is None:
            _withdraw(row, actor)
            mark_complaints(shipment_ids={row.shipment_id} if row.shipment_id else set())
    return row


def correct_contact(
    *, contact_id: int, draft: ContactDraft, actor: Actor, user_id: int | None = None
) -> Contact:
    """Put a new row in the place of one that was wrong; returns the new one.

    Raises `VoiceRefused` where the old one counts no longer.
    """
    with transaction.atomic():
        row = Contact.objects.select_for_update().get(pk=contact_id)
        if row.withdrawn_at is not None:
            raise VoiceRefused("withdrawn")
        _withdraw(row, actor)
        shipments = {row.shipment_id} if row.shipment_id else set()
        kept = record_contacts(
            merchant_id=row.merchant_id,
            drafts=[draft],
            mode=row.mode,
            actor=actor,
            user_id=user_id,
            replaces=row,
        )
        mark_complaints(shipment_ids=shipments)
    return kept[0].row


def mark_complaints(*, shipment_ids: Collection[int]) -> int:
    """Write the earliest complaint about shipments on their cases; returns how many changed.

    Inside the caller's transaction. The watches are held meanwhile, so that a case being opened
    at this moment is either seen here or sees the complaint.
    """
    if not shipment_ids:
        return 0
    ids = sorted(shipment_ids)
    lock_watches(ids)
    with connection.cursor() as cursor:
        cursor.execute(CASES, [ids])
        cursor.execute(COMPLAIN, [COMPLAINED * POINT, ids])
        return int(cursor.rowcount)


def _withdraw(row: Contact, actor: Actor) -> None:
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    record_action(
        action="exceptions.contact.withdrawn",
        actor=actor,
        subject=row,
        merchant_id=row.merchant_id,
        before={"reason": row.reason},
    )


def _log(row: Contact, actor: Actor) -> None:
    record_action(
        action="exceptions.contact.recorded",
        actor=actor,
        subject=row,
        merchant_id=row.merchant_id,
        after={
            "reason": row.reason,
            "channel": row.channel,
            "shipment": row.shipment_id,
            "replaces": row.replaces_id,
        },
    )
