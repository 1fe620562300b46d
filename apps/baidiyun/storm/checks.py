"""What must hold after a storm; every broken promise is a sentence."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from apps.baidiyun.limits import bucket
from apps.baidiyun.limits.bucket import Rate
from apps.baidiyun.limits.choices import LadderStep

TOLERANCE = 0.01
SPACING_SECONDS = 1_800.0


def over_the_rate(arrivals: Sequence[float], rate: Rate) -> int:
    """Return how many arrivals (seconds, in order) a bucket of that rate would have refused."""
    if not arrivals:
        return 0
    held, refused = bucket.full(rate, 0.0), 0
    for moment in arrivals:
        taken = bucket.take(held, rate, moment - arrivals[0] + 1e-6)
        held, refused = taken.bucket, refused + (not taken.granted)
    return refused


def rate_violations(arrivals: Iterable[tuple[str, float]], rates: Mapping[str, Rate]) -> list[str]:
    """Every product stayed within its bucket, within one per cent."""
    found = []
    by_product: dict[str, list[float]] = {}
    for product, moment in arrivals:
        by_product.setdefault(product, []).append(moment)
    for product, moments in by_product.items():
        refused = over_the_rate(moments, rates[product])
        if refused > TOLERANCE * len(moments):
            found.append(f"{product}: {refused} of {len(moments)} calls were over the rate")
    return found


def spacing_violations(asked: Mapping[str, Sequence[float]]) -> list[str]:
    """No number was queried twice within 30 minutes."""
    return [
        f"{number} was queried twice within 30 minutes"
        for number, moments in asked.items()
        if any(b - a < SPACING_SECONDS for a, b in itertools.pairwise(moments))
    ]


def budget_violations(
    *, spent: Mapping[str, int], arrivals: Iterable[tuple[str, float]], budgets: Mapping[str, int]
) -> list[str]:
    """The rows count what the platform saw, and no budget was exceeded."""
    seen: dict[str, int] = {}
    for product, _ in arrivals:
        seen[product] = seen.get(product, 0) + 1
    found = [
        f"{product}: {number} calls counted, {seen.get(product, 0)} arrived"
        for product, number in spent.items()
        if number != seen.get(product, 0)
    ]
    return found + [
        f"{product}: {spent.get(product, 0)} calls of a budget of {budget}"
        for product, budget in budgets.items()
        if budget and spent.get(product, 0) > budget
    ]


def ladder_violations(steps: Sequence[LadderStep]) -> list[str]:
    """It went down by single steps, as far as the cached answers, and came back, not flapping."""
    found = []
    if max(step.rank for step in steps) < LadderStep.CACHED.rank:
        found.append("the ladder did not go down to cached answers")
    if steps[-1] is not LadderStep.FULL:
        found.append(f"the ladder ended at {steps[-1].value}")
    if any(abs(a.rank - b.rank) != 1 for a, b in itertools.pairwise(steps)):
        found.append("the ladder jumped")
    if len(steps) > 20:
        found.append(f"the ladder flapped: {len(steps) - 1} moves")
    return found


def booking_violations(
    *, wanted: Iterable[str], booked: Mapping[str, str], orders: Mapping[str, str]
) -> list[str]:
    """Every booking is booked, as the one order the platform made for it, and nothing else is."""
    expected = set(wanted)
    found = [f"booking {name} was lost" for name in expected if name not in booked]
    found += [
        f"booking {name} knows order {order}, the platform {orders.get(name)}"
        for name, order in booked.items()
        if orders.get(name) != order
    ]
    return found + [f"order for unknown booking {name}" for name in set(orders) - expected]
