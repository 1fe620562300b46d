"""State codes of the platform (contract §1.4): names, and which basic state each belongs to."""

from __future__ import annotations

BASIC_NAMES: dict[str, str] = {
    "0": "在途", "1": "揽收", "2": "疑难", "3": "签收", "4": "退签", "5": "派件",
    "6": "退回", "7": "转投", "8": "清关", "14": "拒签",
}  # fmt: skip
NAMES: dict[str, str] = {
    **BASIC_NAMES,
    "101": "已下单", "102": "待揽收", "103": "已揽收",
    "1001": "到达派件城市", "1002": "干线", "1003": "转递",
    "501": "投柜或驿站",
    "301": "本人签收", "302": "派件异常后签收", "303": "代签", "304": "投柜或站签收",
    "401": "已销单",
    "201": "超时未签收", "202": "超时未更新", "203": "拒收", "204": "派件异常",
    "205": "柜或驿站超时未取", "206": "无法联系", "207": "超区", "208": "滞留",
    "209": "破损", "210": "销单",
    "10": "待清关", "11": "清关中", "12": "已清关", "13": "清关异常",
}  # fmt: skip
BASIC: dict[str, str] = {
    "101": "1", "102": "1", "103": "1", "1001": "0", "1002": "0", "1003": "0", "501": "5",
    "301": "3", "302": "3", "303": "3", "304": "3", "401": "4",
    "201": "2", "202": "2", "203": "2", "204": "2", "205": "2", "206": "2", "207": "2",
    "208": "2", "209": "2", "210": "2", "10": "8", "11": "8", "12": "8", "13": "8",
}  # fmt: skip
SIGNED = frozenset({"3", "301", "302", "303", "304", "4", "14"})
NEAR_THE_END = frozenset(
    {"1001", "5", "501", "3", "301", "302", "303", "304", "203", "204", "205", "206", "207", "4"}
)
BEFORE_PICKUP = frozenset({"101", "102"})


def basic_of(code: str) -> str:
    """The basic state of an advanced code; basic codes are their own."""
    return BASIC.get(code, code)


def name_of(code: str, *, advanced: bool) -> str:
    """The Chinese status name of a node, on the asked level."""
    return NAMES[code] if advanced else BASIC_NAMES[basic_of(code)]


def is_signed(code: str) -> bool:
    """Whether the parcel is over for the platform (``ischeck`` 1): delivered or returned."""
    return code in SIGNED
