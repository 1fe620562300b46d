"""A page that answers many questions and waits for the database only so long in all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog
from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

log = structlog.get_logger(__name__)
SHARE = 0.4
"""The part of the whole time one question may take."""
Answer = TypeVar("Answer")
LIMIT = "SELECT set_config('statement_timeout', %s, true)"


class OutOfPatienceError(Exception):
    """The time of the whole page is over: nothing more is asked."""


class Patience:
    """Asks questions one after the other until their common time is over.

    A question that takes longer than its part of the time, or than what is left, is given up and
    named in ``late``; what was answered before it stays and what comes after it is still asked,
    so one table that stands still does not hide all others. Every statement may take what is left
    when it begins, so a page of fifty statements waits no longer than one.
    """

    def __init__(self, seconds: float) -> None:
        self._each = seconds * SHARE
        self._end = time.monotonic() + seconds
        self._until = self._end
        self._given = 0.0
        self.late: list[str] = []

    @property
    def left(self) -> float:
        """Seconds that are left for the present question, never below zero."""
        return max(0.0, self._until - time.monotonic())

    def ask(self, name: str, question: Callable[[], Answer]) -> Answer | None:
        """Return the answer, None if the time is over before it is there.

        Raises whatever else the database has to say.
        """
        self._until = min(self._end, time.monotonic() + self._each)
        try:
            with transaction.atomic(), connection.execute_wrapper(self._in_time):
                self._limit()
                return question()
        except OutOfPatienceError:
            self.late.append(name)
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            self.late.append(name)
        log.warning("home page took too long", part=name)
        return None

    def _in_time(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        if self.left <= 0:
            raise OutOfPatienceError
        if self.left < self._given / 2:
            self._limit()
        return execute(sql, params, many, context)

    def _limit(self) -> None:
        """Tell the database what is left; told again whenever half of it is gone."""
        if self.left <= 0:
            raise OutOfPatienceError
        self._given = self.left
        with connection.connection.cursor() as cursor:
            cursor.execute(LIMIT, [f"{max(1, int(self._given * 1000))}ms"])


@contextmanager
def patience(seconds: float) -> Iterator[Patience]:
    """Ask within one transaction, so that the limit ends with the page and all figures are of one
    connection."""
    with transaction.atomic():
        yield Patience(seconds)
