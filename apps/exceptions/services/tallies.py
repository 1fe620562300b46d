"""Counting live cases by arithmetic: each change of a case writes what it adds and takes away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection, transaction

from apps.exceptions.choices import LIVE_CASE_STATES
from apps.exceptions.models import Case, CaseTally

FOLD = """
WITH gone AS (DELETE FROM exceptions_casetally RETURNING *)
INSERT INTO exceptions_casetally (group_id, rule_id, severity, state, merchant_id, count)
SELECT group_id, rule_id, severity, state, merchant_id, sum(count) FROM gone
GROUP BY group_id, rule_id, severity, state, merchant_id HAVING sum(count) <> 0
"""


class TallyKey(NamedTuple):
    """What cases are counted by."""

    group_id: int
    rule_id: int
    severity: str
    state: str
    merchant_id: int


def tally_key(case: Case) -> TallyKey:
    """Return where a case is counted as it stands now."""
    return TallyKey(case.group_id, case.rule_id, case.severity, case.state, case.merchant_id)


def count_cases(moves: Iterable[tuple[TallyKey | None, TallyKey | None]]) -> None:
    """Write what changed, inside the caller's transaction: (before, after) of each case.

    None stands for "no case yet"; a closed state counts as none, because only live cases are
    counted. Moves that cancel each other out write nothing.
    """
    deltas: Counter[TallyKey] = Counter()
    for before, after in moves:
        if before is not None and before.state in LIVE_CASE_STATES:
            deltas[before] -= 1
        if after is not None and after.state in LIVE_CASE_STATES:
            deltas[after] += 1
    CaseTally.objects.bulk_create(
        CaseTally(**key._asdict(), count=count) for key, count in sorted(deltas.items()) if count
    )


def fold_tallies() -> int:
    """Make one row of those that stand for one key; returns how many rows are left.

    Rows written meanwhile by others are not seen and stay beside it: only the sum counts.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOLD)
        return cursor.rowcount
