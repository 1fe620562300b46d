"""Telephone numbers: one written form, the last four digits, and whether one can be called.

Chinese numbers follow the numbering plan of MIIT (mobile ``1[3-9]`` + 9 digits; landline area code
``0`` + 2 or 3 digits and 7 or 8 digits). Virtual numbers (隐私号) are a mobile number with an
extension that the marketplace issues for one parcel. Foreign numbers are judged by the metadata of
``phonenumbers``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from apps.core.text import clean_line


class PhoneKind(StrEnum):
    """What a number is; only the first five can be called."""

    MOBILE = "mobile"
    VIRTUAL = "virtual"
    LANDLINE = "landline"
    SERVICE = "service"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


class PhoneReason(StrEnum):
    """Why a number cannot be called; empty when it can."""

    NONE = ""
    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNKNOWN_PREFIX = "unknown_prefix"
    SEVERAL = "several_numbers"
    NOT_A_NUMBER = "not_a_number"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number.

    ``value`` is the written form (``13812345678``, ``13812345678-1234``, ``0755-86013388-801``,
    ``+14155550123``); for a number that cannot be called it is the cleaned input. ``tail`` is what
    shunfeng and zhongtong ask for: the last four digits without the extension, but of a virtual
    number the four digits of its extension.
    """

    value: str
    kind: PhoneKind
    country: str
    tail: str
    extension: str
    valid: bool
    reason: PhoneReason
    changed: bool
    original: str


_EXTENSION = re.compile(
    r"(?:\s*(?:转分机|转|分机号?|ext\.?|extension|x|#|,)\s*[:：]?\s*(\d{1,6})|[-\s_]*\((\d{3,6})\))\s*$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\s*(?:手机号码?|手机|电话号码?|联系电话|联系方式|电话|tel|phone|mobile|mob|t|m)\s*[.:：]?\s*"
    r"(?=[+(\d])",
    re.IGNORECASE,
)
_SPREADSHEET_ZERO = re.compile(r"^(\d{7,15})\.0$")
_CHINA_PREFIX = re.compile(r"^(?:(?:\+|00)\s*\(?86\)?[\s-]*|86[\s-]*(?=1[3-9]\d))")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_EXTENSION = re.compile(r"(1[3-9]\d{9})-(\d{2,6})")
_AREA_TWO = r"(?:10|2\d)"
_AREA_THREE = r"[3-9]\d{2}"
_LANDLINE = re.compile(rf"0({_AREA_TWO}|{_AREA_THREE})-?([2-8]\d{{6,7}})(?:-(\d{{1,6}}))?")
_SERVICE = re.compile(r"([48]00)-?(\d{3})-?(\d{4})")
_SHORT_SERVICE = re.compile(r"9[56]\d{3,13}")
_SEVERAL = re.compile(
    r"(?<!\d)(?:0?1[3-9]\d{9}|0\d{2,3}-?\d{7,8})\D+(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)"
)


def parse_phone(text: str, *, country: str = "CN") -> Phone:
    """Read one telephone number as people write it. Never raises.

    ``country`` (ISO-2) decides how a number without a country code is read.
    """
    line = clean_line(text).value
    plain = _strip_decoration(line)
    if not plain:
        return _refused(text, "", PhoneReason.EMPTY)
    if _SEVERAL.search(plain):
        return _refused(text, line, PhoneReason.SEVERAL)
    chinese = _parse_chinese(text, plain) if _may_be_chinese(plain, country) else None
    if chinese is not None:
        return chinese
    if country == "CN" and not plain.startswith(("+", "00")):
        return _refused(text, line, _reason_of(plain))
    return _parse_foreign(text, line, plain, country)


def _strip_decoration(line: str) -> str:
    plain = _LABEL.sub("", line)
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", plain)
    match = _SPREADSHEET_ZERO.match(plain)
    return (match[1] if match else plain).strip(" .,;:'\"")


def _may_be_chinese(plain: str, country: str) -> bool:
    return country == "CN" or bool(re.match(r"^(?:\+|00)\s*\(?86", plain))


