"""Rows of customs for tests of what reads them: consignments in every state, written as rows.

What decides (findings, scores, states) is given, not reckoned: tests of the rules use the rules.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import itertools
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from apps.accounts.models import Merchant
from apps.customs.choices import DeclarationState, Severity, Supplier
from apps.customs.findings import Finding
from apps.customs.models import (
    Consignment,
    Declaration,
    DeclarationStep,
    Exporter,
    HsConfirmation,
    Product,
    RecordVersion,
)
from apps.customs.record import Address, Identifier, Line, Party, Record, to_json
from tests.support.shipments import make_shipment

MOMENT = dt.datetime(2026, 11, 11, 6, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
_numbers = itertools.count(1)

HELD = frozenset({DeclarationState.HELD.value, DeclarationState.INFORMATION_REQUIRED.value})
ENDED = frozenset({"released", "refused", "returned", "cancelled"})


def make_line(position: int = 1, **given: Any) -> Line:
    """Return a complete line: a yoga mat made in China, its code confirmed."""
    defaults: dict[str, Any] = {
        "position": position,
        "title": "瑜伽垫 TPE 6mm",
        "quantity": 2,
        "unit_price": Decimal("12.50"),
        "total": Decimal("25.00"),
        "sku": "YM-01",
        "description_en": "Yoga mat of TPE foam",
        "description_cn": "瑜伽垫",
        "material": "TPE",
        "use": "exercise",
        "brand": "Aoki",
        "net_grams": 1800,
        "gross_grams": 2000,
        "origin": "CN",
        "hs_code": "950691",
        "hs_edition": "2022",
        "hs_source": "confirmed",
        "hs_confirmed_by": "user:lin",
        "hs_confirmed_at": MOMENT,
    }
    return Line(**defaults | given)


def make_record(destination: str = "DE", **given: Any) -> Record:
    """Return a complete record of one parcel from Hangzhou; ``given`` replaces fields of it."""
    lines = given.pop("lines", (make_line(),))
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "subject": f"parcel:{number}",
        "reference": f"A-{number}",
        "currency": "EUR",
        "lines": tuple(lines),
        "total": sum((line.total for line in lines), Decimal(0)),
        "seller": make_party(),
        "exporter": make_party(),
        "recipient": Party(
            name="Erika Mustermann",
            phone="+4915112345678",
            email="erika@example.org",
            address=Address(
                street="Heidestraße 17", city="Köln", postcode="51147", country=destination
            ),
        ),
        "number": f"LX{number:09d}CN",
        "carrier": "chinapost",
        "net_grams": 1800,
        "gross_grams": 2000,
        "ioss": "IM2760000742",
        "sold_at": MOMENT,
        "platform": "Aoki Store",
        "shop_url": "https://aoki.example.org",
    }
    return Record(**defaults | given)


def make_party(**given: Any) -> Party:
    """Return a firm in Hangzhou with the numbers China's customs knows it by."""
    defaults: dict[str, Any] = {
        "name": "Hangzhou Aoki Trading Co., Ltd.",
        "local_name": "杭州青木贸易有限公司",
        "kind": "company",
        "address": Address(
            street="Wensan Rd 90", city="Hangzhou", region="Zhejiang", postcode="310012",
            country="CN",
        ),
        "phone": "+8657112345678",
        "email": "trade@aoki.example.org",
        "identifiers": (
            Identifier("cn_uscc", "91330106MA2CG0000X", "CN"),
            Identifier("cn_customs", "3301960ABC", "CN"),
        ),
    }  # fmt: skip
    return Party(**defaults | given)


def missing(field: str = "hs_code", line: int | None = 1, **given: Any) -> Finding:
    """Return a finding that keeps a parcel from being booked."""
    defaults: dict[str, Any] = {
        "code": "missing",
        "severity": Severity.BLOCK,
        "supplier": Supplier.CUSTOMS_STAFF,
        "borders": (),
    }
    return Finding(field=field, line=line, **defaults | given)


