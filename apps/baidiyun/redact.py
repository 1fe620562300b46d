"""What the call log may keep: named harmless fields; everything else becomes ``***``.

Working from a list of what is harmless means a field nobody thought of stays out of the log.
Free text (``message``) loses numbers that could be phones, what reads like a door or like the
name of a party, and every private value of the request. Waybill numbers and the platform's order
references stay: the log is looked up by them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.reading import clean, load_json
from apps.baidiyun.signing import compact_json

HIDDEN = "***"
LONGEST_KEPT = 200
LONGEST_RESPONSE = 8_000
LISTED = 30
HARMLESS = frozenset(
    {
        "amount",
        "areaCode",
        "autoCheck",
        "billstatus",
        "carrier_id",
        "code",
        "com",
        "comCode",
        "comNew",
        "comOld",
        "company",
        "condition",
        "dayType",
        "defPrice",
        "feeType",
        "freight",
        "ftime",
        "ischeck",
        "isLoop",
        "kuaidiCom",
        "kuaidiNum",
        "kuaidicom",
        "kuaidinum",
        "lang",
        "lengthPre",
        "method",
        "nu",
        "num",
        "number",
        "orderId",
        "orderid",
        "order_status_code",
        "order",
        "payStatus",
        "payment",
        "pickupEndTime",
        "pickupStartTime",
        "price",
        "remainTime",
        "result",
        "resultv2",
        "returnCode",
        "schema",
        "serviceType",
        "show",
        "state",
        "status",
        "statusCode",
        "success",
        "t",
        "taskId",
        "thirdOrderId",
        "time",
        "totalTime",
        "tracking_number",
        "weight",
    }
)
ACCOUNT, ACCOUNT_CODE = "partnerId", "code"
"""Beside the number of an account with a carrier, ``code`` is a part of that account."""
FREE_TEXT = frozenset({"message", "msg"})
NESTED = frozenset({"param"})
PHONE_LIKE = re.compile(r"\+?\d[\d \-]{5,}\d")
DOOR_LIKE = re.compile(r"(地址)?[\u4e00-\u9fffA-Za-z0-9#-]*\d(?:号|弄|栋|幢|座|室|楼|单元)[\w#-]*")
NAME_LIKE = re.compile(
    r"(?<=收件人|寄件人|发件人|联系人)(?:姓名)?[:：为是]?"
    r"(?!地址|电话|手机|姓名|信息|省|市|不)[\u4e00-\u9fff·]{2,12}?"
    r"(?=电话|手机|地址|的|\*|[\s,，。;；、(（]|$)"
)


def redact_request(fields: Mapping[str, str]) -> tuple[dict[str, Any], frozenset[str]]:
    """Return what may be logged of a form, and the private values to keep out of the answer."""
    opened = {name: _open(name, value) for name, value in fields.items()}
    private: set[str] = set()
    _collect_private(opened, private)
    hidden = frozenset(private)
    kept = _redact(opened, hidden)
    return (kept if isinstance(kept, dict) else {}), hidden


def redact_response(text: str, private: Collection[str] = ()) -> str:
    """Return what may be logged of an answer; what is not JSON is only measured."""
    if not text.strip():
        return ""
    try:
        value = load_json(text)
    except MalformedPayload:
        kind = "page" if text.lstrip().startswith("<") else "text"
        return f"[{kind}, {len(text)} characters]"
    return compact_json(_redact(value, private))[:LONGEST_RESPONSE]


def anonymous(message: str) -> str:
    """Return the beginning of a platform's message without phones, doors and parties' names."""
    kept = PHONE_LIKE.sub(HIDDEN, message[: 5 * LONGEST_KEPT])
    kept = DOOR_LIKE.sub(lambda found: (found[1] or "") + HIDDEN, kept)
    return NAME_LIKE.sub(HIDDEN, kept)[:LONGEST_KEPT]


def _open(name: str, value: str) -> Any:
    if name not in NESTED:
        return value
    try:
        return load_json(value)
    except MalformedPayload:
        return value


def _redact(value: Any, private: Collection[str], name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {
            clean(str(key)): _redact(item, private, _name_in(value, str(key)))
            for key, item in value.items()
        }
    if isinstance(value, list):
        shown = [_redact(item, private, name) for item in value[:LISTED]]
        return shown if len(value) <= LISTED else [*shown, f"[{len(value) - LISTED} more]"]
    if value is None or isinstance(value, bool) or value == "":
        return value
    if name in FREE_TEXT and isinstance(value, str):
        return anonymous(_scrub(value, private))
    if name in HARMLESS:
        return _scrub(value, private)[:LONGEST_KEPT] if isinstance(value, str) else value
    return HIDDEN


def _name_in(holder: Mapping[str, Any], name: str) -> str:
    """Return the name a field is judged by: an account's code is nothing harmless."""
    return ACCOUNT if name == ACCOUNT_CODE and ACCOUNT in holder else name


def _scrub(value: str, private: Collection[str]) -> str:
    value = clean(value)
    for secret in private:
        if secret in value:
            value = value.replace(secret, HIDDEN)
    return value


def _collect_private(value: Any, found: set[str], name: str = "") -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            _collect_private(item, found, _name_in(value, str(key)))
    elif isinstance(value, list):
        for item in value:
            _collect_private(item, found, name)
    elif isinstance(value, str) and name not in HARMLESS | FREE_TEXT and _tells(value):
        found.add(value)


def _tells(value: str) -> bool:
    """Whether a value is long enough that hiding it cannot tear other text apart."""
    return len(value) >= 4 or (len(value) >= 2 and not value.isascii())
