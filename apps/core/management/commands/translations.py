"""Compile the catalogues, or check that every text for people has its Chinese."""

from __future__ import annotations

import ast
import io
from pathlib import Path
from typing import Any

from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

LOCALE = "zh_Hans"
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "_": None,
}
Message = str | tuple[str, ...]


class Command(BaseCommand):
    """`translations --compile` writes the .mo files; `--check` fails on a missing translation."""

    help = "Compile or check the Chinese catalogues."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --compile and --check."""
        parser.add_argument("--compile", action="store_true")
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked for."""
        if options["compile"]:
            self.stdout.write(f"{compile_catalogues()} catalogues compiled")
        if options["check"]:
            missing = missing_translations()
            for room, message in missing:
                self.stderr.write(f"{room}: {message!r} has no translation")
            if missing:
                raise CommandError(f"{len(missing)} texts have no Chinese")
            self.stdout.write("every text has its Chinese")


def rooms() -> list[Path]:
    """Return the folders that hold a catalogue: every app, and the roof."""
    base = Path(settings.BASE_DIR)
    return [*sorted(p.parent for p in base.glob("apps/*/apps.py")), base / "config"]


def catalogue_of(room: Path) -> Path:
    """Return the path of a room's Chinese catalogue."""
    return room / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def compile_catalogues() -> int:
    """Compile every catalogue that is newer than its compiled form; returns how many."""
    done = 0
    for room in rooms():
        source = catalogue_of(room)
        target = source.with_suffix(".mo")
        if not source.exists() or (
            target.exists() and target.stat().st_mtime >= source.stat().st_mtime
        ):
            continue
        with source.open("rb") as handle:
            catalogue = read_po(handle, locale=LOCALE)
        with target.open("wb") as handle:
            write_mo(handle, catalogue)
        done += 1
    return done


def missing_translations() -> list[tuple[str, Message]]:
    """Return (room, text) for every text that no catalogue of that room translates."""
    missing: list[tuple[str, Message]] = []
    for room in rooms():
        known = translated(catalogue_of(room))
        missing += [(room.name, text) for text in sorted(texts_of(room) - known, key=str)]
    return missing


def translated(path: Path) -> set[Message]:
    """Return the texts a catalogue translates; fuzzy entries do not count."""
    if not path.exists():
        return set()
    with path.open("rb") as handle:
        catalogue = read_po(handle, locale=LOCALE)
    return {_key(entry.id) for entry in catalogue if entry.id and entry.string and not entry.fuzzy}


def texts_of(room: Path) -> set[Message]:
    """Return every marked text of a room's code and of its folder below templates/."""
    found: set[Message] = set()
    for path in room.rglob("*.py"):
        if "migrations" not in path.parts:
            source = path.read_bytes()
            found |= _extract(source, {**KEYWORDS, **_aliases(source)})
    for folder in (room / "templates", Path(settings.BASE_DIR) / "templates" / room.name):
        for path in folder.rglob("*.html"):
            found |= _extract(templatize(path.read_text(), origin=str(path)).encode())
    return found


def _aliases(source: bytes) -> dict[str, Any]:
    """Return the other names a file imports Django's functions under, as keywords."""
    if b"django.utils.translation" not in source:
        return {}
    return {
        name.asname: KEYWORDS[name.name]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname and name.name in KEYWORDS
    }


def _extract(source: bytes, keywords: dict[str, Any] = KEYWORDS) -> set[Message]:
    rows = extract("python", io.BytesIO(source), keywords=keywords, options={"encoding": "utf-8"})
    return {_key(row[1]) for row in rows if row[1]}


def _key(message: Any) -> Message:
    return tuple(message) if isinstance(message, list | tuple) else str(message)
