"""What is said to carriers, and how their answers are to be read. Pure; the words are theirs."""

from __future__ import annotations

from apps.exceptions.choices import StepState, WorkOrderAbout

URGE = "催派"
ABOUT = {
    WorkOrderAbout.STALLED.value: "物流停滞",
    WorkOrderAbout.LOST.value: "遗失",
    WorkOrderAbout.DAMAGED.value: "破损",
    WorkOrderAbout.MISSING.value: "少件",
    WorkOrderAbout.WRONG_GOODS.value: "错件",
    WorkOrderAbout.FALSE_PICKUP.value: "虚假揽收",
    WorkOrderAbout.FALSE_SIGNATURE.value: "虚假签收",
    WorkOrderAbout.OTHER.value: "其他",
}
"""The platform's ``type`` of a work order (contract §5.11; no list of them is documented)."""
CLOSED = "3"
FAILED_WORDS = ("失败", "无法", "不支持", "拒绝", "未能")
DONE_WORDS = ("成功", "已拦截", "完成")
RUNNING_WORDS = ("中",)


def urging(*, number: str, hours: int) -> str:
    """Return the words that urge a carrier; ``hours`` since the last sign of life."""
    since = f"已{hours}小时无新轨迹" if hours >= 1 else "异常"
    return f"运单{number}{since}，请尽快核实并安排派送，谢谢。"


def interception_end(status: str, words: str) -> StepState | None:
    """Return how an interception ended, None while it goes on.

    Its payload is nowhere documented: the words decide, then what was seen on the wire (2 done,
    3 failed).
    """
    if any(word in words for word in FAILED_WORDS):
        return StepState.REFUSED
    if any(word in words for word in DONE_WORDS):
        return StepState.DONE
    if words.endswith(RUNNING_WORDS):
        return None
    return {"2": StepState.DONE, "3": StepState.REFUSED}.get(status)


def work_order_state(status: str) -> StepState:
    """Return where an answered work order stands: closed, or still open for more words."""
    return StepState.DONE if status == CLOSED else StepState.ACCEPTED
