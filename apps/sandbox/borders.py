"""How each country's customs works, who delivers there, and how far it is from the gateway.

Shares and hours are this world's own; they follow the orders of magnitude that forwarders
publish (most parcels one to three days, a question five to fifteen).
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox.clearance import Regime

EXPORT = Regime(
    "export", 0.03, 0.03, 0.02, (0.5, 2), (1, 6), (1, 6), 30, 0.6, (("declaration", 1.0),)
)
IMPORT = Regime("import", 0.08, 0.06, 0.03, (1, 4), (1, 8), (2, 20), 54, 0.85)
HOME_IMPORT = Regime(
    "import", 0.08, 0.06, 0.03, (1, 4), (1, 8), (2, 20), 54, 0.85, (("identity", 1.0),)
)


@dataclass(frozen=True, slots=True)
class Border:
    """One destination: its import customs, the carrier that delivers ("" when the line itself
    does), and the hours from the gateway to the delivering facility."""

    customs: Regime
    partner: str = ""
    inland: tuple[float, float] = (6, 40)


ELSEWHERE = Border(IMPORT)
BORDERS: dict[str, Border] = {
    "US": Border(
        Regime(
            "import", 0.07, 0.07, 0.03, (2, 8), (2, 16), (3, 24), 60, 0.85,
            (("invoice", 3.0), ("prior_notice", 3.0), ("description", 2.0), ("duty", 2.0)),
        ),
        "usps", (10, 70),
    ),
    "GB": Border(
        Regime(
            "import", 0.06, 0.06, 0.02, (1, 4), (1, 8), (2, 18), 48, 0.8,
            (("duty", 4.0), ("invoice", 3.0), ("ioss", 2.0)),
        ),
        "dpduk", (5, 26),
    ),
    "DE": Border(
        Regime(
            "import", 0.08, 0.09, 0.03, (1, 6), (2, 10), (2, 20), 60, 0.8,
            (("invoice", 4.0), ("ioss", 3.0), ("description", 2.0)),
        ),
        "dhlde", (6, 30),
    ),
    "FR": Border(
        Regime(
            "import", 0.08, 0.07, 0.03, (1, 6), (2, 10), (2, 20), 54, 0.85,
            (("invoice", 3.0), ("ioss", 3.0)),
        ),
        "gls", (6, 36),
    ),
    "JP": Border(
        Regime(
            "import", 0.05, 0.03, 0.01, (0.5, 3), (0.5, 4), (1, 8), 30, 0.6,
            (("purpose", 3.0), ("invoice", 2.0)),
        ),
        "japanpost", (5, 20),
    ),
    "BR": Border(
        Regime(
            "import", 0.15, 0.22, 0.06, (6, 48), (12, 72), (12, 96), 96, 0.8,
            (("tax_id", 4.0), ("duty", 4.0), ("value", 2.0)),
        ),
        "brazilposten", (30, 140),
    ),
    "AU": Border(
        Regime(
            "import", 0.10, 0.05, 0.03, (1, 5), (1, 10), (2, 24), 50, 0.8,
            (("biosecurity", 4.0), ("invoice", 2.0), ("description", 1.0)),
        ),
        "auspost", (6, 48),
    ),
    "SG": Border(IMPORT, "singpost", (4, 16)),
}  # fmt: skip


def border_of(country: str) -> Border:
    """The border of a country (ISO-2); the usual one for a country without habits of its own."""
    return BORDERS.get(country, ELSEWHERE)