def make_consignment(
    merchant: Merchant,
    *,
    record: Record | None = None,
    findings: Sequence[Finding] = (),
    borders: Sequence[dict[str, Any]] = ({},),
    **fields: Any,
) -> Consignment:
    """Make a consignment with its shipment, first version and a declaration for each border.

    ``borders`` are fields of `Declaration`; without any it is one import of H7.
    """
    record = record or make_record()
    created = fields.setdefault("created_at", MOMENT)
    shipment = fields.pop("shipment", None) or make_shipment(merchant, created_at=created)
    blocked = any(one.severity is Severity.BLOCK for one in findings)
    row = Consignment.objects.create(
        **{
            "merchant": merchant,
            "shipment": shipment,
            "subject": record.subject,
            "reference": record.reference,
            "destination": record.destination,
            "mode": "sandbox",
            "is_complete": not blocked,
            "complete_at_order": not blocked,
            "cut_off": created + 3 * HOUR,
            "changed_at": created,
        }
        | fields
    )
    make_version(row, record, findings=findings, written_at=created)
    for given in borders:
        make_declaration(row, missing=sum(map(_is_block, findings)), **given)
    return row


def _is_block(finding: Finding) -> bool:
    return finding.severity is Severity.BLOCK


def make_version(row: Consignment, record: Record, **fields: Any) -> RecordVersion:
    """Make a version of a consignment's record."""
    data = to_json(record)
    found = [one.as_json() for one in fields.pop("findings", ())]
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    defaults: dict[str, Any] = {
        "consignment": row,
        "number": row.record_version,
        "record": data,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "findings": found,
        "source": "drafted",
        "written_by": "system:orders",
    }
    return RecordVersion.objects.create(**defaults | fields)


def make_declaration(row: Consignment, **fields: Any) -> Declaration:
    """Make a declaration of a border in a state, with the moments that state asks for."""
    state = fields.setdefault("state", "complete" if row.is_complete else "draft")
    at = fields.setdefault("state_at", row.created_at)
    defaults: dict[str, Any] = {
        "consignment": row,
        "merchant": row.merchant,
        "direction": "import",
        "country": row.destination,
        "regime": "eu_h7",
        "score": 100 if row.is_complete else 80,
        "due_at": row.cut_off,
        "created_at": row.created_at,
    }
    if state in HELD:
        defaults["held_since"] = at
    if state in ENDED:
        defaults |= {"ended_at": at, "first_try": state == "released"}
    made = Declaration.objects.create(**defaults | fields)
    DeclarationStep.objects.create(
        declaration=made, to_state=state, source="drafted", at=at, known_at=at, record_version=1
    )
    return made


def make_product(
    merchant: Merchant, sku: str = "YM-01", *, code: str = "", **fields: Any
) -> Product:
    """Make a product; with ``code`` a person has confirmed it."""
    defaults: dict[str, Any] = {
        "name_cn": "瑜伽垫",
        "name_en": "Yoga mat of TPE foam",
        "material": "TPE",
        "use": "exercise",
        "origin": "CN",
        "net_grams": 900,
        "gross_grams": 1000,
    }
    made = Product.objects.create(merchant=merchant, sku=sku, **defaults | fields)
    if code:
        HsConfirmation.objects.create(product=made, code=code, confirmed_by="user:lin")
    return made


def make_exporter(merchant: Merchant, **fields: Any) -> Exporter:
    """Make the exporter of a merchant, complete for China and the EU."""
    party = make_party()
    defaults: dict[str, Any] = {
        "name_en": party.name,
        "name_cn": party.local_name,
        **dataclasses.asdict(party.address),
        "phone": party.phone,
        "email": party.email,
        "identifiers": [
            *({"kind": one.kind, "value": one.value, "country": one.country}
              for one in party.identifiers),
            {"kind": "ioss", "value": "IM2760000742", "country": ""},
        ],
        "customs_code": "2900",
        "port_code": "2910",
        "platform": "Aoki Store",
        "shop_url": "https://aoki.example.org",
    }  # fmt: skip
    defaults.pop("district")
    return Exporter.objects.create(merchant=merchant, **defaults | fields)
