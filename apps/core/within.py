"""A hard time limit for a call to somebody else, whatever it does with its sockets.

Time limits of sockets hold for each step of a conversation; who answers a byte at a time can keep
a caller for hours. The call runs in a thread of its own, which is left behind when the time is
over; a few may be left behind for one thing, then it is not asked until one of them ends.
"""

from __future__ import annotations

import contextvars
import threading
from collections import Counter
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_LEFT_BEHIND = 2
_left: Counter[str] = Counter()
_lock = threading.Lock()


class TookTooLong(Exception):
    """The call was not over in time, or earlier ones to the same still hang."""


class _Call(Generic[T]):
    def __init__(self, name: str, work: Callable[[], T]) -> None:
        self._name, self._work = name, work
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._is_over = self._is_left = False

    def run(self) -> None:
        """Do the work and keep what came of it."""
        try:
            self._result.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again by who waits
            self._error = error
        finally:
            with _lock:
                self._is_over = True
                if self._is_left:
                    _left[self._name] -= 1

    def leave_behind(self) -> bool:
        """Count it as left behind unless it is over after all; says whether it was left."""
        with _lock:
            if not self._is_over:
                self._is_left = True
                _left[self._name] += 1
        return self._is_left

    def outcome(self) -> T:
        """Return what the work brought, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._result[0]


def within(seconds: float, name: str, work: Callable[[], T]) -> T:
    """Return what ``work`` brings if it is over in time; raises TookTooLong, or what it raises.

    ``name`` is what is asked: while two calls to it are left behind it is not asked at all. The
    work sees the caller's context; work that touches the database closes its thread's connection
    itself, and sees nothing of the caller's transaction.
    """
    with _lock:
        if _left[name] >= MOST_LEFT_BEHIND:
            raise TookTooLong
    call = _Call(name, work)
    thread = threading.Thread(
        target=contextvars.copy_context().run, args=(call.run,), name=f"within {name}", daemon=True
    )
    thread.start()
    thread.join(seconds)
    if thread.is_alive() and call.leave_behind():
        raise TookTooLong
    return call.outcome()
