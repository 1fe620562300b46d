"""Forms that are data: JSON checked by a schema before it is handed out. Pure."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from apps.customs.documents.built import JSON, Built, DocumentRefused, blocking
from apps.customs.documents.parts import kilograms, plain
from apps.customs.record import Address, Party

FOLDER = Path(__file__).parent / "data"


def build_json(name: str, data: dict[str, Any]) -> Built:
    """Return data its schema allows, keys in their order. Raises DocumentRefused naming faults."""
    kept = without_empty(data)
    faults = sorted(_validator(name).iter_errors(kept), key=lambda error: str(error.json_path))
    if faults:
        raise DocumentRefused(
            tuple(
                blocking("schema", fault.json_path.removeprefix("$."), detail=fault.message[:200])
                for fault in faults
            )
        )
    text = json.dumps(kept, ensure_ascii=False, indent=2)
    return Built(f"{text}\n".encode(), JSON, "json")


def without_empty(value: Any) -> Any:
    """Return data without what says nothing: "", None, [] and {}."""
    if isinstance(value, dict):
        pairs = ((key, without_empty(part)) for key, part in value.items())
        return {key: part for key, part in pairs if part not in ("", None, [], {})}
    if isinstance(value, list):
        return [without_empty(part) for part in value]
    return value


def party_data(party: Party) -> dict[str, Any]:
    """Return a party: Latin name first, the name in its own script beside it."""
    return {
        "name": party.name or party.local_name,
        "local_name": party.local_name if party.name else "",
        "kind": party.kind,
        "address": address_data(party.address),
        "phone": party.phone,
        "email": party.email,
        "identifiers": [
            {"kind": one.kind, "value": one.value, "country": one.country}
            for one in party.identifiers
            if one.kind != "ioss"
        ],
    }


def address_data(address: Address) -> dict[str, Any]:
    """Return an address in its parts."""
    return {
        "street": ", ".join(part for part in (address.street, address.district) if part),
        "city": address.city,
        "region": address.region,
        "postcode": address.postcode,
        "country": address.country,
    }


def money_data(amount: Decimal, currency: str) -> dict[str, str]:
    """Return an amount as text: no float ever rounds it."""
    return {"amount": plain(amount), "currency": currency}


def weight(grams: int | None) -> str:
    """Return grams as kilograms in text, "" where nothing is known."""
    return kilograms(grams)


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())
