"""Names, countries and numbers of parties. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from apps.core.regions import COUNTRIES
from apps.customs.areas import in_eu
from apps.customs.checks.base import (
    BLOCK,
    CODES,
    EXPORTER,
    INFO,
    RECIPIENT,
    SHOP,
    WARN,
    Case,
    found,
)
from apps.customs.checks.names import PARTIES
from apps.customs.choices import (
    Direction,
    IdentifierKind,
    PartyKind,
    SendReason,
    ServiceKind,
    Supplier,
)
from apps.customs.findings import Finding
from apps.customs.identifiers import check_identifier
from apps.customs.record import Identifier, Party

CODES.update(
    {
        "party_placeholder": (BLOCK, SHOP),
        "country_unknown": (BLOCK, SHOP),
        "identifier_wrong": (BLOCK, RECIPIENT),
        "identifier_refused": (BLOCK, RECIPIENT),
        "number_wrong": (BLOCK, SHOP),
        "ioss_wrong": (BLOCK, EXPORTER),
        "ioss_unused": (INFO, EXPORTER),
        "ioss_above_limit": (WARN, EXPORTER),
        "ioss_missing": (WARN, EXPORTER),
    }
)
PLACEHOLDERS = frozenset(
    {"private", "unknown", "n/a", "na", "none", "null", "test", "-", "--", "xxx", "无", "未知"}
)
"""Named for names of parties by gstta.org (private, unknown, N/A); the others are ours."""
_SUPPLIERS: dict[str, Supplier] = {"recipient": RECIPIENT, "importer": RECIPIENT}


def parties(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with parties, the waybill number and the IOSS number."""
    record = case.record
    for root in PARTIES:
        party = getattr(record, root)
        if party is not None:
            yield from _party(root, party, case)
    if record.service == ServiceKind.POST.value and record.number.strip():
        check = check_identifier(IdentifierKind.S10.value, record.number, on=case.on)
        if not check.ok:
            yield found("number_wrong", "number", problem=check.problem)
    yield from _ioss(case)


def _party(root: str, party: Party, case: Case) -> Iterator[Finding]:
    supplier = _SUPPLIERS.get(root, EXPORTER)
    if party.name.strip().casefold() in PLACEHOLDERS:
        yield found("party_placeholder", f"{root}.name", supplier=supplier, name=party.name)
    country = party.address.country.strip()
    if country and country not in COUNTRIES:
        field = f"{root}.address.country"
        yield found("country_unknown", field, supplier=supplier, country=country[:20])
    for number in party.identifiers:
        yield from _identifier(root, number, case, supplier)


def _identifier(root: str, number: Identifier, case: Case, supplier: Supplier) -> Iterator[Finding]:
    field = f"{root}.identifiers"
    if number.consent is False:
        yield found("identifier_refused", field, supplier=supplier, kinds=number.kind)
    if not number.value.strip():
        return
    check = check_identifier(number.kind, number.value, country=number.country, on=case.on)
    if not check.ok:
        yield found(
            "identifier_wrong", field, supplier=supplier, kinds=number.kind, problem=check.problem
        )


def _ioss(case: Case) -> Iterator[Finding]:
    record = case.record
    imports = [one for one in case.borders if one.direction is Direction.IMPORT]
    union = next((border for border in imports if in_eu(border.country)), None)
    if record.ioss.strip():
        check = check_identifier(IdentifierKind.IOSS.value, record.ioss, on=case.on)
        if not check.ok:
            yield found("ioss_wrong", "ioss", problem=check.problem)
        elif imports and union is None:
            yield found("ioss_unused", "ioss", country=record.destination)
        elif union is not None and union.low_value is False:
            yield found("ioss_above_limit", "ioss", borders=(union.key,))
    elif (
        union is not None
        and union.low_value
        and record.reason == SendReason.SALE.value
        and record.recipient.kind == PartyKind.PERSON.value
    ):
        yield found("ioss_missing", "ioss", borders=(union.key,))
