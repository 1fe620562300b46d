"""A field for PostgreSQL's 64-bit transaction ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Base = models.Field[int, int]
else:
    _Base = models.Field


class Xid8Field(_Base):
    """A transaction id that never wraps (``xid8``); an integer in Python.

    Used to read rows in an order in which nothing can appear behind a reader's back: ids of a
    sequence are handed out before the commit, so a smaller one may become visible later.
    """

    description = "PostgreSQL xid8"

    def db_type(self, connection: Any) -> str:
        """Name the column type."""
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        """Turn the driver's text into an integer."""
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> str | None:
        """Hand the id to the driver as text: PostgreSQL casts no integer to xid8."""
        return None if value is None else str(int(value))
