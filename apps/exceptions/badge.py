"""The number beside the menu's entry: counted at most twice a minute in each process.

The menu is on every page, also on the one that says how slow the database is: what cannot be
counted within a moment keeps its last number.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from psycopg.errors import QueryCanceled

from apps.accounts.scoping import merchant_of
from apps.exceptions.choices import CaseState
from apps.exceptions.selectors import MOST_COUNTED, queue_counts

FRESH_SECONDS = 30.0
LIMIT = "SELECT set_config('statement_timeout', '500ms', true) AS on_the_menu"
UNACKNOWLEDGED = """
SELECT coalesce(sum(count), 0) AS on_the_menu FROM exceptions_casetally WHERE state = %s
"""


@dataclass(slots=True)
class _Kept:
    text: str = ""
    until: float = 0.0


_kept, _cases = _Kept(), _Kept()


def cases_badge(request: HttpRequest) -> str:
    """Return how many cases nobody has acknowledged, for the operator's staff; as old at most."""
    if merchant_of(request.user) is not None:
        return ""
    return _fresh(_cases, _unacknowledged)


def waiting_badge(request: HttpRequest) -> str:
    """Return how many flags wait, for the operator's staff; at most half a minute old."""
    if merchant_of(request.user) is not None:
        return ""
    return _fresh(_kept, lambda: _waiting(request))


def _unacknowledged() -> str:
    with connection.cursor() as cursor:
        cursor.execute(UNACKNOWLEDGED, [CaseState.OPEN.value])
        [count] = cursor.fetchone()
    return f"{count:,}" if count else ""


def _waiting(request: HttpRequest) -> str:
    counts = queue_counts(request.user)
    waiting = sum(count.waiting for count in counts)
    return f"{MOST_COUNTED}+" if any(count.more for count in counts) else str(waiting or "")


def _fresh(kept: _Kept, count: Callable[[], str]) -> str:
    """Return the number, counted anew when it is half a minute old and there is time for it."""
    if time.monotonic() <= kept.until:
        return kept.text
    kept.until = time.monotonic() + FRESH_SECONDS
    if connection.in_atomic_block:
        _count_briefly(kept, count)
    else:
        with transaction.atomic():
            _count_briefly(kept, count)
    return kept.text


def _count_briefly(kept: _Kept, count: Callable[[], str]) -> None:
    """Count within half a second; going back to the savepoint gives the page its own limit back."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT on_the_menu")
        cursor.execute(LIMIT)
        try:
            kept.text = count()
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
        cursor.execute("ROLLBACK TO SAVEPOINT on_the_menu")
        cursor.execute("RELEASE SAVEPOINT on_the_menu")
