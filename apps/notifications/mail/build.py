"""Subject and text of a mail. Pure."""

from __future__ import annotations

from apps.notifications.message import Message, cut_letters

LONGEST_SUBJECT, LONGEST_LINE = 150, 400


def build_subject(message: Message) -> str:
    """Return one line; a message's words hold no line ends (`message.tame`)."""
    text = f"[{message.source}] [{message.severity_label}] {message.title}"
    return cut_letters(" ".join(text.split()), LONGEST_SUBJECT)


def build_text(message: Message) -> str:
    """Return the text: what, facts, and the addresses last, each on a line of its own."""
    facts = [f"{name}: {value}" for name, value in message.facts]
    links = [f"{label}: {address}" for label, address in message.links()]
    parts = [[message.title], list(message.lines), facts, links]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"
