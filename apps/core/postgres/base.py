"""PostgreSQL as Django speaks it, asked less: see :class:`DatabaseWrapper`."""

from __future__ import annotations

import select
from typing import Any, cast

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper
from psycopg.pq import TransactionStatus

from apps.core.postgres.moments import adapters_of


class DatabaseOperations(operations.DatabaseOperations):
    """Django's operations, which also name a statement that was kept planned."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """Return what was run: with its values, or as it was planned."""
        return super().last_executed_query(cursor, sql, params) or str(sql)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection with three differences.

    A connection at rest is healthy while its socket is silent: a server that ends, is killed or
    ends the session always says so there, if only by hanging up. So a request need not begin
    with a question of its own; when the socket did speak, Django's question is asked after all.
    Moments are read by :class:`MomentLoader`. Fixed statements may be kept prepared.
    """

    ops_class = DatabaseOperations
    connection: psycopg.Connection[Any] | None
    health_check_done: bool
    health_check_enabled: bool

    def get_connection_params(self) -> dict[str, Any]:
        """Return Django's parameters with our adapters."""
        params: dict[str, Any] = super().get_connection_params()
        if settings.USE_TZ:
            params["context"] = adapters_of(self.timezone)
        return params

    def close_if_health_check_failed(self) -> None:
        """Close a connection the server gave up; asks the server only if the socket spoke."""
        if self.health_check_done or not self.health_check_enabled:
            return
        if self._is_silent():
            self.health_check_done = True
            return
        super().close_if_health_check_failed()

    def prepared_cursor(self) -> CursorWrapper:
        """Return a cursor whose statements the server keeps planned; for fixed statements only."""
        self.cursor().close()
        own = cast("psycopg.Connection[Any]", self.connection)
        own.prepare_threshold = 0
        cursor: CursorWrapper = self._prepare_cursor(psycopg.Cursor(own))  # type: ignore[attr-defined]
        return cursor

    def _is_silent(self) -> bool:
        own = self.connection
        if own is None or own.closed or own.info.transaction_status != TransactionStatus.IDLE:
            return False
        looked = select.poll()
        looked.register(own.fileno(), select.POLLIN)
        return not looked.poll(0)
