"""What customs may ask of a parcel, and a plan whose question gets its answer.

A node that asks carries the mark ``asked:<what>``, the node that takes the answer ``answered``.
Unanswered by anybody, a question is answered by the recipient at the planned time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from apps.sandbox.hours import DAY
from apps.sandbox.plan import Plan

ASKED, ANSWERED = "asked:", "answered"
QUESTIONS: dict[str, tuple[str, str]] = {
    "invoice": ("commercial invoice and proof of payment", "商业发票及付款凭证"),
    "value": ("proof of the declared value", "申报价值证明"),
    "tax_id": ("the recipient's tax number", "收件人税号"),
    "ioss": ("the importer's VAT, IOSS or EORI number", "进口方VAT/IOSS/EORI号"),
    "prior_notice": (
        "FDA prior notice and facility registration", "FDA预申报（Prior Notice）及工厂注册号",
    ),
    "description": ("a precise description and the HS code of the goods", "货物准确品名及HS编码"),
    "weight": ("a packing list with net and gross weights", "含净重毛重的装箱单"),
    "purpose": ("ingredients and purpose of use", "成分表及用途说明"),
    "biosecurity": ("a biosecurity declaration", "生物安全声明"),
    "duty": ("payment of duties and taxes", "缴纳关税及税款"),
    "identity": ("the recipient's identity document", "收件人身份证信息"),
    "declaration": ("elements of the export declaration", "出口申报要素"),
}  # fmt: skip
"""Each question's words as carriers write them: in English and in Chinese."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that waits: what it is, since when, and when it is answered at the latest."""

    what: str
    asked_at: int
    ends_at: int


def open_question(plan: Plan, at: int) -> Question | None:
    """The question customs waits with at ``at`` (epoch seconds), or None."""
    found: Question | None = None
    for index, node in enumerate(plan.nodes):
        if node.at > at:
            break
        if node.mark.startswith(ASKED):
            ends = next((n.at for n in plan.nodes[index:] if n.mark == ANSWERED), node.at)
            found = Question(node.mark.removeprefix(ASKED), node.at, ends)
        elif node.mark == ANSWERED:
            found = None
    return found


def with_answer(plan: Plan, *, at: int, taken_at: int) -> Plan:
    """The plan after somebody answered at ``at``; customs has taken the answer at ``taken_at``.

    Reminders fall away. What comes after is earlier by whole days, so that nobody delivers at
    night. An answer that would be taken later than planned changes nothing.
    """
    question = open_question(plan, at)
    if question is None or question.ends_at <= taken_at:
        return plan
    sooner = (question.ends_at - taken_at) // DAY * DAY

    def moved(moment: int) -> int:
        return moment - sooner if moment > question.ends_at else moment

    nodes = [
        replace(node, at=taken_at if node.at == question.ends_at else moved(node.at))
        for node in plan.nodes
        if node.at <= at or node.at >= question.ends_at
    ]
    orders = tuple(replace(event, at=moved(event.at)) for event in plan.orders)
    leg = plan.last_mile
    return replace(
        plan,
        nodes=tuple(nodes),
        orders=orders,
        last_mile=replace(leg, known_at=moved(leg.known_at)) if leg is not None else None,
    )
