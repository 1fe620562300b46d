"""docs/baidiyun-fields.md, written from the tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from apps.baidiyun.contract import MESSAGES, Direction, Field, Message

PAGE = Path(__file__).resolve().parents[3] / "docs" / "baidiyun-fields.md"
HEADINGS = {
    Direction.SENT: "What we send",
    Direction.ANSWER: "What is answered",
    Direction.PUSHED: "What is pushed",
}
HEAD = """# Every field of the Baidiyun contract

Written by `python manage.py contract_table --write` from `apps/baidiyun/contract`; a test compares
this page and the code with those tables. *Used* fields are sent or read; *always* means that a
missing one is counted by the drift watch. ND in a section's name: the vendor documents nothing
there, the names are assumed and read leniently.
"""


def render() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, _summary(), *_parts()]).rstrip() + "\n"


def _summary() -> str:
    fields = [field for message in MESSAGES.values() for field in message.fields]
    used = sum(field.used for field in fields)
    return (
        f"{len(MESSAGES)} messages, {len(fields)} fields: {used} used, "
        f"{len(fields) - used} unused.\n"
    )


def _parts() -> Iterator[str]:
    for direction, heading in HEADINGS.items():
        yield f"## {heading}\n"
        for message in MESSAGES.values():
            if message.direction == direction:
                yield _section(message)


def _section(message: Message) -> str:
    rows = "\n".join(_row(field) for field in message.fields)
    return (
        f"### `{message.name}` (contract {message.section})\n\n"
        f"| field | type | used |\n|---|---|---|\n{rows}\n"
    )


def _row(field: Field) -> str:
    use = f"no: {field.why}" if not field.used else "yes, always" if field.required else "yes"
    closed = f", one of `{field.values_table}`" if field.values_table else ""
    return f"| `{field.path}` | {' or '.join(field.types)}{closed} | {use} |"
