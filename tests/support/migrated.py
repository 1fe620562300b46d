"""The database as the migrations leave it, put back after a test that commits.

Django truncates every table and makes content types and permissions anew, which takes most of a
second, and it forgets what the migrations sowed. Here only tables that have rows are emptied and
only what a test changed is sown again: every test finds what a new database holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from psycopg import Cursor, sql

_TABLES = """
    SELECT relname,
           EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND NOT tgisinternal)
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    ORDER BY relname
"""


_COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""


@dataclass(frozen=True)
class Sown:
    """What the migrations wrote into a table, as COPY writes it."""

    columns: list[str]
    rows: bytes


@dataclass(frozen=True)
class Migrated:
    """The rows of a new database by table."""

    sown: dict[str, Sown]

    @classmethod
    def read(cls) -> Migrated:
        """Take down the rows there are now; the database must have been migrated just before."""
        found = {}
        with connection.cursor() as cursor:
            raw: Cursor = cursor.cursor
            for name in _filled(raw, list(_tables(raw))):
                columns = [column for (column,) in raw.execute(_COLUMNS, [name]).fetchall()]
                found[name] = Sown(columns, _copy_out(raw, name, columns))
        return cls(found)

    def put_back(self) -> None:
        """Empty what a test filled and sow what it changed, in one transaction.

        What other connections of the test still write is waited for.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            raw: Cursor = cursor.cursor
            guarded = _tables(raw)
            raw.execute(sql.SQL("LOCK {} IN SHARE MODE").format(_listed(list(guarded))))
            filled = _filled(raw, list(guarded))
            kept = {name for name in filled if self._untouched(raw, name)}
            emptied = [name for name in filled if name not in kept]
            sown = sorted(self.sown.keys() - kept)
            watched = [name for name in {*emptied, *sown} if guarded[name]]
            _switch(raw, watched, "DISABLE")
            _empty(raw, emptied)
            for name in sown:
                _copy_in(raw, name, self.sown[name])
            raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
            _switch(raw, watched, "ENABLE")

    def _untouched(self, raw: Cursor, name: str) -> bool:
        sown = self.sown.get(name)
        return sown is not None and sown.rows == _copy_out(raw, name, sown.columns)


def _tables(raw: Cursor) -> dict[str, bool]:
    """Every table, and whether triggers of our own watch it."""
    return dict(raw.execute(_TABLES).fetchall())


def _filled(raw: Cursor, names: list[str]) -> list[str]:
    asked = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
        for name in names
    ]
    return [name for (name,) in raw.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall()]


def _listed(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _copy_out(raw: Cursor, name: str, columns: list[str]) -> bytes:
    wanted = sql.SQL("COPY (SELECT {} FROM {} ORDER BY 1) TO STDOUT")
    with raw.copy(wanted.format(_listed(columns), sql.Identifier(name))) as copy:
        return b"".join(bytes(part) for part in copy)


def _copy_in(raw: Cursor, name: str, sown: Sown) -> None:
    wanted = sql.SQL("COPY {} ({}) FROM STDIN")
    with raw.copy(wanted.format(sql.Identifier(name), _listed(sown.columns))) as copy:
        copy.write(sown.rows)


def _switch(raw: Cursor, names: list[str], how: str) -> None:
    """Switch triggers of our own: some refuse that rows are deleted, some write on their own."""
    for name in sorted(names):
        wanted = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
        raw.execute(wanted.format(sql.Identifier(name), sql.SQL(how)))


def _empty(raw: Cursor, names: list[str]) -> None:
    """Empty tables in one statement: foreign keys are checked when nothing is left to refer."""
    if names:
        deletes = [
            sql.SQL("{} AS (DELETE FROM {})").format(sql.Identifier(f"d{n}"), sql.Identifier(name))
            for n, name in enumerate(names)
        ]
        raw.execute(sql.SQL("WITH {} SELECT").format(sql.SQL(", ").join(deletes)))
