"""Which number of the recipient a country wants, as dated rows with their source. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdentifierNeed:
    """What a country wants of a recipient: any one of ``kinds``.

    ``since`` and ``until`` are the days it holds (until exclusive), None where open; ``must``
    is False for what is only advised.
    """

    country: str
    natural: bool
    kinds: tuple[str, ...]
    source: str
    must: bool = True
    since: dt.date | None = None
    until: dt.date | None = None

    def holds(self, on: dt.date) -> bool:
        """Whether the rule is in force on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


DHL = "DHL country notes, customs.md §1.7"
GUIDES = "easyship, seeed, lulu, hudway guides, customs.md §1.7"
NEEDS: tuple[IdentifierNeed, ...] = (
    IdentifierNeed("BR", True, ("br_cpf",), DHL),
    IdentifierNeed("BR", False, ("br_cnpj",), DHL),
    IdentifierNeed("MX", True, ("mx_rfc", "mx_curp"), DHL, since=dt.date(2024, 10, 15)),
    IdentifierNeed("MX", False, ("mx_rfc",), DHL, since=dt.date(2024, 10, 15)),
    IdentifierNeed("KR", True, ("kr_pccc",), "tradenpu, 7customs, DHL, customs.md §1.7"),
    IdentifierNeed("CL", True, ("cl_rut",), GUIDES),
    IdentifierNeed("CL", False, ("cl_rut",), GUIDES),
    IdentifierNeed("EC", True, ("ec_ci", "ec_ruc"), GUIDES),
    IdentifierNeed("EC", False, ("ec_ruc",), GUIDES),
    IdentifierNeed("AR", True, ("ar_cuit",), GUIDES),
    IdentifierNeed("AR", False, ("ar_cuit",), GUIDES),
    IdentifierNeed("ID", True, ("id_nik",), GUIDES),
    IdentifierNeed("TR", True, ("tr_tckn",), GUIDES),
    IdentifierNeed("IN", False, ("in_gstin",), GUIDES, must=False),
    IdentifierNeed("CO", False, ("co_nit",), GUIDES, must=False),
)


def needs_of(country: str, on: dt.date, *, natural: bool) -> tuple[IdentifierNeed, ...]:
    """The rules for a recipient in a country (ISO-2) that hold on a day."""
    return tuple(
        need
        for need in NEEDS
        if need.country == country.upper() and need.natural == natural and need.holds(on)
    )


def identifier_needed(country: str, on: dt.date, natural: bool) -> tuple[str, ...]:
    """The kinds of which a recipient in a country must give one on a day; () where none is."""
    found = (need for need in needs_of(country, on, natural=natural) if need.must)
    return tuple(kind for need in found for kind in need.kinds)
