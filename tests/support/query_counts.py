"""The committed baseline of how many queries every list takes.

A list must take the same number of queries for 2 rows and for 20, and that number must be the
one in ``tests/query_counts.json``. ``UPDATE_QUERY_COUNTS=1`` rewrites the entries of the tests
that run, so that a change of the baseline is seen in review.

    def test_the_list_of_orders_takes_a_constant_number_of_queries(client, make_order):
        assert_query_count(
            "admin.orders", make=make_order, visit=lambda: client.get("/admin/orders/order/")
        )
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

BASELINE = Path(__file__).resolve().parent.parent / "query_counts.json"
FEW, MANY = 2, 20
CACHED_BY_THE_CLOCK = (
    "core_worldclock", "SELECT step FROM baidiyun_ladderstate", "SELECT kinds.kind", "on_the_menu",
)  # fmt: skip
"""The world clock's row, the ladder's step and the menu's counts of flags and cases are cached for
a moment of real time: no part of a list's cost."""


def assert_query_count(
    name: str,
    *,
    make: Callable[[int], Any],
    visit: Callable[[], Any],
    shows: Callable[[Any], int] | None = None,
) -> int:
    """Visit a list with 2 and with 20 rows and compare the queries with the baseline.

    ``make(n)`` adds ``n`` rows that the list shows; ``visit()`` gets the page and returns the
    response, whose status must be 200; ``shows(response)``, if given, tells how many rows the
    page has, so that an empty list cannot pass. Returns the number of queries.
    """
    make(FEW)
    visit()
    few, response = queries_of(visit)
    _assert_shows(name, shows, response, FEW)
    make(MANY - FEW)
    many, response = queries_of(visit)
    _assert_shows(name, shows, response, MANY)
    assert len(few) == len(many), _growth(name, few, many)
    _compare(name, len(many), many)
    return len(many)


def baseline() -> dict[str, int]:
    """Return the committed counts by name."""
    return dict(json.loads(BASELINE.read_text())) if BASELINE.exists() else {}


def queries_of(visit: Callable[[], Any]) -> tuple[list[str], Any]:
    """Visit a page that must answer 200; return its queries but the cached ones, and the answer."""
    with CaptureQueriesContext(connection) as captured:
        response = visit()
        response = response.render() if hasattr(response, "render") else response
    status = getattr(response, "status_code", 200)
    assert status == 200, f"the list answered {status}, not 200"
    queries = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in queries if not any(n in sql for n in CACHED_BY_THE_CLOCK)], response


def _assert_shows(
    name: str, shows: Callable[[Any], int] | None, response: Any, expected: int
) -> None:
    if shows is not None:
        shown = shows(response)
        assert shown == expected, f"{name} shows {shown} rows instead of {expected}"


def _growth(name: str, few: list[str], many: list[str]) -> str:
    extra = "\n".join(sql for sql in many if sql not in few)
    return f"{name}: {len(few)} queries for {FEW} rows, {len(many)} for {MANY}:\n{extra}"


def _compare(name: str, count: int, queries: list[str]) -> None:
    if os.environ.get("UPDATE_QUERY_COUNTS") == "1":
        _rewrite(name, count)
        return
    expected = baseline().get(name)
    assert expected is not None, f"{name} has no baseline: run with UPDATE_QUERY_COUNTS=1"
    listing = "\n".join(queries)
    assert count == expected, f"{name}: {count} queries, the baseline says {expected}:\n{listing}"


def _rewrite(name: str, count: int) -> None:
    with _locked():
        counts = baseline() | {name: count}
        BASELINE.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")


@contextmanager
def _locked() -> Iterator[None]:
    with Path(__file__).open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
