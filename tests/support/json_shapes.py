"""Comparing an answer with the shape a document gives it, types exactly."""

from __future__ import annotations

from typing import Any


def misfits(value: Any, shape: Any, at: str = "$") -> list[str]:
    """Where a JSON value differs from its shape; [] when it fits.

    In a shape a type stands for any value of exactly this type (True is no number), a set of
    shapes for any of them, a list of one shape for a list that is not empty, a dict for exactly
    these names (``name?`` may be missing), anything else for itself.
    """
    if isinstance(shape, type):
        return [] if type(value) is shape else [f"{at}: {value!r} is no {shape.__name__}"]
    if isinstance(shape, frozenset | set):
        fits = any(not misfits(value, one, at) for one in shape)
        return [] if fits else [f"{at}: {value!r} is none of {shape}"]
    if type(value) is not type(shape):
        return [f"{at}: {value!r} instead of {shape!r}"]
    if isinstance(shape, list):
        return _items(value, shape, at)
    if isinstance(shape, dict):
        return _names(value, shape, at)
    return [] if value == shape else [f"{at}: {value!r} instead of {shape!r}"]


def _items(value: list[Any], shape: list[Any], at: str) -> list[str]:
    if bool(value) != bool(shape):
        return [f"{at}: {len(value)} items"]
    return [bad for i, item in enumerate(value) for bad in misfits(item, shape[0], f"{at}[{i}]")]


def _names(value: dict[str, Any], shape: dict[str, Any], at: str) -> list[str]:
    found = []
    for name, inner in shape.items():
        plain = name.removesuffix("?")
        if plain in value:
            found += misfits(value[plain], inner, f"{at}.{plain}")
        elif plain == name:
            found.append(f"{at}.{name} is missing")
    known = {name.removesuffix("?") for name in shape}
    return found + [f"{at}.{name} is not documented" for name in value if name not in known]
