"""What rules held in the past, and people let go some hours later with a reason.

Orders abroad of the last two days stay as they are: they are the desk's work of today.
"""

from __future__ import annotations

import datetime as dt

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.customs.compliance_selectors import holding_findings, latest_check
from apps.customs.models import Consignment
from apps.customs.services import override_finding
from apps.orders.models import Order
from apps.orders.services import follow_customs
from apps.sandbox.rng import stream
from config.seeding.past_bookings import book_past
from config.seeding.past_orders import SEED, STILL_OPEN

LET_GO_WITHIN = dt.timedelta(hours=3)
BOOKED_AFTER = dt.timedelta(hours=7)
MANAGER = "manager"
REASONS = {
    "eu_animal_supplement": "已核对兽医入境证书（演示数据），同意放行",
    "eu_toys_ce": "供应商已补发 CE 声明（演示数据），资料次日录入",
}
USUAL_REASON = "已人工核对资料（演示数据），同意放行"


def let_go_past(*, now: dt.datetime) -> int:
    """Let go what rules held for more than two days, and book it; returns how many parcels."""
    held = Consignment.objects.filter(
        held_by_rules=True, is_complete=True, created_at__lt=now - STILL_OPEN
    )
    rows = list(held.order_by("pk"))
    actor = Actor.user(User.objects.get(username=MANAGER))
    for row in rows:
        rng = stream(SEED, "let go", row.reference)
        check = latest_check(row.pk)
        since = check.at if check else row.created_at
        with clock.frozen(since + rng.uniform(0.1, 1.0) * LET_GO_WITHIN):
            for key in dict.fromkeys(one.rule_key for one in holding_findings(row.pk)):
                override_finding(
                    consignment=row,
                    rule_key=key,
                    reason=REASONS.get(key, USUAL_REASON),
                    actor=actor,
                    role=Role.MANAGER.value,
                )
    while follow_customs(limit=500):
        pass
    orders = Order.objects.filter(parcels__shipment_id__in=[row.shipment_id for row in rows])
    book_past(list(orders), now=now, after=BOOKED_AFTER)
    return len(rows)
