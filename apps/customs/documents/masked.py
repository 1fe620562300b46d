"""A record with personal data hidden, for whoever may look at a form but not at the person. Pure.

The firm's own side (seller, exporter, responsible person) is no personal data and stays.
"""

from __future__ import annotations

import dataclasses

from apps.core.masking import mask_name, mask_phone, mask_text
from apps.customs.choices import PartyKind
from apps.customs.record import Party, Record

HIDDEN = "***"
KEPT_DIGITS = 2


def masked_record(record: Record) -> Record:
    """Return the record as somebody may see it who must not know recipient and importer."""
    return dataclasses.replace(
        record,
        recipient=_masked(record.recipient),
        importer=_masked(record.importer) if record.importer else None,
        seller=_firm_only(record.seller),
        exporter=_firm_only(record.exporter) if record.exporter else None,
        remarks=mask_text(record.remarks),
    )


def _firm_only(party: Party) -> Party:
    return party if party.kind == PartyKind.COMPANY.value else _masked(party)


def _masked(party: Party) -> Party:
    address = dataclasses.replace(
        party.address, street=HIDDEN if party.address.street else "", district=""
    )
    numbers = tuple(
        dataclasses.replace(one, value=HIDDEN + one.value[-KEPT_DIGITS:])
        for one in party.identifiers
    )
    return dataclasses.replace(
        party,
        name=mask_name(party.name),
        local_name=mask_name(party.local_name),
        phone=mask_phone(party.phone),
        email=HIDDEN if party.email else "",
        address=address,
        identifiers=numbers,
    )
