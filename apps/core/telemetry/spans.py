"""Spans: what took how long while one request was served. Nothing happens unless switched on.

The trace id is the request id (`core.context`): processes that serve one request write into one
trace without telling each other anything. Names and attributes come from closed lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Span(Protocol):
    """What is being measured."""

    def note(self, name: str, value: str | int | float | bool) -> None:
        """Add an attribute known only later."""


class _Off:
    """The span of who measures nothing."""

    def note(self, name: str, value: str | int | float | bool) -> None:
        """Forget it."""


Begin = Callable[..., AbstractContextManager[Span]]
_OFF: AbstractContextManager[Span] = nullcontext(_Off())
_begin: list[Begin] = []


def switch_on(begin: Begin | None) -> None:
    """Let ``begin(name, follows, attributes)`` open every span from now on; None switches off."""
    _begin[:] = [begin] if begin else []


def is_on() -> bool:
    """Whether anybody measures."""
    return bool(_begin)


def span(
    name: str, *, follows: Sequence[str] = (), **attributes: str | int | float | bool
) -> AbstractContextManager[Span]:
    """Return the span of a block; ``follows`` are request ids a batch serves together."""
    if not _begin:
        return _OFF
    return _begin[0](name, follows, attributes)


class Open:
    """A span that begins in one function and ends in another, as signals need it."""

    def __init__(self, manager: AbstractContextManager[Span]) -> None:
        self._manager = manager
        self.span = manager.__enter__()

    def end(self) -> None:
        """End it."""
        self._manager.__exit__(None, None, None)
