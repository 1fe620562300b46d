"""The tables of telling staff: who stands in for whom, when it goes further, when it is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from apps.notifications.choices import Audience, NoticeSeverity

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
RANKS: Mapping[str, int] = {
    NoticeSeverity.RED.value: 0,
    NoticeSeverity.AMBER.value: 1,
    NoticeSeverity.NOTICE.value: 2,
}
"""What goes first."""
SECOND_AFTER: Mapping[str, dt.timedelta | None] = {
    NoticeSeverity.RED.value: 5 * MINUTE,
    NoticeSeverity.AMBER.value: 30 * MINUTE,
    NoticeSeverity.NOTICE.value: None,
}
"""How long the first channel has before the second hears, unless somebody acknowledges."""
STANDS_IN: Mapping[str, tuple[str, ...]] = {
    Audience.ON_CALL.value: (Audience.OPERATIONS.value,),
    Audience.CUSTOMER_SERVICE.value: (Audience.OPERATIONS.value, Audience.ON_CALL.value),
    Audience.OPERATIONS.value: (Audience.ON_CALL.value,),
}
"""Who is told where an audience has no channel that works, and as the next after it."""
GOOD_NEWS = (".recovered", ".over")
"""Endings of kinds that say that something is over: nothing to acknowledge, no second channel."""
TOO_OLD = 24 * HOUR
"""What nobody could be told for so long is news to nobody."""
DELAYS = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 1800, 3600, 7200))
"""After the first failed attempt, the second, and so on; after the last one it is given up."""
RESTS = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 15, 30, 60))
"""How long a channel is left alone after its first failure in a row, the second, and so on."""


def is_good_news(kind: str) -> bool:
    """Tell whether a kind of notice says that something is over."""
    return kind.endswith(GOOD_NEWS)


def may_acknowledge(*, kind: str, severity: str) -> bool:
    """Tell whether there is something to acknowledge about a notice."""
    return RANKS[severity] < RANKS[NoticeSeverity.NOTICE.value] and not is_good_news(kind)


def second_after(*, kind: str, severity: str) -> dt.timedelta | None:
    """Return when the second channel hears of a notice nobody acknowledges; None: never."""
    return None if is_good_news(kind) else SECOND_AFTER[severity]


def retry_after(attempts: int) -> dt.timedelta | None:
    """Return how long to wait after that many failed attempts; None when there were enough."""
    return DELAYS[attempts - 1] if attempts <= len(DELAYS) else None


def rest_after(failures: int) -> dt.timedelta:
    """Return how long a channel rests after that many failures in a row (at least one)."""
    return RESTS[min(failures, len(RESTS)) - 1]


def wants(*, least: str, severity: str) -> bool:
    """Tell whether a channel that hears from ``least`` on hears of this severity."""
    return RANKS[severity] <= RANKS[least]
