"""The platform's states of a pickup order (contract §5.1, data.status) and what follows from them.

Pushes carry no time and may come late or twice, so a state has a rank: a lower rank never replaces
a higher one. Revival (166) starts over.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a state does to the booking."""

    CONFIRMED = "confirmed"
    PICKED_UP = "picked_up"
    NOTED = "noted"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REVIVED = "revived"


@dataclass(frozen=True, slots=True)
class PlatformState:
    """One state: its rank in the life of a pickup, its effect, and whether somebody must look."""

    code: str
    meaning: str
    rank: int
    effect: Effect
    attention: bool = False


STATES: dict[str, PlatformState] = {
    state.code: state
    for state in (
        PlatformState("0", "下单成功", 10, Effect.CONFIRMED),
        PlatformState("200", "已出单", 15, Effect.CONFIRMED),
        PlatformState("1", "已接单", 20, Effect.CONFIRMED),
        PlatformState("302", "改派", 25, Effect.CONFIRMED),
        PlatformState("2", "收件中", 30, Effect.CONFIRMED),
        PlatformState("166", "订单复活", 5, Effect.REVIVED, attention=True),
        PlatformState("201", "出单失败", 40, Effect.FAILED, attention=True),
        PlatformState("610", "下单失败", 40, Effect.FAILED, attention=True),
        PlatformState("11", "揽货失败", 40, Effect.FAILED, attention=True),
        PlatformState("9", "用户主动取消", 45, Effect.CANCELLED),
        PlatformState("99", "订单已取消", 45, Effect.CANCELLED),
        PlatformState("10", "已取件", 50, Effect.PICKED_UP),
        PlatformState("155", "修改重量", 50, Effect.NOTED),
        PlatformState("101", "运输中", 60, Effect.PICKED_UP),
        PlatformState("400", "派送中", 70, Effect.PICKED_UP),
        PlatformState("12", "已退回", 80, Effect.PICKED_UP),
        PlatformState("14", "异常签收", 80, Effect.PICKED_UP),
        PlatformState("13", "已签收", 80, Effect.PICKED_UP),
        PlatformState("15", "已结算", 90, Effect.NOTED),
    )
}


def find_state(code: str) -> PlatformState | None:
    """The state of a code, or None for one the contract does not know."""
    return STATES.get(code)


def replaces(new: str, known: str) -> bool:
    """Whether a state that came may replace the one we hold (both raw codes)."""
    arrived, held = STATES.get(new), STATES.get(known)
    if arrived is None:
        return False
    if held is None or arrived.effect is Effect.REVIVED or held.effect is Effect.REVIVED:
        return True
    return arrived.rank >= held.rank
