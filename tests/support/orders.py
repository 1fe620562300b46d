"""Bodies of orders, and orders placed by the service."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.orders.drafts import LineDraft, OrderDraft, RecipientDraft
from apps.orders.models import Order
from apps.orders.services import create_order

ADDRESS = "广东省深圳市南山区科技园南路18号3栋502"
BODY: dict[str, Any] = {
    "number": "A-1001",
    "recipient": {"name": "李雷", "phone": "13812345678", "address": ADDRESS},
    "lines": [{"title": "龙井 250g", "quantity": 2, "unit_price": "19.90", "weight_grams": 300}],
}
_numbers = itertools.count(1)


def body(**changes: Any) -> dict[str, Any]:
    """Return the body of an acceptable order; ``recipient__phone`` reaches into parts."""
    found = copy.deepcopy(BODY)
    for path, value in changes.items():
        *above, last = path.split("__")
        place: Any = found
        for name in above:
            place = place[int(name)] if name.isdecimal() else place[name]
        place[int(last) if last.isdecimal() else last] = value
    return found


def make_order(merchant: Merchant, **fields: Any) -> Order:
    """Place an order of one parcel to Shenzhen."""
    number = fields.pop("number", f"B-{next(_numbers)}")
    draft = OrderDraft(
        number=number,
        recipient=RecipientDraft(
            name="李雷", phone="13812345678", address=ADDRESS, email="lilei@example.com"
        ),
        lines=(LineDraft(title="龙井 250g", quantity=2, weight_grams=300),),
        **fields,
    )
    return create_order(merchant=merchant, draft=draft, mode="sandbox", actor=Actor.system("test"))
