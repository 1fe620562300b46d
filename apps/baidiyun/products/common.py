"""What the products share: who signs, the signed form, the reply, checks before sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.envelopes import Answer
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.signing import compact_json, sign_order

T = TypeVar("T")
WALL_FORMAT = "%Y-%m-%d %H:%M:%S"
CHINA = dt.timezone(dt.timedelta(hours=8), "China")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs an ORDER form, and when: ``t`` is epoch milliseconds as text."""

    key: str
    secret: str
    t: str


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What asking brought: the data and the platform's words together.

    ``data`` is None unless ``done``. ``permanent``: asking the same again must fail again.
    ``cleaned`` counts the fields of the data that cleaning changed. ``retry_after``: the gateway
    itself held the call back and says in how many seconds to come again.
    """

    outcome: ReplyOutcome
    data: T | None = None
    code: str = ""
    message: str = ""
    permanent: bool = False
    cleaned: int = 0
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the platform said yes and the data could be read."""
        return self.outcome == ReplyOutcome.DONE


def read_reply(answer: Answer, read: Callable[[Any], T]) -> Reply[T]:
    """Return the typed reply of an answer; data that cannot be read is ``unknown``, not ``done``.

    A refusal that may pass is ``unknown`` too: whether something happened must be asked.
    """
    if not answer.ok:
        outcome = ReplyOutcome.REFUSED if answer.permanent else ReplyOutcome.UNKNOWN
        return Reply(outcome, None, answer.code, answer.message, answer.permanent)
    try:
        data = read(answer.data)
    except MalformedPayload as error:
        return Reply(ReplyOutcome.UNKNOWN, None, error.code, str(error))
    return Reply(ReplyOutcome.DONE, data, answer.code, answer.message, cleaned=count_cleaned(data))


def count_cleaned(data: object) -> int:
    """Return how many texts of a result cleaning changed."""
    if type(data) is tuple:
        return sum(count_cleaned(item) for item in data)
    counted = getattr(data, "cleaned", None)
    return counted if isinstance(counted, int) else len(getattr(data, "originals", ()))


def order_form(param: Mapping[str, Any], *, signer: Signer, method: str = "") -> dict[str, str]:
    """Return the signed form of the ORDER family over exactly the ``param`` it carries."""
    body = compact_json(param)
    sign = sign_order(body, t=signer.t, key=signer.key, secret=signer.secret)
    form = {"key": signer.key, "sign": sign, "t": signer.t, "param": body}
    return {"method": method, **form} if method else form


def kept(param: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something: missing and empty are the same to the platform."""
    return {name: value for name, value in param.items() if value not in ("", None, (), [], {})}


def need_object(data: Any, what: str) -> dict[str, Any]:
    """Return data that must be an object. Raises MalformedPayload."""
    if not isinstance(data, dict):
        raise MalformedPayload(f"{what}: expected an object, got {type(data).__name__}")
    return data


def need_list(data: Any, what: str) -> list[dict[str, Any]]:
    """Return data that must be a list of objects. Raises MalformedPayload."""
    if not isinstance(data, list):
        raise MalformedPayload(f"{what}: expected a list, got {type(data).__name__}")
    for item in data:
        if not isinstance(item, dict):
            raise MalformedPayload(f"{what}: expected objects, got {type(item).__name__}")
    return data


def no_data(data: Any) -> None:
    """Read an answer that says yes and nothing more."""


def require(**fields: str) -> None:
    """Raise InvalidRequest naming the first field that is empty."""
    for name, value in fields.items():
        if not value.strip():
            raise InvalidRequest(f"{name} is empty", field=name)


def limit(value: str, characters: int, *, field: str) -> str:
    """Return the value, or raise InvalidRequest if it has more characters than allowed."""
    if len(value) > characters:
        raise InvalidRequest(f"{field} has over {characters} characters", field=field)
    return value


def limit_bytes(value: str, size: int, *, field: str) -> str:
    """Return the value, or raise InvalidRequest if it has more UTF-8 bytes than allowed."""
    if len(value.encode("utf-8", "surrogatepass")) > size:
        raise InvalidRequest(f"{field} has over {size} bytes", field=field)
    return value


def wall_time(moment: dt.datetime) -> str:
    """Write an aware moment as the platform's China time, ``yyyy-MM-dd HH:mm:ss``."""
    return moment.astimezone(CHINA).strftime(WALL_FORMAT)


def read_wall_time(value: str, zone: dt.tzinfo = CHINA) -> dt.datetime | None:
    """Return the aware moment of ``yyyy-MM-dd HH:mm[:ss]``, None if it is none."""
    for shape in (WALL_FORMAT, "%Y-%m-%d %H:%M"):
        try:
            return dt.datetime.strptime(value.strip(), shape).replace(tzinfo=zone)
        except ValueError:
            continue
    return None


def kilograms(grams: int) -> str:
    """Write grams as the platform's kilograms: 1500 → "1.5"."""
    if grams <= 0:
        raise InvalidRequest("the weight is not positive", field="weight_grams")
    whole, rest = divmod(grams, 1_000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


def whole(value: str) -> int | None:
    """Return a short run of ASCII digits as a number, else None."""
    digits = value.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else None
