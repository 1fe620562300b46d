"""The contract as data: one line a field, read into :class:`Message`.

A line is ``path types use [why]``. ``path`` walks objects by ``.`` and lists by ``[]``;
``types`` are JSON types joined by ``/`` (``str int num bool obj list``; null and a missing field
are always the same thing), optionally ``@code:<table>`` or ``@state:<table>`` where the values
are a closed list; ``use`` is ``!`` (used, and its absence would be news), ``+`` (used) or ``-``
(unused, and then ``why`` says why).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

JSON_TYPES: dict[str, frozenset[type]] = {
    "str": frozenset({str}),
    "int": frozenset({int}),
    "num": frozenset({int, float}),
    "bool": frozenset({bool}),
    "obj": frozenset({dict}),
    "list": frozenset({list}),
}
USES = frozenset("!+-")


class Direction(StrEnum):
    """Who speaks in a message."""

    SENT = "sent"
    ANSWER = "answer"
    PUSHED = "pushed"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: where it stands, what it may be, whether we read (or send) it."""

    path: str
    types: tuple[str, ...]
    used: bool
    required: bool
    why: str
    values_kind: str = ""
    values_table: str = ""

    @property
    def classes(self) -> frozenset[type]:
        """The Python classes its JSON types arrive as."""
        return frozenset().union(*(JSON_TYPES[name] for name in self.types))


@dataclass(frozen=True, slots=True)
class Message:
    """One message of one product. ``name`` is ``<product>.<what>``, ``section`` the contract's."""

    name: str
    direction: Direction
    section: str
    fields: tuple[Field, ...]

    def used_paths(self) -> frozenset[str]:
        """The fields we read or send."""
        return frozenset(field.path for field in self.fields if field.used)


def sent(name: str, section: str, lines: str) -> Message:
    """A message we build: the JSON of ``param`` (or the form, where there is no ``param``)."""
    return Message(name, Direction.SENT, section, read_lines(lines))


def answer(name: str, section: str, lines: str) -> Message:
    """What comes back: ``data`` of the envelope, or the whole answer where there is none."""
    return Message(name, Direction.ANSWER, section, read_lines(lines))


def pushed(name: str, section: str, lines: str) -> Message:
    """The JSON in ``param`` of a callback."""
    return Message(name, Direction.PUSHED, section, read_lines(lines))


def under(prefix: str, lines: str) -> str:
    """The same lines one level further in."""
    return "\n".join(prefix + line.strip() for line in lines.splitlines() if line.strip())


def read_lines(lines: str) -> tuple[Field, ...]:
    """Read a table; raises ValueError for a line that is none, or a path told twice."""
    fields = tuple(_read_line(line) for line in lines.splitlines() if line.strip())
    paths = [field.path for field in fields]
    if len(set(paths)) != len(paths):
        raise ValueError(f"told twice: {sorted({p for p in paths if paths.count(p) > 1})}")
    return fields


def by_name(messages: Iterable[Message]) -> dict[str, Message]:
    """Index messages; raises ValueError for a name given twice."""
    found: dict[str, Message] = {}
    for message in messages:
        if message.name in found:
            raise ValueError(f"two messages are called {message.name}")
        found[message.name] = message
    return found


def _read_line(line: str) -> Field:
    path, spelled, use, *why = line.split(maxsplit=3)
    types, _, values = spelled.partition("@")
    kind, _, table = values.partition(":")
    names = tuple(types.split("/"))
    unknown = set(names) - set(JSON_TYPES)
    if unknown or use not in USES or (use == "-" and not why):
        raise ValueError(f"not a line of a contract table: {line.strip()}")
    return Field(path, names, use != "-", use == "!", why[0].strip() if why else "", kind, table)
