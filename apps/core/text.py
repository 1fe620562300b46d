"""Cleaning of text that people typed, pasted or exported, before it is stored.

What is done, in this order, until nothing changes any more (so cleaning twice changes nothing):
markup and character entities are resolved, invisible and control characters and emoji removed,
compatibility forms replaced by the plain character, the Unicode normal form C applied.

NFKC is applied *with care*: character by character, and only where it cannot invent a digit.
Plain NFKC would turn ``12½`` into ``121⁄2`` and ``5²`` into ``52``, another house number.
Full-width digits become ASCII; circled, superscript and other digits stay. The digits of the
input, full-width counted as ASCII, are therefore the digits of the output, in the same order.
The only text that is dropped whole is a well-formed tag of a known markup element.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_ELEMENTS = (
    "a|abbr|article|b|big|blockquote|body|br|button|center|code|dd|div|dl|dt|em|font|footer|form|"
    "h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|nav|ol|option|"
    "p|pre|q|s|script|section|select|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|"
    "textarea|tfoot|th|thead|title|tr|tt|u|ul|video"
)
_ATTRIBUTE = r"\s+[A-Za-z_:][\w:.-]*(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"'=]+))?"
_TAG = re.compile(rf"<(/?)({_ELEMENTS})(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)
_INLINE = re.compile("a|abbr|b|big|code|em|font|i|ins|mark|q|s|small|span|strike|strong|u")
_COMMENT_MARKS = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>")
_NESTED_AMP = re.compile(r"&(?:amp;)+", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")

_Rule = Callable[[str], str]

_KEEP_IN_NOTES = frozenset("，。！？；：（）、")
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_PICTURE = (
    "[\U0001f000-\U0001f0ff\U0001f10d-\U0001f1ff\U0001f200-\U0001faff"
    "\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff\u231a-\u231b\u23e9-\u23fa]"
)
_EMOJI = re.compile(f"{_PICTURE}|\u20e3")
_PICTURE_BETWEEN_DIGITS = re.compile(rf"(?<=\d)(?:{_PICTURE}[\ufe0e\ufe0f\u200d]*)+(?=\d)")
_PLAIN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]*\Z")
_LINE_SPACE = re.compile(r"[^\S\n]+")

_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63~]+")
_SEPARATORS = re.compile(
    r"[，、；;|\\!?！？@$^*=+\"“”‘’`<>{}\[\]【】《》「」『』〖〗〔〕…。：:_%\u00b7\u2022]+"
)
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\u3007\uf900-\ufaff\U00020000-\U0003ffff"
_EDGE = " \t,.-/&'"
_NAME_EDGE = " \t,，.。;；:：、!！?？\"'`“”‘’<>《》[]【】{}|\\/~*_=+^$%@#&-"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned ``value``, the ``original`` as it came, and whether they differ."""

    value: str
    changed: bool
    original: str


def clean_line(text: str) -> Cleaned:
    """One line of text: every run of white space becomes one space, ends are trimmed."""
    return _cleaned(text, _line)


def clean_note(text: str) -> Cleaned:
    """Text of several lines: line ends are kept, at most one empty line in a row.

    Chinese punctuation stays full width here, because a note is prose.
    """
    return _cleaned(text, _note)


def clean_name(text: str) -> Cleaned:
    """The name of a person or a firm: one line without punctuation at its ends."""
    return _cleaned(text, lambda value: _line(value).strip(_NAME_EDGE))


def clean_address(text: str) -> Cleaned:
    """One line of an address: stray punctuation and the spaces between Chinese words are removed.

    Punctuation between two digits or two Latin words never joins them: it becomes a space, a comma
    or, for any kind of dash, a hyphen.
    """
    return _cleaned(text, _address)


def _cleaned(text: str, rule: _Rule) -> Cleaned:
    value = text
    while (after := rule(value)) != value:
        value = after
    return Cleaned(value=value, changed=value != text, original=text)


def _line(text: str) -> str:
    if _PLAIN.match(text):
        return text
    return " ".join(_base(text, keep=frozenset()).split())


def _note(text: str) -> str:
    lines = [
        _LINE_SPACE.sub(" ", line).strip() for line in _base(text, keep=_KEEP_IN_NOTES).split("\n")
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _address(text: str) -> str:
    value = _DASHES.sub("-", _line(text))
    value = _SEPARATORS.sub(" ", value)
    value = re.sub(r"([,.\-/&'#])(?:\s*\1)+", r"\1", value)
    value = re.sub(rf"(?<=[{_CJK}])\s*[,.'&]\s*|\s*[,.'&]\s*(?=[{_CJK}])", " ", value)
    value = re.sub(r"\(\s*\)", " ", value)
    value = re.sub(rf"(?<=[{_CJK})])\s+|\s+(?=[{_CJK}(])", "", value)
    return " ".join(value.split()).strip(_EDGE)


def _base(text: str, *, keep: frozenset[str]) -> str:
    """Markup, invisible characters, emoji and compatibility forms resolved; line ends kept."""
    value = _without_markup(text)
    value = value.replace("\r\n", "\n")
    value = _PICTURE_BETWEEN_DIGITS.sub(" ", value)
    value = "".join(char if char in keep else _plain(char) for char in value)
    return unicodedata.normalize("NFC", value)


def _without_markup(text: str) -> str:
    value = text
    while "<" in value or "&" in value or "-->" in value or "]]>" in value:
        after = _COMMENT_MARKS.sub(" ", _TAG.sub(_tag_gap, value))
        after = _ENTITY.sub(_resolve_entity, _NESTED_AMP.sub("&", after))
        if after == value:
            break
        value = after
    return value


def _tag_gap(match: re.Match[str]) -> str:
    name = match[2].lower()
    if _INLINE.fullmatch(name):
        return ""
    return "\n" if name in ("br", "p", "div", "li", "tr") else " "


def _resolve_entity(match: re.Match[str]) -> str:
    return html.unescape(match[0])


@lru_cache(maxsize=65536)
def _plain(char: str) -> str:
    """The plain text for one character: itself, its compatibility form, a space, or nothing."""
    if char in "\n\r\u2028\u2029\x85":
        return "\n"
    if char in _BLANKS or char.isspace():
        return " "
    if not char.isnumeric() and (_EMOJI.match(char) or _is_invisible(char)):
        return ""
    plain = unicodedata.normalize("NFKC", char)
    if plain == char or not _is_safe_form(char, plain):
        return char
    return plain


def _is_invisible(char: str) -> bool:
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Co"):
        return True
    code = ord(char)
    return (
        0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
        or (category == "Cn" and (code & 0xFFFE) == 0xFFFE)
    )


def _is_safe_form(char: str, plain: str) -> bool:
    """Whether the compatibility form ``plain`` says the same without inventing a digit."""
    kind = unicodedata.decomposition(char).partition(" ")[0]
    if kind in ("<wide>", "<narrow>"):
        return True
    if "\u2e80" <= char <= "\u2fdf":
        return True
    has_digit = any(part.isnumeric() for part in plain)
    return kind in ("<compat>", "<font>", "<square>", "<vertical>", "<small>", "") and not has_digit
