"""The platform's six answer envelopes (contract §0) and kd100's (§6).

They are read leniently into one :class:`Answer`.

Whatever comes back, HTML, nothing, half a JSON, success under an error status, has a defined
result; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from apps.baidiyun.choices import Product
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.reading import TRUE_WORDS, clean, load_json
from apps.baidiyun.verdicts import is_permanent

SUCCESS = "200"
MESSAGE_LENGTH = 300
GATEWAY_TROUBLE = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: ``code`` is the platform's as text, or one of ours where it gave none.

    Ours: ``empty``, ``html``, ``not_json``, ``unknown_shape``, ``http_<status>``.
    ``flavour`` is A to F, K (kd100.com) or "".
    """

    ok: bool
    code: str
    message: str
    data: Any
    permanent: bool
    flavour: str


def parse_answer(status: int, text: str, *, product: Product) -> Answer:
    """Return what the platform said; success under an HTTP error is not believed."""
    answer = _read(text)
    if status >= 400 and (answer.ok or not answer.flavour):
        return replace(
            answer,
            ok=False,
            code=f"http_{status}",
            message=answer.message or f"HTTP {status}",
            permanent=status < GATEWAY_TROUBLE and status not in {408, 425, 429},
        )
    if answer.ok:
        return answer
    return replace(answer, permanent=is_permanent(product, answer.code, answer.message))


def _read(text: str) -> Answer:
    stripped = text.strip().lstrip("\ufeff")
    if not stripped:
        return _broken("empty", "the answer is empty")
    if stripped.startswith("<"):
        return _broken("html", "the answer is a web page")
    try:
        value = load_json(stripped)
    except MalformedPayload as error:
        return _broken("not_json", str(error))
    if isinstance(value, list):
        return Answer(True, SUCCESS, "", value, False, "F")
    if isinstance(value, Mapping):
        return _read_object(value)
    return _broken("unknown_shape", "the answer is no envelope")


def _read_object(value: Mapping[str, Any]) -> Answer:
    if "returnCode" in value:
        flavour = "A" if isinstance(value["returnCode"], str) else "C"
        code = _word(value["returnCode"])
        ok = _true(value.get("result")) and code == SUCCESS
        return Answer(ok, code, _message(value), value.get("data"), False, flavour)
    if "success" in value:
        code = _word(value.get("code"))
        ok = _true(value["success"]) and code == SUCCESS
        return Answer(ok, code, _message(value), value.get("data"), False, "B")
    if "msg" in value and "status" in value:
        code = _word(value["status"])
        return Answer(code == "1", code, _message(value), value.get("data"), False, "E")
    if "status" in value and ("data" in value or "nu" in value):
        code = _word(value["status"])
        return Answer(code == SUCCESS, code, _message(value), value, False, "D")
    if "code" in value and ("message" in value or "data" in value):
        code = _word(value["code"])
        return Answer(code == SUCCESS, code, _message(value), value.get("data"), False, "K")
    return _broken("unknown_shape", "the answer is no envelope")


def _broken(code: str, message: str) -> Answer:
    return Answer(False, code, message[:MESSAGE_LENGTH], None, False, "")


def _message(value: Mapping[str, Any]) -> str:
    for name in ("message", "msg"):
        found = value.get(name)
        if isinstance(found, str) and found:
            return clean(found)[:MESSAGE_LENGTH]
    return ""


def _word(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    try:
        number = int(value) if isinstance(value, float) and value.is_integer() else value
        return clean(str(number)).strip()[:32]
    except ValueError:
        return ""


def _true(value: Any) -> bool:
    return value is True or str(value).strip().lower() in TRUE_WORDS
