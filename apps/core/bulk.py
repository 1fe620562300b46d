"""Many rows to PostgreSQL in one statement, cheaply.

Each column travels as one string that the server splits into an array: joining strings is the
fastest thing Python does, adapting a hundred thousand values one by one is not. A string that
contains one of the two separators has it marked as U+FFFD.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from types import TracebackType
from typing import Any

from django.db import connection
from psycopg import adapters
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

SEPARATOR = "\x1e"
NULL = "\x1d"


def unnest(columns: Sequence[tuple[str, str]], alias: str) -> str:
    """Return ``unnest(…) AS alias(…)`` for (name, type) pairs, one parameter for each column."""
    arrays = ", ".join(
        f"coalesce(nullif(string_to_array(%s, chr(30), chr(29)), '{{}}'), '{{\"\"}}')::{kind}[]"
        for _, kind in columns
    )
    return f"unnest({arrays}) AS {alias}({', '.join(name for name, _ in columns)})"


def pack(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]]) -> list[str]:
    """Return one string for each column of at least one row. bytes become hex, None NULL.

    ``columns`` are the (name, type) pairs of `unnest`; a column of type text holds strings only.
    """
    return [
        _column(kind, values)
        for (_, kind), values in zip(columns, zip(*rows, strict=True), strict=True)
    ]


def _column(kind: str, values: tuple[Any, ...]) -> str:
    """Join one column; a moment all rows share is written out once."""
    if kind == "text":
        return _texts(values)
    if kind == "timestamptz" and values.count(values[0]) == len(values):
        return SEPARATOR.join([_text(values[0])] * len(values))
    if kind == "bytea" or None in values:
        return SEPARATOR.join(map(_text, values))
    return SEPARATOR.join(map(str, values))


def _texts(values: Sequence[Any]) -> str:
    """Join strings; the rare one with a separator in it is made whole first."""
    joined = SEPARATOR.join(values)
    if joined.count(SEPARATOR) == len(values) - 1 and NULL not in joined:
        return joined
    return SEPARATOR.join(
        value.replace(SEPARATOR, "\ufffd").replace(NULL, "\ufffd") for value in values
    )


def _text(value: object) -> str:
    if value is None:
        return NULL
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)


def copy_into(table: str, columns: str) -> str:
    """Return the COPY of lines whose fields stand between the separators, see :func:`escaped`."""
    return f"COPY {table} ({columns}) FROM STDIN (DELIMITER E'\\x1e', NULL E'\\x1d')"


def escaped(fields: str) -> str:
    """Return a part of a line with the signs COPY itself reads made plain text."""
    if "\\" in fields or "\n" in fields or "\r" in fields:
        return fields.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return fields


def fetch(sql: str, params: Sequence[Any], *, raw_text: bool = False) -> list[tuple[Any, ...]]:
    """Return the rows of a query; moments are read by the driver itself, aware and in UTC.

    That takes less than half of what the backend's reading takes (`core.postgres.moments`), and is
    sound because our sessions speak UTC. With ``raw_text`` columns of type text (not varchar) come
    as the bytes they are stored in.
    """
    with connection.cursor() as cursor:
        cursor.cursor.adapters.register_loader("timestamptz", _moment_loader())
        if raw_text:
            cursor.cursor.adapters.register_loader("text", _RawText)
        cursor.execute(sql, params)
        return cursor.fetchall()


class Ahead:
    """Statements that go out one after the other while Python goes on with something else.

    From :meth:`begin` to :meth:`settle` a statement on Django's connection is sent and not waited
    for, unless its rows are fetched; what one raises is raised by a later one or by `settle`, which
    must therefore lie in the savepoint it belongs to. In between there can be no COPY.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self.is_busy = False
        """Whether PostgreSQL may still be at work."""

    def begin(self) -> None:
        """Wait for nothing from now on."""
        if not self.is_busy:
            connection.ensure_connection()
            self._open.enter_context(connection.wrap_database_errors)
            self._open.enter_context(connection.connection.pipeline())
            self.is_busy = True

    def settle(self) -> None:
        """Wait until all that was sent is done. Raises Django's database errors."""
        self.is_busy = False
        self._open.close()

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_busy = False
        self._open.__exit__(kind, error, trace)


class _RawText(Loader):
    """Hands over a text as it came."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


@cache
def _moment_loader() -> Any:
    return adapters.get_loader(adapters.types["timestamptz"].oid, Format.TEXT)
