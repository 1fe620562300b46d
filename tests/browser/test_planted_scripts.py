"""What merchants and carriers write is text on every page, and no page asks for anything foreign.

The same payload is planted in every field somebody outside can fill; a page where it comes alive
sets `window.hit`. The console tells of everything the page's own policy refused.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from apps.accounts.choices import Role
from apps.accounts.models import Merchant, User
from apps.baidiyun.models import ApiCall, Quarantine, UnknownCode
from apps.core import clock
from apps.orders.models import Booking, Order, OrderLine
from apps.shipments.models import Event, Leg, Shipment
from apps.shipments.services import apply_snapshots
from tests.orders.builders import booking_of, make_merchant, make_order
from tests.shipments.builders import LIFE, inbox_row, push
from tests.support.people import make_user

pytestmark = [pytest.mark.django_db(transaction=True)]
EVIL = "\"'><img src=x onerror=window.hit=1>{{7*7}}${7*7}<script>window.hit=1</script>"
SHORT = "'\"><svg onload=window.hit=1>"
PAGES = [
    "/admin/",
    "/admin/orders/order/",
    "/admin/orders/order/{order}/change/",
    "/admin/orders/booking/",
    "/admin/shipments/shipment/",
    "/admin/shipments/shipment/{shipment}/change/",
    "/admin/shipments/event/",
    "/admin/baidiyun/inboxrow/",
    "/admin/baidiyun/inboxrow/{inbox}/change/",
    "/admin/baidiyun/quarantine/",
    "/admin/baidiyun/quarantine/{quarantine}/change/",
    "/admin/baidiyun/apicall/",
    "/admin/baidiyun/apicall/{call}/change/",
    "/admin/baidiyun/unknowncode/",
    "/admin/accounts/merchant/",
    "/admin/accounts/merchant/{merchant}/change/",
    "/admin/accounts/user/",
    "/admin/accounts/apikey/add/",
    "/admin/core/actionlog/",
    "/api/v1/docs",
]


def fill(model: type[Any], **chosen: Any) -> None:
    """Write the payload into every text column that has room for it."""
    rows = model._default_manager.filter(**chosen)
    for field in model._meta.concrete_fields:
        room = field.max_length or 10_000
        free = field.get_internal_type() in {"CharField", "TextField"}
        if not free or field.choices or field.unique or room < 40 or field.name in FIXED:
            continue
        rows.update(**{field.name: (EVIL if room >= len(EVIL) else SHORT)[:room]})


FIXED = {"uid", "currency", "mode", "carrier", "password", "time_zone", "state", "status", "topic"}


@pytest.fixture
def planted() -> dict[str, int]:
    """One row of everything, full of markup."""
    merchant = make_merchant()
    order = make_order(merchant)
    booking = booking_of(order)
    shipment = booking.parcel.shipment
    Leg.objects.filter(shipment=shipment).update(number="YT1000000001")
    Shipment.objects.filter(pk=shipment.pk).update(number="YT1000000001")
    shipment.refresh_from_db()
    nodes = [{**item, "context": EVIL, "areaName": EVIL, "location": EVIL} for item in LIFE]
    row = inbox_row(shipment, push(shipment.number, nodes, message=EVIL))
    apply_snapshots([row])
    row.id = None
    row.error, row.state = EVIL, "parked"
    row.save()
    now = clock.real_now()
    body = json.dumps({"param": EVIL}).encode()
    refused = Quarantine.objects.create(
        slot=1, reason="bad_signature", body=body, size=9, received_at=now, remote=SHORT
    )
    call = ApiCall.objects.create(
        product="book", mode="sandbox", ok=False, at=now, subject=booking.pk, error=EVIL,
        request={EVIL: EVIL}, response=EVIL,
    )  # fmt: skip
    UnknownCode.objects.create(
        source="tracking", code=SHORT[:20], first_seen_at=now, last_seen_at=now, sample=EVIL
    )
    Order.objects.filter(pk=order.pk).update(
        originals={"recipient.name": EVIL, EVIL: EVIL},
        warnings=[{"code": "contradiction", "field": EVIL, "detail": EVIL}],
    )
    Booking.objects.filter(pk=booking.pk).update(state="failed", problem="refused")
    for model in (Merchant, Order, OrderLine, Booking, ApiCall, Event):
        fill(model)
    return {
        "order": order.pk,
        "shipment": shipment.pk,
        "inbox": row.pk,
        "quarantine": refused.pk,
        "call": call.pk,
        "merchant": merchant.pk,
    }


def test_no_markup_comes_alive_and_nothing_foreign_is_asked_for(log_in, planted, live_server):
    person = make_user(Role.MANAGER, first_name=SHORT, last_name=SHORT)
    person.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    page = log_in(person)
    said: list[str] = []
    carrying: list[str] = []
    asked: list[str] = []
    page.on("console", lambda line: said.append(f"{page.url}: {line.text}"))
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: dialog.dismiss())
    assert User.objects.get(pk=person.pk).has_perm("core.view_actionlog")
    for template in PAGES:
        url = template.format(**planted)
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.hit") is None, url
        shown = page.content()
        assert '<img src="x"' not in shown, url
        if "window.hit=1" in shown:
            carrying.append(template)
    assert len(carrying) >= 12, carrying
    foreign = [url for url in asked if not url.startswith((live_server.url, "data:", "blob:"))]
    assert foreign == []
    refused = [line for line in said if "Content Security Policy" in line]
    assert refused == []