def _parse_chinese(original: str, plain: str) -> Phone | None:
    body, extension = _split_extension(_CHINA_PREFIX.sub("", plain))
    compact = re.sub(r"[\s.()/]", "", body)
    digits = compact.replace("-", "")
    if re.fullmatch(r"0?1[3-9]\d{9}", digits):
        return _mobile(original, digits[-11:], extension)
    match = _MOBILE_EXTENSION.fullmatch(re.sub(r"^(1\d{2})-(\d{4})-(\d{4})-", r"\1\2\3-", compact))
    if match and not extension:
        return _mobile(original, match[1], match[2])
    match = _LANDLINE.fullmatch(_with_trunk_zero(compact, plain))
    if match:
        return _landline(original, match, extension)
    match = _SERVICE.fullmatch(compact)
    if match:
        value = "-".join(match.groups())
        return _accepted(original, value, PhoneKind.SERVICE, "CN", match[3], extension=extension)
    if _SHORT_SERVICE.fullmatch(digits):
        return _accepted(
            original, digits, PhoneKind.SERVICE, "CN", digits[-4:], extension=extension
        )
    return None


def _with_trunk_zero(compact: str, plain: str) -> str:
    """Give a landline written with +86 its leading zero back (``+86 755 8601 3388``)."""
    if plain.startswith(("+", "00")) and not compact.startswith("0"):
        return "0" + re.sub(r"-(?=\d{4}$)", "", compact)
    return re.sub(r"^(0\d{2,3}-?\d{3,4})-(\d{4})(?=-|$)", r"\1\2", compact)


def _split_extension(body: str) -> tuple[str, str]:
    match = _EXTENSION.search(body)
    if match is None or len(re.sub(r"\D", "", body[: match.start()])) < 7:
        return body, ""
    return body[: match.start()], match[1] or match[2]


def _mobile(original: str, digits: str, extension: str) -> Phone:
    kind = PhoneKind.VIRTUAL if extension else PhoneKind.MOBILE
    tail = extension if len(extension) == 4 else digits[-4:]
    return _accepted(original, digits, kind, "CN", tail, extension=extension)


def _landline(original: str, match: re.Match[str], extension: str) -> Phone:
    area, number = match[1], match[2]
    value = f"0{area}-{number}"
    return _accepted(
        original, value, PhoneKind.LANDLINE, "CN", number[-4:], extension=match[3] or extension
    )


def _parse_foreign(original: str, line: str, plain: str, country: str) -> Phone:
    try:
        number = phonenumbers.parse(re.sub(r"^00", "+", plain), country or None)
    except phonenumbers.NumberParseException:
        return _refused(original, line, _reason_of(plain))
    if not phonenumbers.is_possible_number(number):
        return _refused(original, line, _reason_of(plain, fallback=PhoneReason.IMPOSSIBLE))
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    region = phonenumbers.region_code_for_number(number) or country
    if not phonenumbers.is_valid_number(number):
        return _refused(original, line, PhoneReason.IMPOSSIBLE)
    return _accepted(
        original, value, PhoneKind.FOREIGN, region, value[-4:], extension=number.extension or ""
    )


def _reason_of(plain: str, *, fallback: PhoneReason = PhoneReason.UNKNOWN_PREFIX) -> PhoneReason:
    digits = re.sub(r"\D", "", plain)
    if re.search(r"[^\W\d_]", plain):
        return PhoneReason.NOT_A_NUMBER
    if len(digits) < 7:
        return PhoneReason.TOO_SHORT if digits else PhoneReason.NOT_A_NUMBER
    if digits.startswith("1") and len(digits) < 11:
        return PhoneReason.TOO_SHORT
    if len(digits) > 15 or (digits.startswith("1") and len(digits) > 11):
        return PhoneReason.TOO_LONG
    return fallback


def _accepted(
    original: str, value: str, kind: PhoneKind, country: str, tail: str, *, extension: str
) -> Phone:
    full = f"{value}-{extension}" if extension and kind is not PhoneKind.FOREIGN else value
    if extension and kind is PhoneKind.FOREIGN:
        full = f"{value};ext={extension}"
    return Phone(
        value=full,
        kind=kind,
        country=country,
        tail=tail,
        extension=extension,
        valid=True,
        reason=PhoneReason.NONE,
        changed=full != original,
        original=original,
    )


def _refused(original: str, line: str, reason: PhoneReason) -> Phone:
    digits = re.sub(r"\D", "", line)
    return Phone(
        value=line,
        kind=PhoneKind.UNKNOWN,
        country="",
        tail=digits[-4:] if len(digits) >= 4 else "",
        extension="",
        valid=False,
        reason=reason,
        changed=line != original,
        original=original,
    )
