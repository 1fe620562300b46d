"""What WeCom heard: the sandbox's robot, asked over HTTP for what it recorded."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests

KEY = "5f0e1c9a-7d42-4b63-9a58-0c6f7e21d4b8"
"""The robot of the matrix; any key shaped so is one."""
DEAD_KEY = "00000000-0000-0000-0000-000000000000"
"""A robot that was taken out of its group."""
PAGE = 200
LOOK_SECONDS = 0.2
ASK_SECONDS = 10.0
LONGEST_WORDS = 200
OVER = "已结束"
"""How a message that something is over is labelled."""
MARKUP = re.compile(r"</?font[^>]*>|\*\*|\[[^\]]*\]\([^)]*\)|https?://\S+|<@[^>]*>")
CARD = ("main_title", "sub_title_text", "horizontal_content_list", "jump_list", "card_action")
"""The parts of a card in the order a person reads them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One recorded message: when it came (real), what was answered, what it said."""

    cursor: int
    at: dt.datetime
    errcode: int
    kind: str
    text: str

    @property
    def is_over(self) -> bool:
        """Whether it says that something is over."""
        return OVER in self.text.partition("\n")[0]

    @property
    def title(self) -> str:
        """Its first line."""
        return self.words.partition(" · ")[0]

    @property
    def words(self) -> str:
        """Its first lines as a person reads them, on one line: no colours, no links, no ids."""
        return " · ".join(_lines(MARKUP.sub("", self.text)))[:LONGEST_WORDS]


@dataclass(frozen=True, slots=True)
class Robot:
    """One robot's record at the sandbox of that address."""

    base: str
    key: str = KEY

    def mark(self) -> int:
        """Return the cursor behind the newest message."""
        return max((heard.cursor for heard in self.heard()), default=0)

    def heard(self, after: int = 0) -> list[Heard]:
        """Return what came behind a cursor, oldest first."""
        return list(self._pages(after))

    def wait_for(
        self, wanted: Callable[[Heard], bool], *, after: int, seconds: float
    ) -> Heard | None:
        """Return the first taken message that is wanted; None where none comes in time."""
        deadline = time.monotonic() + seconds
        while True:
            for heard in self.heard(after):
                if heard.errcode == 0 and wanted(heard):
                    return heard
            if time.monotonic() > deadline:
                return None
            time.sleep(LOOK_SECONDS)

    def _pages(self, after: int) -> Iterator[Heard]:
        while True:
            answer = requests.get(
                f"{self.base}/cgi-bin/webhook/recorded",
                {"key": self.key, "after": str(after), "limit": str(PAGE)},
                timeout=ASK_SECONDS,
            ).json()
            for message in answer["messages"]:
                yield _heard(message)
            after = answer["next"]
            if not after:
                return


def _heard(message: dict[str, Any]) -> Heard:
    return Heard(
        cursor=message["cursor"],
        at=dt.datetime.fromisoformat(message["received_at"]),
        errcode=message["errcode"],
        kind=message["msgtype"],
        text=_text_of(message["msgtype"], message["body"]),
    )


def _text_of(kind: str, body: dict[str, Any]) -> str:
    """Return everything a message says: its content, or all texts of a card in order."""
    content = body.get(kind, body)
    if isinstance(content, dict) and isinstance(content.get("content"), str):
        return str(content["content"])
    if kind == "template_card" and isinstance(content, dict):
        title = content.get("main_title", {})
        head = f"{title.get('desc', '')} {title.get('title', '')}"
        rest = [part for name in CARD[1:] for part in _texts(content.get(name, ""))]
        return "\n".join([head, *rest])
    return "\n".join(_texts(content)) or json.dumps(body, ensure_ascii=False)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if bare := line.strip("#>*· ").strip():
            yield bare
