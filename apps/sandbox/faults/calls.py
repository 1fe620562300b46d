"""What happens to a call on its way in or out, drawn from seed and name alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.sandbox.choices import FaultName
from apps.sandbox.rng import chance, stream

SLOW_SECONDS = (0.5, 6.0)
SPOILING = (
    FaultName.CALL_TIMEOUT, FaultName.CALL_HTML, FaultName.CALL_EXPIRED, FaultName.CALL_LIMITED,
    FaultName.CALL_ERROR,
)  # fmt: skip
"""At most one of these hits a call; the first drawn wins."""

CALL_FAULTS = (*SPOILING, FaultName.CALL_SLOW)

HTML_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>openresty</center>\r\n"
    "</body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True)
class CallFate:
    """What is to happen: nothing (the default), or one spoiling fault, and a delay.

    ``reaches`` is whether the call is carried out although its answer is lost (a timeout's
    caller cannot know). ``delay_s`` is in real seconds; ``status`` is the page's for HTML.
    """

    spoiled: FaultName | None = None
    reaches: bool = False
    delay_s: float = 0.0
    status: int = 200
    choice: float = 0.0

    @property
    def hits(self) -> bool:
        """Whether anything at all happens to the call."""
        return self.spoiled is not None or self.delay_s > 0


CALM = CallFate()


def is_any_on(rates: Mapping[str, float]) -> bool:
    """Whether calls have a fate at all."""
    return any(rates.get(name, 0) > 0 for name in CALL_FAULTS)


def decide_call(*, seed: int, name: str, rates: Mapping[str, float]) -> CallFate:
    """The fate of one call; ``name`` tells a call and its repetitions apart."""
    if not is_any_on(rates):
        return CALM
    rng = stream(seed, "fault", "call", name)
    reaches, choice, status = rng.random() < 0.5, rng.random(), rng.choice((200, 502))
    spoiled = next(
        (kind for kind in SPOILING if chance(seed, rates.get(kind, 0), "fault", kind, name)), None
    )
    slow = chance(seed, rates.get(FaultName.CALL_SLOW, 0), "fault", "call_slow", name)
    delay = rng.uniform(*SLOW_SECONDS) if slow else 0.0
    return CallFate(spoiled, reaches, delay, status, choice)


@dataclass(frozen=True, slots=True)
class ErrorTable:
    """A product's envelope and its documented refusals: failing, too frequent, key expired."""

    flavour: str
    failing: tuple[tuple[str, str], ...]
    limited: tuple[str, str]
    expired: tuple[str, str]


# Contract §1.5; 504 is known from third parties only and stays a switch (§8).
CLASSIC = ErrorTable(
    "a",
    (("500", "查询无结果，请隔段时间再查"), ("501", "服务器错误"), ("502", "服务器繁忙")),
    ("504", "访问过于频繁，请稍后再试"),
    ("601", "KEY已过期"),
)
SUBSCRIBE = ErrorTable(
    "a", (("500", "服务器错误"),), ("504", "访问过于频繁，请稍后再试"), ("601", "POLL:KEY已过期")
)
ORDER = ErrorTable(
    "a",
    (("500", "服务器错误"), ("500", "系统繁忙，请稍后再试")),
    ("504", "访问过于频繁，请稍后再试"),
    ("601", "KEY已过期"),
)
# Contract §5.4: 500 提交失败, 30005 the carrier's trouble, 30004 key expired.
NEWER = ErrorTable(
    "b", (("500", "提交失败"), ("30005", "快递公司系统异常")), ("500", "系统繁忙，请稍后再试"),
    ("30004", "KEY已过期"),
)  # fmt: skip
KD100 = ErrorTable(
    "k", (("500", "Server error"),), ("401", "Quota exceeded"), ("404", "Invalid API key")
)
ROBOT = ErrorTable(
    "w",
    (("-1", "system error"),),
    ("45009", "api freq out of limit"),
    ("93000", "invalid webhook url"),
)

TABLES: tuple[tuple[str, ErrorTable], ...] = (
    ("poll/query.do", CLASSIC), ("poll/maptrack.do", CLASSIC), ("pollmap", SUBSCRIBE),
    ("poll", SUBSCRIBE), ("order/", ORDER), ("sameCity/", ORDER), ("reachable.do", ORDER),
    ("api/v1/", KD100), ("cgi-bin/", ROBOT), ("label/", NEWER), ("bsamecity/", NEWER),
    ("address/", NEWER), ("internationalAddress/", NEWER), ("sendAssistant/", NEWER),
    ("workorder/", NEWER), ("pickupCode/", NEWER),
)  # fmt: skip


def table_for(path: str) -> ErrorTable:
    """The refusals of the product behind a path (without its leading slash)."""
    return next((table for prefix, table in TABLES if path.startswith(prefix)), CLASSIC)


def refusal_for(path: str, fate: CallFate) -> dict[str, object]:
    """The product's own envelope for a spoiled call that is refused."""
    table = table_for(path)
    if fate.spoiled is FaultName.CALL_LIMITED:
        code, message = table.limited
    elif fate.spoiled is FaultName.CALL_EXPIRED:
        code, message = table.expired
    else:
        code, message = table.failing[int(fate.choice * len(table.failing))]
    if table.flavour == "b":
        return {"success": False, "code": int(code), "message": message, "time": 3, "data": None}
    if table.flavour == "k":
        return {"code": int(code), "message": message}
    if table.flavour == "w":
        return {"errcode": int(code), "errmsg": message}
    return {"result": False, "returnCode": code, "message": message}
