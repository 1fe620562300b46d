"""Orders abroad beside orders at home, in a process of its own on the bench's database.

``python -m config.bench.declaring_actors orders`` prints one JSON value on the last line.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import django

LINES, ROUNDS, ORDERS, WARM_UP = 20, 5, 40, 5


def orders() -> list[dict[str, list[float]]]:
    """Place orders of twenty lines, abroad and at home in turn; milliseconds by round.

    ``drafting`` is what customs takes of an order abroad, inside its transaction: what the shop
    said is kept, products, papers, exporter and figures are read, the record is drafted, judged
    and stored with its declarations and steps.
    """
    from apps.orders.services import creation

    shop, home, abroad = _plant()
    spent: list[float] = []
    for name in ("begin_declaring", "declare_parcel"):
        setattr(creation, name, _timed(getattr(creation, name), spent))
    rounds = []
    for number in range(ROUNDS + 1):
        took: dict[str, list[float]] = {"drafting": [], "abroad": [], "home": []}
        for turn in range(ORDERS if number else WARM_UP):
            key = f"{time.time_ns()}-{turn}"
            took["home"].append(_place(shop, replace(home, number=f"H{key}")))
            spent.clear()
            took["abroad"].append(_place(shop, replace(abroad, number=f"A{key}")))
            took["drafting"].append(sum(spent))
        if number:
            rounds.append(took)
    return rounds


def _timed(work: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*args: Any, **given: Any) -> Any:
        started = time.perf_counter()
        try:
            return work(*args, **given)
        finally:
            spent.append((time.perf_counter() - started) * 1000)

    return timed


def _place(shop: Any, draft: Any) -> float:
    from apps.core.actions import Actor
    from apps.orders.services import create_order

    started = time.perf_counter()
    create_order(merchant=shop, draft=draft, mode="sandbox", actor=Actor.system("bench"))
    return (time.perf_counter() - started) * 1000


def _plant() -> tuple[Any, Any, Any]:
    """A shop with twenty products of confirmed codes and papers, and two drafts of them."""
    from apps.accounts.models import Merchant
    from apps.customs.models import Certificate, Exporter, HsConfirmation, Product
    from apps.orders.drafts import LineDraft, OrderDraft, RecipientDraft

    shop, made = Merchant.objects.get_or_create(
        slug="bench-declaring",
        defaults={
            "name": "Bench", "is_test": True, "sender_name": "仓库", "sender_phone": "13800571001",
            "sender_province": "浙江省", "sender_city": "杭州市", "sender_district": "余杭区",
            "sender_street": "文一西路969号",
        },
    )  # fmt: skip
    if made:
        Exporter.objects.create(
            merchant=shop, name_en="Bench Ltd.", name_cn="基准有限公司", city="Hangzhou",
            street="Wensan Rd 90", phone="+8657112345678", customs_code="2900", port_code="2910",
        )  # fmt: skip
        for number in range(LINES):
            product = Product.objects.create(
                merchant=shop, sku=f"B-{number}", name_cn="棉布袋", name_en="Cotton tote bag",
                material="cotton", use="shopping", origin="CN", net_grams=160, gross_grams=180,
            )  # fmt: skip
            HsConfirmation.objects.create(product=product, code="420292", confirmed_by="bench")
            Certificate.objects.create(product=product, kind="ce", number=f"CE-{number}")
    goods = tuple(
        LineDraft(title=f"Tote bag {number}", sku=f"B-{number}", unit_price=Decimal("12.50"),
                  weight_grams=180) for number in range(LINES)
    )  # fmt: skip
    at_home = RecipientDraft(
        name="王小明", phone="13800138000", address="广东省深圳市南山区科技园路1号"
    )
    in_germany = RecipientDraft(
        name="Erika Mustermann", phone="+4915112345678", country="DE", city="Köln",
        street="Heidestraße 17", postcode="51147",
    )  # fmt: skip
    draft = OrderDraft(number="-", recipient=at_home, lines=goods, currency="EUR")
    return shop, draft, replace(draft, recipient=in_germany)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"orders": orders}[sys.argv[1]]()) + "\n")
