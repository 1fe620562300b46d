"""Writing some columns of many rows in one statement.

Django's ``bulk_update`` builds a CASE for every row and column; at a thousand rows that costs
a hundred times what the database needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def write_columns(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the named fields of saved rows of one model (plain columns and foreign keys)."""
    if not rows:
        return
    meta = rows[0]._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    key: Any = meta.pk
    columns: list[Any] = [key, *fields]
    values = [
        [column.get_db_prep_save(getattr(row, column.attname), connection) for row in rows]
        for column in columns
    ]
    arrays = ", ".join(f"%s::{_type(column)}[]" for column in columns)
    given = ", ".join(f'"c{n}"' for n in range(len(columns)))
    sets = ", ".join(f'"{field.column}" = given."c{n}"' for n, field in enumerate(fields, 1))
    statement = (
        f'UPDATE "{meta.db_table}" SET {sets} FROM unnest({arrays}) AS given({given}) '  # noqa: S608
        f'WHERE "{meta.db_table}"."{key.column}" = given."c0"'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model by COPY; their keys stay unknown here."""
    if rows:
        _copy(rows, [f for f in rows[0]._meta.concrete_fields if not f.primary_key])


def insert_known_rows(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model by COPY and give them their keys, in their order."""
    if not rows:
        return
    meta = rows[0]._meta
    key: Any = meta.pk
    statement = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [meta.db_table, key.column, len(rows)])
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
    _copy(rows, meta.concrete_fields)
    for row in rows:
        row._state.adding = False


def _copy(rows: Sequence[models.Model], fields: Sequence[Any]) -> None:
    names = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'COPY "{rows[0]._meta.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(
                [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
            )


def _type(column: Any) -> str:
    kind = column.rel_db_type if column.is_relation else column.cast_db_type
    return str(kind(connection))
