"""Who is told when a notice is acknowledged: higher floors register what it means for them.

A hook runs in the transaction that marks the notice; what it raises (PortalError) is shown on the
page and undoes everything. It returns the sentence for the page, or an empty one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.accounts.models import User
from apps.core.actions import Actor
from apps.notifications.models import Notice


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who acknowledges which notice: ``user`` where somebody is logged in, else only a name."""

    notice: Notice
    actor: Actor
    name: str
    user: User | None = None


Hook = Callable[[Acknowledgement], str]
_hooks: dict[str, Hook] = {}


def register(prefix: str, function: Hook) -> None:
    """Have ``function`` called for notices whose kind begins with ``prefix`` (``"alarm."``).

    Registering the same again changes nothing; another for the same prefix raises ValueError.
    """
    if _hooks.setdefault(prefix, function) is not function:
        raise ValueError(f"{prefix} is registered already")


def hook_for(kind: str) -> Hook | None:
    """Return what is to be called for a kind of notice: that of the longest prefix."""
    fitting = [prefix for prefix in _hooks if kind.startswith(prefix)]
    return _hooks[max(fitting, key=len)] if fitting else None
