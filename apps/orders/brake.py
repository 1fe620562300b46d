"""When new live bookings stop by themselves: more than 2 % of at least 50 calls in 5 minutes fail.

Pure. A failure is trouble with the platform or our account there: no answer, an HTTP error, an
answer that is none, a refused signature, an expired key. A carrier that refuses an address or a
number without news has answered well.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

WINDOW = dt.timedelta(minutes=5)
FEWEST_CALLS = 50
MOST_FAILED_PERCENT = 2
ACCOUNT_CODES = frozenset({"429", "503", "600", "601", "30002", "30003"})
NO_ENVELOPE = frozenset({"", "empty", "html", "not_json", "unknown_shape"})
SERVER_ERROR = "500"
ORDER_PRODUCTS = frozenset({"book", "cancel", "detail", "price", "modify"})


@dataclass(frozen=True, slots=True)
class CallResult:
    """What the call log says about calls that ended alike; ``unanswered``: nothing came back."""

    product: str
    ok: bool
    unanswered: bool
    http_status: int
    code: str
    permanent: bool
    count: int = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Live calls of a window and how many of them failed."""

    calls: int = 0
    failed: int = 0

    @property
    def trips(self) -> bool:
        """Whether new live bookings must stop."""
        enough = self.calls >= FEWEST_CALLS
        return enough and self.failed * 100 > self.calls * MOST_FAILED_PERCENT


def is_failure(result: CallResult) -> bool:
    """Whether a call failed through the platform or our account, not through its content."""
    if result.ok:
        return False
    if result.unanswered or result.http_status >= 400 or result.code.startswith("http_"):
        return True
    if result.code in ACCOUNT_CODES or result.code in NO_ENVELOPE:
        return True
    said_server = result.code == SERVER_ERROR and result.product in ORDER_PRODUCTS
    return said_server and not result.permanent


def tally(results: list[CallResult]) -> Figures:
    """Return the figures of calls grouped by how they ended."""
    return Figures(
        calls=sum(result.count for result in results),
        failed=sum(result.count for result in results if is_failure(result)),
    )
