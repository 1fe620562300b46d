"""Hiding personal data: what somebody without the permission to see it is shown instead.

A masked value keeps what the work needs (the surname, the last four digits, the district) and
never seven digits of a telephone number in a row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from apps.core.geo import parse_address

_NAME_KEYS = re.compile(
    r"(?:rec|send|recipient|sender|buyer|contact|courier|receiver|consignee|shipper|customer|real|"
    r"user|signer|linkman|to|from)(?:man)?_?(?:full)?name|name|linkman|signer|buyer|courier|consignee",
    re.IGNORECASE,
)
_PHONE_KEYS = re.compile(r".*(?:mobile|phone|tel|telephone)(?:no|num|number|list)?", re.IGNORECASE)
_ADDRESS_KEYS = re.compile(
    r".*addr(?:ess)?\d?|.*(?:street|fulladdr|location_?detail)|from|to|.*house_?number",
    re.IGNORECASE,
)
_SECRET_KEYS = re.compile(
    r".*(?:id_?card|id_?number|passport|email|salt|secret|password)|pickup_?code|customer", re.I
)
_PLAIN_KEYS = re.compile(
    r"nu|num|number|kuaidi_?num|numbers|com|kuaidi_?com|com_?old|com_?new|.*_?time|t|timestamp|"
    r"task_?id|order_?id|third_?order_?id|sign|token|poll_?token|code|.*_?code|status|state|"
    r"area_?cent(?:er|re)|location|longitude|latitude|lng|lat|.*_at|date|.*date|weight|freight|"
    r"price|body_hash|kid|uid|id",
    re.IGNORECASE,
)
_PLAIN_VALUE = re.compile(r"[\w .,:/+-]{0,80}")
_NAMED_VALUE = re.compile(r'("([A-Za-z_]{1,40})"\s*:\s*")((?:[^"\\]|\\.)*)(")')

_MOBILE = re.compile(r"(?<!\d)((?:\+|00)?86[- ]?)?(1[3-9]\d)(\d{4})(\d{4})(?!\d)")
_SPACED = re.compile(
    r"(?<!\d)(1[3-9]\d)[ .\-\u2010-\u2015]+(\d{4})[ .\-\u2010-\u2015]+(\d{4})(?!\d)"
    r"|(?<!\d)([48]00)[ .-]+(\d{3})[ .-]+(\d{4})(?!\d)"
    r"|(?<!\d)\(?(0\d{2,3})\)?[ .-]+(\d{3,4})[ .-]+(\d{4})(?!\d)"
)
_FOREIGN = re.compile(r"\+(?!86)\d{1,3}(?:[ .\-\u2010-\u2015]{0,2}\(?\d{2,4}\)?){2,5}(?!\d)")
_LONG_RUN = re.compile(r"\d{7,}")
_NAMED_PERSON = re.compile(
    r"((?:快递员|派件员|业务员|揽件员|揽收员|收件员|配送员|派送员|小哥|联系人|收件人|收货人|签收人"
    r"|取件人|派件人|投递员|揽投员|交给)(?:是|为)?[:：\s【\[(（]*)"
    r"([\u4e00-\u9fff]{2,4}?)(?=[\s,，。;；:：】\])）\d(（]|电话|手机|正在|$)"
)
_NAMED_BEFORE_PHONE = re.compile(
    r"((?:的|联系|由|[，,、：:】]\s*的?)\s*)([\u4e00-\u9fff]{2,4}?)"
    r"(?=\s*[（(：:【\[]\s*(?:电话[:：]?\s*)?(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d))"
)
_NAMED_AFTER_PHONE = re.compile(
    r"((?<=\d)[）)】\]]\s*的\s*)([\u4e00-\u9fff]{2,4}?)(?=\s*(?:已|正在))"
)
_NO_NAMES = re.compile(
    r"本人(?:签收)?|他人(?:代收)?|家人|家属|同事|同学|邻居|朋友|门卫|保安|前台|物业|收发室|传达室"
    r"|代收点?|驿站|快递柜|丰巢|自提点|寄件人|(?:上门|正在|即将|前往|联系|[已会为派取揽送请您凭电]).*"
)
"""Who signs without having a name, and verbs: the answer to the question what happened."""
_ROUTE_STOPS = frozenset({"from", "cur", "to"})
_KEEP = "****"


def mask_name(name: str) -> str:
    """The first character and a star: 张*."""
    stripped = name.strip()
    return f"{stripped[0]}*" if stripped and not stripped[0].isdigit() else "*" * bool(stripped)


def mask_phone(phone: str) -> str:
    """The first three and the last four digits: 138****5678; fewer for short numbers."""
    main = re.split(r"(?<=\d{7})[-;,转x#]+\d{1,6}$|;ext=", phone)[0] if len(phone) > 7 else phone
    digits = _digits(main)
    if not digits:
        return "*" * bool(phone.strip())
    plus = "+" if phone.lstrip().startswith("+") else ""
    return plus + _mask_digits(digits)


def mask_address(address: str) -> str:
    """The address down to the district: 广东省深圳市南山区***. Nothing of an unknown one."""
    if not address.strip():
        return ""
    parsed = parse_address(address)
    return mask_parts(parsed.province, parsed.city, parsed.district)


def mask_parts(province: str, city: str, district: str) -> str:
    """The masked form of an address whose parts are known."""
    known = dict.fromkeys(mask_text(part) for part in (province, city, district) if part)
    return "".join(known) + "***"


def mask_text(text: str) -> str:
    """Free text with every run of digits that could be a telephone number masked, and the names
    that carriers put behind words such as 快递员."""
    masked = text
    for pattern in (_NAMED_PERSON, _NAMED_BEFORE_PHONE, _NAMED_AFTER_PHONE):
        masked = pattern.sub(_mask_person, masked)
    masked = _FOREIGN.sub(lambda match: "+" + _mask_digits(_digits(match[0])), masked)
    masked = _SPACED.sub(_mask_spaced, masked)
    masked = _MOBILE.sub(lambda match: f"{match[1] or ''}{match[2]}{_KEEP}{match[4]}", masked)
    return _LONG_RUN.sub(lambda match: _mask_digits(match[0]), masked)


def mask_payload(payload: Any) -> Any:
    """A raw payload (JSON text or the object) with names, phones and addresses masked.

    Text comes back as text, an object as an object. Text that is not JSON is masked as free text,
    with the values of personal keys recognised where they still stand in quotes. Never raises.
    """
    if not isinstance(payload, str):
        return _mask_deep(payload)
    try:
        decoded = json.loads(payload)
        if isinstance(decoded, dict | list):
            return json.dumps(_mask_value("", decoded, 0), ensure_ascii=False)
    except (ValueError, RecursionError):
        return mask_text(_NAMED_VALUE.sub(_mask_named, payload))
    return mask_text(payload)


def _mask_deep(payload: Any) -> Any:
    try:
        return _mask_value("", payload, 0)
    except RecursionError:
        return _KEEP


def _mask_value(key: str, value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        if key in _ROUTE_STOPS and set(value) <= {"number", "name"}:
            return value
        return {
            mask_text(str(name)): _mask_value(str(name), part, depth + 1)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_mask_value(key, part, depth + 1) for part in value]
    if isinstance(value, str):
        return _mask_string(key, value, depth)
    if isinstance(value, bool) or value is None:
        return value
    return _mask_number(key, value)


def _mask_string(key: str, value: str, depth: int) -> str:
    if depth < 50 and value[:1] in "{[" and value[-1:] in "}]" and len(value) > 1:
        return str(mask_payload(value))
    for keys, mask in _MASKS:
        if keys.fullmatch(key):
            return mask(value)
    if _PLAIN_KEYS.fullmatch(key) and _PLAIN_VALUE.fullmatch(value):
        return _MOBILE.sub(lambda match: f"{match[1] or ''}{match[2]}{_KEEP}{match[4]}", value)
    return mask_text(value)


def _mask_secret(value: str) -> str:
    return "***" if value else value


_MASKS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (_NAME_KEYS, mask_name),
    (_PHONE_KEYS, mask_phone),
    (_SECRET_KEYS, _mask_secret),
    (_ADDRESS_KEYS, mask_address),
)


def _mask_number(key: str, value: Any) -> Any:
    text = str(value)
    if _PHONE_KEYS.fullmatch(key) or _SECRET_KEYS.fullmatch(key):
        return mask_phone(text)
    if _PLAIN_KEYS.fullmatch(key) and not _MOBILE.search(text):
        return value
    masked = mask_text(text)
    return value if masked == text or (isinstance(value, float) and "." in text) else masked


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


def _mask_person(match: re.Match[str]) -> str:
    return match[0] if _NO_NAMES.fullmatch(match[2]) else match[1] + mask_name(match[2])


def _mask_named(match: re.Match[str]) -> str:
    return match[1] + _mask_string(match[2], match[3], 50) + match[4]


def _mask_spaced(match: re.Match[str]) -> str:
    groups = [group for group in match.groups() if group is not None]
    return f"{groups[0]}{_KEEP}{groups[-1]}"


def _mask_digits(digits: str) -> str:
    """Keep 3 + 4 of eleven and more digits, 2 + 2 of seven to ten, the last of fewer."""
    if len(digits) >= 11:
        return f"{digits[:3]}{_KEEP}{digits[-4:]}"
    if len(digits) >= 7:
        return f"{digits[:2]}{_KEEP}{digits[-2:]}"
    return f"{_KEEP}{digits[-1:]}"
