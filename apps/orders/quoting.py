"""What a carrier would take and for how much: the question, the answer, and comparing it.

Pure. Whoever speaks to the platform registers itself as the source of prices (`sources.py`); a
price question names places and weight, never a person, and can book nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class PriceQuestion:
    """From where to where and how heavy (whole grams); addresses in one line without a name."""

    carrier: str
    sender_address: str
    recipient_address: str
    weight_grams: int
    merchant_id: int
    mode: str
    subject: int


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """What the platform said; ``price`` is CNY, None where it serves no such line."""

    ok: bool
    price: Decimal | None = None
    service_type: str = ""
    code: str = ""
    message: str = ""


AskPrice = Callable[[PriceQuestion], PriceAnswer]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours beside theirs, as they are stored; ``agrees`` is None where nothing was answered."""

    ours: dict[str, Any]
    theirs: dict[str, Any]
    agrees: bool | None


def compare_price(
    *, carrier: str, weight_grams: int, most: Decimal | None, answer: PriceAnswer
) -> Comparison:
    """Compare what we decided with what the platform would have done.

    They agree if the platform serves the line, and for no more than ``most`` (CNY) where a rule
    set such a limit.
    """
    ours = {"carrier": carrier, "weight_grams": weight_grams, "most": str(most) if most else ""}
    theirs = {
        "price": "" if answer.price is None else str(answer.price),
        "service_type": answer.service_type,
        "code": answer.code,
    }
    if not answer.ok and not answer.code:
        return Comparison(ours, theirs, None)
    served = answer.ok and answer.price is not None
    return Comparison(
        ours, theirs, served and (most is None or (answer.price or Decimal(0)) <= most)
    )
