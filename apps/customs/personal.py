"""What of a record is a person's: shown masked, logged not at all. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from apps.core.masking import mask_name, mask_phone
from apps.customs.record import Address, Identifier, Party, Record

HIDDEN = "***"
SHOWN_DIGITS = 2
_PEOPLE = ("recipient", "importer", "payment")


def is_personal(path: str) -> bool:
    """Whether what stands at a path is about a person who is not the merchant's firm."""
    return path.split(".", 1)[0] in _PEOPLE and not path.endswith((".kind", ".country"))


def may_be_logged(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the action log may keep them: what is personal only as such."""
    return {
        path: (HIDDEN if value not in (None, "", []) else value) if is_personal(path) else value
        for path, value in values.items()
    }


def mask_identifier(value: str) -> str:
    """The last two characters of a number, the rest hidden; nothing of a short one."""
    text = value.strip()
    if len(text) <= 2 * SHOWN_DIGITS:
        return "*" * len(text)
    return HIDDEN + text[-SHOWN_DIGITS:]


def masked(record: Record) -> Record:
    """Return the record for whoever may not see personal data."""
    return dataclasses.replace(
        record,
        recipient=masked_party(record.recipient),
        importer=masked_party(record.importer) if record.importer else None,
    )


def with_hidden_numbers(record: Record) -> Record:
    """Return the record as its own shop sees it: people's tax numbers but for their end."""
    return dataclasses.replace(
        record,
        recipient=_hidden(record.recipient),
        importer=_hidden(record.importer) if record.importer else None,
    )


def _hidden(party: Party) -> Party:
    numbers = tuple(masked_identifier(one) for one in party.identifiers)
    return dataclasses.replace(party, identifiers=numbers)


def masked_party(party: Party) -> Party:
    """Return a party with name, phone, street and numbers hidden; town and country stay."""
    address = party.address
    return dataclasses.replace(
        party,
        name=mask_name(party.name),
        local_name=mask_name(party.local_name),
        phone=mask_phone(party.phone),
        email=HIDDEN if party.email else "",
        address=Address(
            street=HIDDEN if address.street else "",
            district=address.district,
            city=address.city,
            region=address.region,
            postcode=HIDDEN if address.postcode else "",
            country=address.country,
        ),
        identifiers=tuple(masked_identifier(one) for one in party.identifiers),
    )


def masked_identifier(one: Identifier) -> Identifier:
    """Return a number with all but its end hidden."""
    return dataclasses.replace(one, value=mask_identifier(one.value))
