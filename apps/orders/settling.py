"""What the carrier charged beside what was quoted: which difference is worth a claim.

Pure. Weights are whole grams, money CNY. Only being charged for more is claimed: weight beyond
200 g and 10 % of what was stated, freight beyond 1.00 and 5 % of the quote. The larger of the two
tolerances counts; carriers bill in whole kilograms, so weight is compared after rounding the
stated weight up to the next kilogram.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from apps.orders.choices import ClaimKind

KILOGRAM = 1_000
WEIGHT_TOLERANCE_GRAMS = 200
WEIGHT_TOLERANCE = Decimal("0.10")
FREIGHT_TOLERANCE_CNY = Decimal("1.00")
FREIGHT_TOLERANCE = Decimal("0.05")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Difference:
    """One finding: expected and charged, in grams for weight and CNY for freight."""

    kind: ClaimKind
    expected: Decimal
    charged: Decimal

    @property
    def amount(self) -> Decimal:
        """How much too much."""
        return self.charged - self.expected


def find_differences(
    *,
    stated_grams: int,
    quoted: Decimal | None,
    billed_grams: int | None,
    freight: Decimal | None,
) -> list[Difference]:
    """Return what was charged beyond tolerance; what is not known is not compared."""
    found = []
    if billed_grams is not None:
        billable = -(-stated_grams // KILOGRAM) * KILOGRAM
        slack = max(Decimal(WEIGHT_TOLERANCE_GRAMS), stated_grams * WEIGHT_TOLERANCE)
        if billed_grams > billable and billed_grams - stated_grams > slack:
            found.append(Difference(ClaimKind.WEIGHT, Decimal(stated_grams), Decimal(billed_grams)))
    if quoted is not None and freight is not None:
        slack = max(FREIGHT_TOLERANCE_CNY, quoted * FREIGHT_TOLERANCE)
        if freight - quoted > slack:
            found.append(Difference(ClaimKind.FREIGHT, _cents(quoted), _cents(freight)))
    return found


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
