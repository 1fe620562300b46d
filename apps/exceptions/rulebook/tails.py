"""How unlikely a count is: tails of the negative binomial distribution, by plain arithmetic."""

from __future__ import annotations

from math import exp, inf, lgamma, log, log1p

PRECISION = 1e-10
LEAST_SPREAD = 1e-6
SUM_AT_MOST = 5_000
BISECTIONS = 60


def log_tail(count: int, mean: float, variance: float) -> float:
    """Return the natural logarithm of P(X >= count); 0 where nothing less was to be expected.

    X is negative binomial with that mean and variance; a variance that does not exceed the mean
    counts as Poisson's. Sums the terms from ``count`` on, each made from the one before.
    """
    if count <= mean or count <= 0:
        return 0.0
    if mean <= 0:
        return -inf
    spread = max(variance - mean, LEAST_SPREAD * mean)
    shape = mean * mean / spread
    log_q = -log1p(shape / mean)
    first = (
        lgamma(count + shape) - lgamma(shape) - lgamma(count + 1)
        + shape * (log(shape) - log(shape + mean)) + count * log_q
    )  # fmt: skip
    total, term, q = 1.0, 1.0, exp(log_q)
    for k in range(count, count + SUM_AT_MOST):
        term *= (k + shape) / (k + 1) * q
        total += term
        if term < PRECISION * total:
            break
    return min(0.0, first + log(total))


def most_likely(mean: float, variance: float, *, odds: float) -> int:
    """Return the least count whose tail is at most ``odds`` (a natural logarithm): the upper edge
    of what is usual."""
    low, high = 0, max(4, int(mean) + 4)
    while log_tail(high, mean, variance) > odds:
        low, high = high, high * 2
    for _ in range(BISECTIONS):
        if high - low <= 1:
            break
        middle = (low + high) // 2
        low, high = (low, middle) if log_tail(middle, mean, variance) <= odds else (middle, high)
    return high
