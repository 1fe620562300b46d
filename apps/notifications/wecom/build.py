"""Bodies of the robot's messages. Pure; nothing here is longer than the vendor takes.

Limits: text 2,048 bytes, markdown 4,096 bytes (path 99110). A card's fields are cut to what the
vendor recommends, counted in characters: beyond it the phone cuts, without dots. A card cannot
mention anybody, so a message that does is markdown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.notifications.choices import NoticeSeverity
from apps.notifications.message import Message, cut_bytes, cut_letters

Body = dict[str, Any]
LONGEST_TEXT, LONGEST_MARKDOWN = 2048, 4096
CARD_SOURCE, CARD_TITLE, CARD_DESC, CARD_TEXT = 13, 26, 30, 112
CARD_NAME, CARD_VALUE, CARD_FACTS, CARD_JUMP = 5, 26, 6, 13
COLOURS = {
    NoticeSeverity.RED: "warning",
    NoticeSeverity.AMBER: "warning",
    NoticeSeverity.NOTICE: "comment",
}
CARD_COLOURS = {NoticeSeverity.RED: 2, NoticeSeverity.AMBER: 1, NoticeSeverity.NOTICE: 0}
GREEN = 3


def build_markdown(message: Message) -> Body:
    """Markdown: the title coloured, the text, facts, links and mentions last, never cut off."""
    colour = "info" if message.good else COLOURS[message.severity]
    head = f'<font color="{colour}">**{message.severity_label}**</font> **{message.title}**'
    links = [f"[{label}]({address})" for label, address in message.links()]
    tail = [" · ".join(links)] if links else []
    tail += [" ".join(f"<@{person}>" for person in message.mentions)] if message.mentions else []
    facts = [f'> {name}：<font color="comment">{value}</font>' for name, value in message.facts]
    end = "\n".join(["", *tail]) if tail else ""
    room = LONGEST_MARKDOWN - len(end.encode())
    text = _whole_lines([head, *message.lines, *facts], room)
    return {"msgtype": "markdown", "markdown": {"content": text + end}}


def build_card(message: Message) -> Body:
    """A card that opens the page where it can be acknowledged; needs an address to open."""
    title, longer = cut_letters(message.title, CARD_TITLE), len(message.title) > CARD_TITLE
    text = "\n".join([*([message.title] if longer else []), *message.lines])
    jumps = [
        {"type": 1, "title": cut_letters(label, CARD_JUMP), "url": address}
        for label, address in message.links()
    ]
    card: Body = {
        "card_type": "text_notice",
        "source": {
            "desc": cut_letters(message.source, CARD_SOURCE),
            "desc_color": GREEN if message.good else CARD_COLOURS[message.severity],
        },
        "main_title": {"title": title, "desc": cut_letters(message.severity_label, CARD_DESC)},
        "horizontal_content_list": [
            {"keyname": cut_letters(name, CARD_NAME), "value": cut_letters(value, CARD_VALUE)}
            for name, value in message.facts[:CARD_FACTS]
        ],
        "jump_list": jumps,
        "card_action": {"type": 1, "url": message.acknowledge or message.page},
    }
    if text:
        card["sub_title_text"] = cut_letters(text, CARD_TEXT)
    return {"msgtype": "template_card", "template_card": card}


def build_text(message: Message) -> Body:
    """Plain text: what is left where a richer form was refused."""
    mentioned = {"mentioned_list": list(message.mentions)} if message.mentions else {}
    addresses = [message.acknowledge or message.page, message.guide]
    end = "".join(f"\n{address}" for address in addresses if address)
    facts = [f"{name}：{value}" for name, value in message.facts]
    lines = [f"[{message.severity_label}] {message.title}", *message.lines, *facts]
    text = _whole_lines(lines, LONGEST_TEXT - len(end.encode())) + end
    return {"msgtype": "text", "text": {"content": text, **mentioned}}


def build_body(message: Message, *, refused: int = 0) -> Body:
    """Return the richest form: a card where there is something to acknowledge and nobody to call,
    else markdown; ``refused`` forms were tried before and are passed over."""
    card = message.acknowledge and not message.mentions
    forms: list[Callable[[Message], Body]] = [build_markdown, build_text]
    if card:
        forms.insert(0, build_card)
    return forms[min(refused, len(forms) - 1)](message)


def _whole_lines(lines: list[str], most: int) -> str:
    """Return as many whole lines as fit into so many bytes; only the first may be cut."""
    kept = [cut_bytes(lines[0], most)]
    room = most - len(kept[0].encode())
    for line in lines[1:]:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept)
