"""How every form writes parties, places, weights and money. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from decimal import Decimal
from functools import cache

from babel import Locale

from apps.core.regions import CURRENCY_DIGITS
from apps.customs.choices import IdentifierKind
from apps.customs.record import Address, Line, Party, Record, to_json

CHINA_TIME = dt.timezone(dt.timedelta(hours=8))
_NAMESPACE = uuid.UUID("3d0b3a0c-94d6-5d0a-a0f1-4f0b2a6b4c11")
FIRM_NUMBERS = (
    IdentifierKind.EORI,
    IdentifierKind.GB_EORI,
    IdentifierKind.EU_VAT,
    IdentifierKind.GB_VAT,
    IdentifierKind.CN_USCC,
    IdentifierKind.CN_CUSTOMS,
    IdentifierKind.AU_ABN,
    IdentifierKind.AU_ARN,
    IdentifierKind.US_EIN,
)
"""Numbers a form may print of the sender; the IOSS number is told electronically only."""


@cache
def country_name(code: str) -> str:
    """Return the English name of a country, the code itself where there is none."""
    return str(_territories().get(code, code))


@cache
def _territories() -> dict[str, str]:
    return dict(Locale.parse("en").territories)


def country_line(code: str) -> str:
    """Return a country as forms print it: GERMANY (DE)."""
    return f"{country_name(code).upper()} ({code})" if code else ""


def exporter_of(record: Record) -> Party:
    """Return who declares: the exporter, else the seller."""
    return record.exporter or record.seller


def importer_of(record: Record) -> Party:
    """Return who imports: the importer of record, else the recipient."""
    return record.importer or record.recipient


def both_names(party: Party) -> list[str]:
    """Return a party's names, Latin first, each once."""
    return list(dict.fromkeys(name for name in (party.name, party.local_name) if name))


def place_lines(address: Address) -> list[str]:
    """Return an address without its country: street and district, then postcode, city, region."""
    first = ", ".join(part for part in (address.street, address.district) if part)
    second = " ".join(part for part in (address.postcode, address.city) if part)
    region = address.region.removeprefix(f"{address.country}-")
    if region and region.casefold() != address.city.casefold():
        second = f"{second}, {region}" if second else region
    return [line for line in (first, second) if line]


def contact_line(party: Party) -> str:
    """Return telephone and e-mail on one line."""
    return " · ".join(part for part in (party.phone, party.email) if part)


def number_lines(party: Party, kinds: tuple[IdentifierKind, ...] | None = None) -> list[str]:
    """Return a party's numbers as "CN USCC 9133…" or "EORI DE12345 (DE)"; all but IOSS."""
    wanted = {kind.value for kind in kinds} if kinds else set()
    shown = []
    for one in party.identifiers:
        if one.kind == IdentifierKind.IOSS.value or (wanted and one.kind not in wanted):
            continue
        name = one.kind.replace("_", " ").upper()
        issuer = "" if not one.country or name.startswith(one.country) else f" ({one.country})"
        shown.append(f"{name} {one.value}{issuer}")
    return shown


def tax_number(party: Party) -> str:
    """Return the number customs of the destination knows an importer by, with its kind."""
    return "; ".join(number_lines(party))


def description(line: Line) -> str:
    """Return what is inside in English: description, then material where it is not yet said."""
    words = line.description_en
    return f"{words} ({line.material})" if line.material and line.material not in words else words


def kilograms(grams: int | None, *, digits: int = 3) -> str:
    """Return grams as kilograms, "" where nothing is known."""
    return "" if grams is None else f"{Decimal(grams) / 1000:.{digits}f}"


def with_unit(grams: int | None) -> str:
    """Return a weight as people read it, "" where nothing is known."""
    return f"{kilograms(grams)} kg" if grams is not None else ""


def money(amount: Decimal, currency: str) -> str:
    """Return an amount with the digits its currency has; never rounded away."""
    digits = CURRENCY_DIGITS.get(currency, 2)
    exact = amount.normalize()
    needed = max(digits, -int(exact.as_tuple().exponent))
    return f"{amount:,.{needed}f}"


def plain(amount: Decimal) -> str:
    """Return a number for a machine: no grouping, no exponent, no superfluous zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def gross_grams(record: Record) -> int | None:
    """Return the gross weight: the record's, else the sum of its lines where each has one."""
    if record.gross_grams is not None:
        return record.gross_grams
    known = [line.gross_grams for line in record.lines]
    return sum(one or 0 for one in known) if known and None not in known else None


def net_grams(record: Record) -> int | None:
    """Return the net weight: the record's, else the sum of its lines where each has one."""
    if record.net_grams is not None:
        return record.net_grams
    known = [line.net_grams for line in record.lines]
    return sum(one or 0 for one in known) if known and None not in known else None


def issue_date(record: Record) -> dt.date | None:
    """Return the date a form bears: the invoice's, else the sale's day in China."""
    if record.invoice_date is not None:
        return record.invoice_date
    return record.sold_at.astimezone(CHINA_TIME).date() if record.sold_at else None


def china_moment(moment: dt.datetime | None) -> str:
    """Return a moment as China's messages write it: yyyyMMddHHmmss of Beijing."""
    return moment.astimezone(CHINA_TIME).strftime("%Y%m%d%H%M%S") if moment else ""


def digest_of(record: Record) -> str:
    """Return SHA-256 of the record's canonical JSON."""
    text = json.dumps(to_json(record), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def message_id(record: Record, kind: str) -> str:
    """Return the GUID of a message: the same record has the same one."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{record.subject}:{digest_of(record)}")).upper()
