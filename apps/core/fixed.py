"""Reading by statements that are put together once.

For the few questions that every request asks: putting an ordinary query together takes several
times as long as the database takes to answer it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from apps.core.postgres.base import DatabaseWrapper

Row = TypeVar("Row", bound=Model)


def prepared_cursor() -> CursorWrapper:
    """Return a cursor whose statements the server keeps planned; for fixed statements only."""
    return cast("DatabaseWrapper", connection).prepared_cursor()


class FixedRead(Generic[Row]):
    """Reads the first row of a model under a condition, and one row it refers to beside it.

    ``condition`` is SQL with placeholders; it is the code's own and never holds a value.
    ``related`` names a foreign key without null. Neither model may have fields that Django
    converts on reading: their columns are taken as the driver gives them.
    """

    def __init__(self, model: type[Row], condition: str, *, related: str) -> None:
        self._model = model
        self._condition = condition
        self._related = related

    def first(self, *values: Any) -> Row | None:
        """Return the row, or None; it costs one query."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            found = cursor.fetchone()
        if found is None:
            return None
        own, others = self._names
        row: Row = self._model.from_db(connection.alias, own, found[: len(own)])
        beside = self._other.from_db(connection.alias, others, found[len(own) :])
        row._state.fields_cache[self._related] = beside
        return row

    @cached_property
    def _other(self) -> type[Model]:
        other: type[Model] = self._model._meta.get_field(self._related).related_model  # type: ignore[assignment]
        return other

    @cached_property
    def _names(self) -> tuple[list[str], list[str]]:
        names = [[f.attname for f in m._meta.concrete_fields] for m in (self._model, self._other)]
        return names[0], names[1]

    @cached_property
    def _sql(self) -> str:
        quote = connection.ops.quote_name
        columns = ", ".join(
            f"{alias}.{quote(str(field.column))}"
            for alias, model in (("own", self._model), ("other", self._other))
            for field in model._meta.concrete_fields
        )
        key = quote(str(self._model._meta.get_field(self._related).column))  # type: ignore[union-attr]
        return (
            f"SELECT {columns} FROM {quote(self._model._meta.db_table)} AS own"  # noqa: S608
            f" JOIN {quote(self._other._meta.db_table)} AS other ON other.id = own.{key}"
            f" WHERE {self._condition} LIMIT 1"
        )
