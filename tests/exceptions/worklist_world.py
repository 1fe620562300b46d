"""A worklist as it looks on a working day: parcels with events, cases of several rules, notes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.accounts.models import Merchant, User
from apps.core import clock
from apps.exceptions.choices import CloseReason, StepState
from apps.exceptions.models import CannedReply, Case, CaseStep, Contact
from apps.exceptions.services import acknowledge_case, add_note, wait_case
from apps.exceptions.services.case_moving import clear_cases
from apps.exceptions.services.case_opening import open_cases
from apps.shipments.models import Shipment
from apps.shipments.services import add_manual_event
from tests.exceptions.watched import DAY, HOUR, finding
from tests.orders.builders import booking_of, make_order
from tests.support.people import make_merchant

CARRIERS = ("yuantong", "zhongtong", "shunfeng", "yunda", "jd")
SHOPS = ("云裳服饰", "山野茶行", "拾光家居")
STORY = (
    (60, "快件已由【杭州西湖网点】揽收"),
    (58, "快件已到达【杭州转运中心】"),
    (54, "快件离开【杭州转运中心】，发往【武汉转运中心】"),
    (51, "快件已到达【武汉转运中心】"),
)
"""What a carrier said so many hours ago."""


def ways(now: dt.datetime) -> list[tuple[str, dict[str, Any]]]:
    """Return rules, and parcels they hold for at that moment."""

    def still(status: str, hours: int, **more: Any) -> dict[str, Any]:
        ago = now - hours * HOUR
        return {"status": status, "status_at": ago, "last_event_at": ago, **more}

    return [
        ("stalled_domestic", still("in_transit", 51)),
        ("promise_missed", still("in_transit", 9, promise_to=now - 5 * HOUR)),
        ("unreachable", still("attempt_failed", 14, substatus="unreachable")),
        ("damaged", still("exception", 4, substatus="damaged")),
        ("refused", still("refused", 7)),
        ("station_uncollected", still("ready_for_pickup", 55)),
    ]


def plant_worklist(amy: User, *, count: int = 24, now: dt.datetime | None = None) -> list[Case]:
    """Open so many cases of six rules; return them, the dearest first.

    The first has a story, a complaint and a note; one waits, one is acknowledged, and urging
    helped in 34 of 41 cases before.
    """
    moment = now or clock.now()
    shops = [make_merchant(name=name) for name in SHOPS]
    made = [_open(shops[n % len(shops)], n, moment) for n in range(count)]
    first = made[0]
    Contact.objects.create(
        merchant=first.merchant, shipment=first.shipment, reason="where_is_it", channel="phone",
        is_complaint=True, words="三天没动了，到底还送不送？", at=moment - HOUR,
    )  # fmt: skip
    Case.objects.filter(pk=first.pk).update(complained_at=moment - HOUR, rank=first.rank + 9_000)
    add_note(case_id=first.pk, user=amy, text="圆通武汉说已在查件，下午回复。")
    until = moment + 12 * HOUR
    wait_case(case_id=made[4].pk, user=amy, version=1, waiting_for="carrier", until=until)
    acknowledge_case(case_id=made[5].pk, user=amy, version=1)
    for kind, helped, tried in (("urge", 34, 41), ("work_order", 9, 14)):
        _tried(shops[0], kind, helped, tried, moment)
    plant_replies()
    return list(Case.objects.filter(closed_at=None).order_by("-rank", "id"))


def plant_replies() -> None:
    """Two canned replies."""
    CannedReply.objects.create(
        code="stalled", title="停滞致歉", title_en="Sorry for the delay",
        text="您好，您的包裹（{carrier} {number}）在途中停留了 {days} 天，我们已催促承运商，"
        "有消息马上告诉您。",
        text_en="Your parcel ({carrier} {number}) has stood still for {days} days. We have urged "
        "the carrier and will write as soon as we know more.",
    )  # fmt: skip
    CannedReply.objects.create(
        code="call", title="请保持电话畅通", title_en="Please keep your phone on",
        text="您好，快递员联系不上您，请保持电话 {phone} 畅通。",
        text_en="The courier could not reach you; please keep {phone} switched on.",
    )  # fmt: skip


def _open(shop: Merchant, n: int, now: dt.datetime) -> Case:
    code, fields = ways(now)[n % len(ways(now))]
    shipment = _parcel(shop, f"SO2026-{n + 1:04d}")
    if n == 0:
        for hours, text in STORY:
            with clock.frozen(now - hours * HOUR):
                add_manual_event(shipment_id=shipment.pk, status="in_transit", text=text)
    promise = fields.get("promise_to") or now + (n - 3) * 5 * HOUR
    values = {
        "number": f"YT88{7_300_125_000 + 7_919 * n:010d}", "carrier": CARRIERS[n % len(CARRIERS)],
        "promise_from": promise - DAY, "promise_to": promise, **fields,
    }  # fmt: skip
    Shipment.objects.filter(pk=shipment.pk).update(**values)
    shipment.refresh_from_db()
    opened = now - (n % 4) * HOUR / 2
    with clock.frozen(opened):
        [pk] = open_cases(findings=[finding(shipment, code, now=opened)], now=opened)
    return Case.objects.select_related("shipment", "merchant").get(pk=pk)


def _parcel(shop: Merchant, number: str) -> Shipment:
    shipment: Shipment = booking_of(make_order(shop, number=number)).parcel.shipment
    return shipment


def _tried(shop: Merchant, kind: str, helped: int, tried: int, now: dt.datetime) -> None:
    """A closed case of a parcel that stood still, with steps that helped or did not."""
    shipment = _parcel(shop, f"SO2026-{kind}")
    status = {"status": "in_transit", "status_at": now - 60 * HOUR}
    Shipment.objects.filter(pk=shipment.pk).update(
        **status, last_event_at=now - 60 * HOUR, carrier="yuantong", number=f"YT99{tried}"
    )
    shipment.refresh_from_db()
    [pk] = open_cases(findings=[finding(shipment, "stalled_domestic", now=now)], now=now)
    case = Case.objects.get(pk=pk)
    CaseStep.objects.bulk_create(
        CaseStep(case=case, kind=kind, state=StepState.DONE.value, helped=n < helped)
        for n in range(tried)
    )
    clear_cases(reasons={pk: CloseReason.MOVED_ON}, now=now)
