"""What a declaration may take from the merchant's legal side. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from apps.customs.record import Address, Identifier, Party

_AT_HOME = Address(country="CN")


@dataclass(frozen=True, slots=True)
class ExporterFacts:
    """Who declares a merchant's goods; ``identifiers`` are the firm's numbers.

    ``responsible`` is the EU's responsible person. The defaults hold where an order says nothing.
    """

    name_en: str = ""
    name_cn: str = ""
    address: Address = _AT_HOME
    phone: str = ""
    email: str = ""
    identifiers: tuple[Identifier, ...] = ()
    responsible: Party | None = None
    customs_code: str = ""
    port_code: str = ""
    platform: str = ""
    shop_url: str = ""
    default_incoterm: str = "DAP"
    default_export_mode: str = "9610"

    def party(self) -> Party:
        """Return the exporter as a party of a record: a firm."""
        return Party(
            name=self.name_en,
            local_name=self.name_cn,
            kind="company",
            address=self.address,
            phone=self.phone,
            email=self.email,
            identifiers=self.identifiers,
        )
