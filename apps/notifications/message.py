"""A message before it takes a channel's form, and how foreign words are made harmless. Pure.

Words of notices come from names, addresses and answers of others. In a channel's markup some of
their characters would act: mention everybody, link elsewhere, colour, break the line. WeCom's
markdown knows no escape, so these become the full-width characters that look alike.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from apps.notifications.choices import NoticeSeverity

ACTING = str.maketrans(
    {
        "<": "＜",
        ">": "＞",
        "[": "［",
        "]": "］",
        "*": "＊",
        "`": "｀",
        "~": "～",
        "|": "｜",
        "\\": "＼",
    }
)
AT_LINE_START = {"#": "＃", ">": "＞", "-": "－", "+": "＋"}
DOTS = "…"


@dataclass(frozen=True, slots=True)
class Message:
    """What is told, in one language.

    ``lines`` are the text, ``facts`` pairs of name and value. ``page`` is the address of ours it
    is about, ``acknowledge`` the signed one, ``guide`` the one that says what to do; ``mentions``
    user ids; the words of the buttons stand in the labels. ``good`` says that something is over.
    """

    title: str
    severity: NoticeSeverity
    severity_label: str
    source: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    page: str = ""
    page_label: str = ""
    acknowledge: str = ""
    acknowledge_label: str = ""
    guide: str = ""
    guide_label: str = ""
    mentions: tuple[str, ...] = ()
    good: bool = False

    def links(self) -> tuple[tuple[str, str], ...]:
        """Return (label, address) of every page it leads to, the one that acts first."""
        pairs = (
            (self.acknowledge_label, self.acknowledge),
            (self.guide_label, self.guide),
            (self.page_label, self.page),
        )
        return tuple((label, address) for label, address in pairs if address)

    def words(self) -> str:
        """Return what the log keeps: the words without the link that acts."""
        facts = [f"{name}: {value}" for name, value in self.facts]
        head = f"[{self.severity_label}] {self.title}"
        pages = [address for address in (self.guide, self.page) if address]
        return "\n".join([head, *self.lines, *facts, *pages])


def tame(text: str) -> str:
    """Return one line in which nothing acts: no mention, no link, no markup, no control."""
    printable = "".join(" " if _is_control(letter) else letter for letter in text)
    line = " ".join(printable.split()).translate(ACTING).replace("://", ":／／")
    return AT_LINE_START[line[0]] + line[1:] if line[:1] in AT_LINE_START else line


def tame_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that are not empty, each tamed."""
    lines = (tame(line) for line in text.splitlines())
    return tuple(line for line in lines if line)


def cut_bytes(text: str, most: int) -> str:
    """Return the text in at most ``most`` bytes of UTF-8, whole characters, dots where it was cut.

    Where not even the dots fit nothing is left.
    """
    raw = text.encode("utf-8", "replace")
    if len(raw) <= most:
        return raw.decode()
    room = most - len(DOTS.encode())
    return raw[:room].decode("utf-8", "ignore") + DOTS if room >= 0 else ""


def cut_letters(text: str, most: int) -> str:
    """Return the text in at most ``most`` characters, dots where it was cut."""
    return text if len(text) <= most else text[: most - 1] + DOTS


def _is_control(letter: str) -> bool:
    """Tell whether a character is not to be seen: controls, directions, surrogates, unassigned."""
    return unicodedata.category(letter).startswith("C")
