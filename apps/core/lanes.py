"""Ticks that mostly wait for somebody else's answer: several questions at once, in one worker."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

from apps.core.locks import try_lock

T = TypeVar("T")
R = TypeVar("R")


def alone(name: str, work: Callable[[], R]) -> R | None:
    """Return what the work of a tick brought, or None because another worker is at it: a tick that
    takes long must not take every worker."""
    with try_lock(f"tick:{name}") as held:
        return work() if held else None


def in_lanes(work: Callable[[T], R], items: Iterable[T], *, lanes: int) -> list[R]:
    """Return what ``work`` made of each item, in their order, with at most ``lanes`` at once.

    A single lane works in this thread, and so in the caller's transaction. Several have a thread
    and a database connection each, closed at the end, and see the caller's context. An exception
    ends its lane; the first is raised once all lanes have ended.
    """
    waiting = list(items)
    width = min(lanes, len(waiting))
    if width <= 1:
        return [work(item) for item in waiting]
    made: dict[int, R] = {}
    queue, lock = iter(enumerate(waiting)), threading.Lock()

    def lane() -> None:
        try:
            while (turn := _next(queue, lock)) is not None:
                made[turn[0]] = work(turn[1])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(width, thread_name_prefix="lane") as pool:
        ended = [pool.submit(contextvars.copy_context().run, lane) for _ in range(width)]
    for future in ended:
        future.result()
    return [made[position] for position in range(len(waiting))]


def _next(queue: Iterator[tuple[int, T]], lock: threading.Lock) -> tuple[int, T] | None:
    with lock:
        return next(queue, None)
