"""A claim with its evidence in the words a carrier's service reads. Pure; Chinese, no person."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.orders.choices import ClaimKind

LONGEST = 500


def describe_claim(
    *, kind: str, expected: Decimal, charged: Decimal, evidence: Mapping[str, Any]
) -> str:
    """Return what is claimed and why, at most 500 characters.

    ``expected`` and ``charged`` are grams for weight and CNY for freight; ``evidence`` as stored
    with the claim, parts of it may be missing.
    """
    quote = evidence.get("quote") or {}
    settlement = evidence.get("settlement") or {}
    if kind == ClaimKind.WEIGHT.value:
        parts = [f"重量异议：申报{expected:.0f}克，计费{charged:.0f}克"]
    else:
        parts = [f"运费异议：下单报价{expected:.2f}元，结算{charged:.2f}元"]
    parts += [
        _said("运单号", evidence.get("number")),
        _said("平台订单号", evidence.get("platform_order_id")),
        _said("我方单号", evidence.get("booking")),
        _said("申报重量（克）", evidence.get("stated_grams")),
        _said("报价（元）", quote.get("price")),
        _said("报价时间", quote.get("at")),
        _said("结算重量（克）", settlement.get("weight_grams")),
        _said("结算运费（元）", settlement.get("freight")),
        _said("费用明细", _fees(settlement.get("fees"))),
    ]
    return "；".join(part for part in parts if part)[:LONGEST]


def _said(name: str, value: object) -> str:
    return f"{name}：{value}" if value not in {None, ""} else ""


def _fees(fees: object) -> str:
    if not isinstance(fees, list):
        return ""
    named = (
        f"{fee.get('description') or fee.get('kind', '')}{fee.get('amount', '')}"
        for fee in fees
        if isinstance(fee, Mapping)
    )
    return "、".join(name for name in named if name)
