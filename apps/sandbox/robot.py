"""What WeCom's group robot says to a message, without a table.

Codes and limits as WeCom documents them (developer.work.weixin.qq.com, paths 91770 and 90313):
93000 the address is not a robot's, 45009 too often, 40008 the kind is unknown, 44004 text is
empty, 40058 a parameter is wrong or too long, 40007 the file is unknown, 40009 the picture is too
large, 301019 its MD5 does not fit, 47001 the body is no JSON.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.sandbox.ride_form import is_address

KEY = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
REMOVED_KEY = "00000000-0000-0000-0000-000000000000"
"""A robot that was taken out of its group: every message is 93000."""
LONGEST_TEXT, LONGEST_MARKDOWN = 2048, 4096
LARGEST_PICTURE = 2 * 1024 * 1024
MOST_ARTICLES = 8
LONGEST_TITLE, LONGEST_DESCRIPTION = 128, 512
MESSAGES_A_MINUTE = 20
MEDIA_ID = re.compile(r"[0-9A-Za-z_-]{8,256}")
PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``errcode`` and ``errmsg`` of an answer."""

    errcode: int
    errmsg: str


TAKEN = Verdict(0, "ok")
NOT_A_ROBOT = Verdict(93000, "invalid webhook url")
TOO_OFTEN = Verdict(45009, "api freq out of limit")
NO_JSON = Verdict(47001, "data format error")
BUSY = Verdict(-1, "system busy")


def is_robot(key: str) -> bool:
    """Whether a key is a robot's: keys look like UUIDs; one of them was removed."""
    return KEY.fullmatch(key) is not None and key != REMOVED_KEY


def judge(message: Mapping[str, Any]) -> Verdict:
    """What the robot says to a message, whoever sends it and how often."""
    kind = message.get("msgtype")
    check = CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        return Verdict(40008, "invalid message type")
    content = message.get(str(kind))
    if not isinstance(content, dict):
        return _wrong(f"{kind} missing")
    return check(content)


def _wrong(detail: str) -> Verdict:
    return Verdict(40058, f"{detail}. invalid Request Parameter")


def _length(name: str, text: str, most: int) -> Verdict:
    if len(text.encode("utf-8", "replace")) > most:
        return _wrong(f"{name} exceed max length {most}")
    return TAKEN


def _text(content: Mapping[str, Any]) -> Verdict:
    text = content.get("content")
    if not isinstance(text, str) or not text:
        return Verdict(44004, "empty content")
    for name in ("mentioned_list", "mentioned_mobile_list"):
        people = content.get(name)
        if people is not None and not (
            isinstance(people, list) and all(isinstance(person, str) for person in people)
        ):
            return _wrong(f"text.{name} is not a list of texts")
    return _length("text.content", text, LONGEST_TEXT)


def _markdown(name: str) -> Callable[[Mapping[str, Any]], Verdict]:
    def check(content: Mapping[str, Any]) -> Verdict:
        text = content.get("content")
        if not isinstance(text, str) or not text:
            return Verdict(44004, "empty content")
        return _length(f"{name}.content", text, LONGEST_MARKDOWN)

    return check


def _image(content: Mapping[str, Any]) -> Verdict:
    try:
        picture = base64.b64decode(str(content.get("base64", "")), validate=True)
    except (binascii.Error, ValueError):
        return _wrong("image.base64 is not base64")
    if not picture.startswith(PICTURES):
        return _wrong("image is neither PNG nor JPG")
    if len(picture) > LARGEST_PICTURE:
        return Verdict(40009, "invalid image size")
    digest = hashlib.md5(picture, usedforsecurity=False).hexdigest()
    if str(content.get("md5", "")).lower() != digest:
        return Verdict(301019, "media md5 not match")
    return TAKEN


def _news(content: Mapping[str, Any]) -> Verdict:
    articles = content.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= MOST_ARTICLES:
        return _wrong(f"news.articles must be 1 to {MOST_ARTICLES}")
    for article in articles:
        if not isinstance(article, dict) or not article.get("title"):
            return _wrong("news.articles.title missing")
        if not is_address(str(article.get("url", ""))):
            return _wrong("news.articles.url is invalid")
        for name, most in (("title", LONGEST_TITLE), ("description", LONGEST_DESCRIPTION)):
            told = _length(f"news.articles.{name}", str(article.get(name, "")), most)
            if told != TAKEN:
                return told
    return TAKEN


def _media(content: Mapping[str, Any]) -> Verdict:
    if not MEDIA_ID.fullmatch(str(content.get("media_id", ""))):
        return Verdict(40007, "invalid media_id")
    return TAKEN


def _template_card(content: Mapping[str, Any]) -> Verdict:
    kind, title = content.get("card_type"), content.get("main_title")
    if kind not in {"text_notice", "news_notice"}:
        return _wrong("template_card.card_type is invalid")
    titled = isinstance(title, dict) and bool(title.get("title"))
    if kind == "news_notice" and not titled:
        return _wrong("template_card.main_title.title missing")
    if not titled and not content.get("sub_title_text"):
        return _wrong("template_card.main_title.title and sub_title_text missing")
    action = content.get("card_action")
    if not isinstance(action, dict) or action.get("type") not in {1, 2}:
        return _wrong("template_card.card_action.type is invalid")
    needed = "url" if action["type"] == 1 else "appid"
    if not action.get(needed):
        return _wrong(f"template_card.card_action.{needed} missing")
    return TAKEN


CHECKS: dict[str, Callable[[Mapping[str, Any]], Verdict]] = {
    "text": _text,
    "markdown": _markdown("markdown"),
    "markdown_v2": _markdown("markdown_v2"),
    "image": _image,
    "news": _news,
    "file": _media,
    "voice": _media,
    "template_card": _template_card,
}
