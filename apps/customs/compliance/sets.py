"""Named sets spread to their countries. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from apps.customs.compliance.content import NamedSet


class CircularSet(ValueError):
    """A named set that contains itself; ``str`` is the way round, ``EU > EFTA > EU``."""


class UnknownSet(KeyError):
    """A named set nobody defined."""


def spread_sets(sets: Iterable[NamedSet]) -> dict[str, frozenset[str]]:
    """Return each set's countries, sets within it spread out. Raises CircularSet, UnknownSet."""
    by_code = {one.code: one for one in sets}
    done: dict[str, frozenset[str]] = {}
    for code in by_code:
        _spread(code, by_code, done, ())
    return done


def _spread(
    code: str,
    by_code: Mapping[str, NamedSet],
    done: dict[str, frozenset[str]],
    way: tuple[str, ...],
) -> frozenset[str]:
    if code in way:
        raise CircularSet(" > ".join((*way[way.index(code) :], code)))
    if code in done:
        return done[code]
    if code not in by_code:
        raise UnknownSet(code)
    members: set[str] = set()
    for member in by_code[code].members:
        if member.startswith("@"):
            members |= _spread(member[1:], by_code, done, (*way, code))
        else:
            members.add(member)
    done[code] = frozenset(members)
    return done[code]
