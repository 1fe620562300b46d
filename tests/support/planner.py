"""What the planner believes of a table: plans of tests must not hang on what neighbours left."""

from __future__ import annotations

from django.db import connection

BELIEVE = """
UPDATE pg_class SET reltuples = %s, relpages = 1
WHERE oid = ANY(%s::regclass[]::oid[])
   OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = ANY(%s::regclass[]::oid[]))
"""
FORGET = "DELETE FROM pg_statistic WHERE starelid = ANY(%s::regclass[]::oid[])"


def believe_big(*tables: str, rows: float = 1e6) -> None:
    """Let the planner take tables for big, with columns it knows nothing of, in this transaction.

    An index is then chosen for what it is made for; in a table of no or one row all cost the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [list(tables)])
        cursor.execute(BELIEVE, [rows, list(tables), list(tables)])
