"""What a carrier answers to a work order, by what has become of the parcel."""

from __future__ import annotations

from apps.sandbox.codes import basic_of
from apps.sandbox.plan import Plan

CLAIM_WORDS = ("破损", "丢失", "遗失", "理赔", "claim", "damage", "lost")
CARRIER, MERCHANT = "快递客服", "商家"
STATES = {"0": "待处理", "1": "处理中", "2": "已回复", "3": "已完结"}


def first_answer(plan: Plan | None, at: int, about: str) -> str:
    """The answer at a moment (epoch seconds) to what the order is about (kind and words)."""
    nodes = plan.nodes_at(at) if plan is not None else ()
    if not nodes:
        return "您好，经核实该单号暂无揽收记录，请联系寄件网点确认。"
    last = nodes[-1]
    if any(word in about.lower() for word in CLAIM_WORDS):
        return f"您好，已登记理赔，请上传价值证明。最新轨迹：{last.text}"
    basic = basic_of(last.code)
    if basic == "3":
        return f"您好，经核实该快件已妥投。{last.text}"
    if basic == "2":
        return f"您好，该快件异常，已要求网点24小时内处理。{last.text}"
    if basic in {"4", "6", "14"}:
        return f"您好，该快件正在退回寄件人。{last.text}"
    return f"您好，该快件正在运输途中，已加急。最新轨迹：{last.text}"


def next_answer(replies: int) -> str:
    """The answer to a further word of the merchant; ``replies`` counts what was said so far."""
    return (
        "您好，您补充的信息已转交网点核实。",
        "您好，网点反馈正在处理，请耐心等待。",
        "您好，处理结果以轨迹为准，感谢理解。",
    )[replies % 3]
