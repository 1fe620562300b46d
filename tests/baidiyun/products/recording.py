"""Dictionaries that remember which fields were asked for."""

from __future__ import annotations

from typing import Any


class Recording(dict):
    """An object of a payload; ``seen`` collects the path of every field somebody reads."""

    def __init__(self, value: dict[str, Any], prefix: str, seen: set[str]) -> None:
        super().__init__(
            {name: wrap(item, f"{prefix}{name}", seen) for name, item in value.items()}
        )
        self.prefix, self.seen = prefix, seen

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(self.prefix + name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self.seen.add(self.prefix + name)
        return super().__getitem__(name)


def wrap(value: Any, path: str, seen: set[str]) -> Any:
    """Return the value with every object in it recording."""
    if isinstance(value, dict):
        return Recording(value, f"{path}." if path else "", seen)
    if isinstance(value, list):
        return [wrap(item, f"{path}[]", seen) for item in value]
    return value


def paths_of(value: Any, path: str = "") -> set[str]:
    """Return the path of every field in a payload."""
    if isinstance(value, dict):
        inner = {f"{path}.{name}" if path else name: item for name, item in value.items()}
        return set(inner).union(*(paths_of(item, name) for name, item in inner.items()))
    if isinstance(value, list):
        return set().union(*(paths_of(item, f"{path}[]") for item in value))
    return set()
