"""The rules, groups and targets a portal begins with: the field's set, with its thresholds.

Hours are those proposed from what AfterShip, Onward, parcelLab, Kuaidi100 and the Chinese order
systems use: 揽收超时 24 h, no track 48 h (before the platform gives up at 72 h), 停滞 48 h at
home, 72 h in remote provinces, 5 business days abroad, 派签超时 24 h, 驿站未取 48 h, 清关滞留
3 business days (5: red), an attempt that failed by the next working day. Food and medicine in
customs are asked after sooner: such a batch must not lie silent for a day. Operators change it.
"""

from __future__ import annotations

from typing import Any

from apps.customs.choices import GoodsClass
from apps.exceptions.choices import Anchor, DayKind, Severity
from apps.shipments.choices import ShipmentStatus as S
from apps.shipments.choices import Substatus

GROUPS: dict[str, tuple[str, str]] = {
    "dispatch": ("下单与揽收", "Booking and collection"),
    "transit": ("在途跟进", "On the way"),
    "customs": ("清关", "Customs"),
    "delivery": ("末端派送", "Delivery"),
    "service": ("售后与客诉", "After the delivery"),
}
"""Owner groups: code → name, name in English."""

TARGETS: dict[str, tuple[float, float, float, str]] = {
    Severity.RED.value: (2, 24, 1, DayKind.WALL.value),
    Severity.AMBER.value: (8, 48, 4, DayKind.BUSINESS.value),
    Severity.NOTICE.value: (24, 120, 24, DayKind.BUSINESS.value),
}
"""Severity → hours to acknowledge, to resolve, to escalate after that, and which hours count."""

GIVEN_UP = S.EXPIRED.value
"""The platform looks no more. The parcel has not moved on by that: its cases stay."""
ON_THE_WAY = [
    S.PICKED_UP.value,
    S.IN_TRANSIT.value,
    S.AT_DESTINATION.value,
    S.RETURNING.value,
    GIVEN_UP,
]
BEFORE_PICKUP = [S.CREATED.value, S.AWAITING_PICKUP.value]
UNDERWAY = [*BEFORE_PICKUP, S.PICKED_UP.value, S.IN_TRANSIT.value, S.CUSTOMS.value]
ENDED = [S.RETURNING.value, S.RETURNED.value, S.REFUSED.value, S.CANCELLED.value]
EATEN = [GoodsClass.FOOD.value, GoodsClass.MEDICINE.value]
WEEK = 168


def _is(field: str, *values: str) -> dict[str, Any]:
    return {"field": field, "op": "is", "value": list(values)}


def _is_not(field: str, *values: str) -> dict[str, Any]:
    return {"field": field, "op": "is_not", "value": list(values)}


def _yes(field: str, value: bool = True) -> dict[str, Any]:
    return {"field": field, "op": "is", "value": value}


def _within(field: str, hours: float) -> dict[str, Any]:
    return {"field": field, "op": "at_most", "value": hours}


def _rule(
    code: str,
    names: tuple[str, str],
    sentences: tuple[str, str],
    *,
    group: str,
    anchor: Anchor,
    conditions: list[dict[str, Any]],
    hours: float = 0,
    red: float | None = None,
    business: bool = False,
    severity: Severity = Severity.AMBER,
    suppressed_by: tuple[str, ...] = (),
    clears: bool = True,
    max_share: float = 0.05,
) -> dict[str, Any]:
    return {
        "code": code,
        "name": names[0],
        "name_en": names[1],
        "sentence": sentences[0],
        "sentence_en": sentences[1],
        "group": group,
        "anchor": anchor.value,
        "hours": hours,
        "red_hours": red,
        "days": (DayKind.BUSINESS if business else DayKind.WALL).value,
        "conditions": conditions,
        "severity": severity.value,
        "suppressed_by": list(suppressed_by),
        "clears_itself": clears,
        "max_share": max_share,
    }


STALLED = (
    "{carrier}在{area}停了{silence}没有新轨迹，标准是{limit}。",
    "{carrier} has said nothing new since {area} for {silence}; the limit is {limit}.",
)

RULES: tuple[dict[str, Any], ...] = (
    _rule(
        "not_booked",
        ("下单失败", "Not booked"),
        (
            "{since}前向{carrier}下单没有成功：{problem}。",
            "Booking with {carrier} has failed for {since}: {problem}.",
        ),
        group="dispatch",
        anchor=Anchor.BOOKING_PROBLEM,
        conditions=[_yes("has_number", False)],
        red=24,
    ),
    _rule(
        "pickup_late",
        ("揽收超时", "Collection late"),
        (
            "下单{since}后{carrier}仍未揽收，标准是{limit}。",
            "{carrier} has not collected it {since} after the booking; the limit is {limit}.",
        ),
        group="dispatch",
        anchor=Anchor.NUMBERED,
        conditions=[_is("status", *BEFORE_PICKUP), _yes("picked_up", False), _yes("carrier_knows")],
        hours=24,
        red=48,
    ),
    _rule(
        "no_track",
        ("无轨迹", "No track"),
        (
            "运单号给出{since}后{carrier}没有任何轨迹，标准是{limit}。",
            "{carrier} knows nothing of the number {since} after it was given; "
            "the limit is {limit}.",
        ),
        group="dispatch",
        anchor=Anchor.NUMBERED,
        conditions=[_is("status", S.CREATED.value, GIVEN_UP), _yes("carrier_knows", False)],
        hours=48,
        red=72,
    ),
    _rule(
        "scan_before_payment",
        ("虚假发货", "False dispatch"),
        (
            "首次扫描是{scanned}，早于客户付款的{paid}，疑似虚假发货。",
            "First scanned {scanned}, before the customer paid {paid}: it may be another parcel.",
        ),
        group="dispatch",
        anchor=Anchor.PICKED_UP,
        conditions=[_yes("scan_before_payment"), _within("since_pickup", WEEK)],
        clears=False,
    ),
    _rule(
        "carrier_corrected",
        ("承运商更正", "Carrier corrected"),
        (
            "平台说这个单号属于{carrier}，已更正，请核对发货信息。",
            "The platform says the number is {carrier}'s; check what the customer was told.",
        ),
        group="dispatch",
        anchor=Anchor.CARRIER_CORRECTED,
        conditions=[_yes("delivered", False), _is_not("status", *ENDED)],
        severity=Severity.NOTICE,
    ),
    _rule(
        "stalled_domestic",
        ("停滞（国内）", "Stalled at home"),
        STALLED,
        group="transit",
        anchor=Anchor.LAST_SCAN,
        conditions=[_is("status", *ON_THE_WAY), _yes("is_domestic"), _yes("is_remote", False)],
        hours=48,
        red=72,
        suppressed_by=("no_track",),
    ),
    _rule(
        "stalled_remote",
        ("停滞（偏远）", "Stalled in remote provinces"),
        STALLED,
        group="transit",
        anchor=Anchor.LAST_SCAN,
        conditions=[_is("status", *ON_THE_WAY), _yes("is_remote")],
        hours=72,
        red=120,
        suppressed_by=("no_track",),
    ),
    _rule(
        "stalled_international",
        ("停滞（国际）", "Stalled abroad"),
        STALLED,
        group="transit",
        anchor=Anchor.LAST_SCAN,
        conditions=[_is("status", *ON_THE_WAY), _yes("is_domestic", False)],
        hours=120,
        red=192,
        business=True,
        suppressed_by=("no_track",),
    ),
    _rule(
        "promise_missed",
        ("承诺超时", "Promise missed"),
        (
            "承诺{promise}前送达，已超{late}，现在{status}。",
            "It was promised by {promise}, {late} ago, and is {status}.",
        ),
        group="transit",
        anchor=Anchor.PROMISE_END,
        conditions=[_yes("delivered", False), _is_not("status", *ENDED)],
        red=48,
        max_share=0.1,
    ),
    _rule(
        "promise_at_risk",
        ("承诺有风险", "Promise at risk"),
        (
            "承诺{promise}前送达，只剩{left}，还没到派送城市。",
            "It is promised by {promise}, in {left}, and not in the destination city yet.",
        ),
        group="transit",
        anchor=Anchor.PROMISE_END,
        conditions=[_is("status", *UNDERWAY)],
        hours=-24,
        severity=Severity.NOTICE,
        suppressed_by=("promise_missed",),
        max_share=0.2,
    ),
    _rule(
        "flagged_track",
        ("轨迹异常", "Track flagged"),
        (
            "{since}前有人判定轨迹异常，需要跟进。",
            "Somebody found the track wrong {since} ago and passed it on.",
        ),
        group="transit",
        anchor=Anchor.FLAGGED,
        conditions=[_yes("delivered", False)],
    ),
    _rule(
        "customs_held",
        ("清关滞留", "Held up in customs"),
        (
            "在{area}清关已{since}，标准是{limit}。",
            "In customs at {area} for {since}; the limit is {limit}.",
        ),
        group="customs",
        anchor=Anchor.CUSTOMS_SINCE,
        conditions=[_is("status", S.CUSTOMS.value)],
        hours=72,
        red=120,
        business=True,
        suppressed_by=("customs_problem", "customs_food"),
    ),
    _rule(
        "customs_food",
        ("清关滞留（食品保健品）", "Food silent in customs"),
        (
            "食品或保健品在{area}清关，已{silence}没有消息，标准是{limit}。",
            "Food or supplements in customs at {area}, silent for {silence}; the limit is {limit}.",
        ),
        group="customs",
        anchor=Anchor.LAST_SCAN,
        conditions=[
            _is("status", S.CUSTOMS.value),
            {"field": "goods", "op": "has", "value": EATEN},
        ],
        hours=20,
        red=44,
        suppressed_by=("customs_problem",),
    ),
    _rule(
        "customs_problem",
        ("清关异常", "Customs problem"),
        (
            "{area}海关扣下了包裹，清关已{since}。",
            "Customs at {area} hold the parcel, {since} after it got there.",
        ),
        group="customs",
        anchor=Anchor.STATUS_SINCE,
        conditions=[_is("status", S.CUSTOMS.value), _is("substatus", Substatus.CUSTOMS_HELD.value)],
        red=24,
    ),
    _rule(
        "delivery_late",
        ("派签超时", "Delivery late"),
        (
            "{since}前已出仓派送，至今没有签收，标准是{limit}。",
            "Out for delivery {since} ago and not delivered; the limit is {limit}.",
        ),
        group="delivery",
        anchor=Anchor.OUT_SINCE,
        conditions=[_is("status", S.OUT_FOR_DELIVERY.value)],
        hours=24,
        red=48,
    ),
    _rule(
        "station_uncollected",
        ("驿站未取", "Not collected at the station"),
        (
            "在{area}的柜机或驿站放了{since}没有取，标准是{limit}。",
            "Waiting in a locker or station at {area} for {since}; the limit is {limit}.",
        ),
        group="delivery",
        anchor=Anchor.STATUS_SINCE,
        conditions=[_is("status", S.READY_FOR_PICKUP.value)],
        hours=48,
        red=96,
    ),
    _rule(
        "attempt_failed",
        ("派件失败", "Delivery attempt failed"),
        (
            "{since}前在{area}派送失败，还没有再派。",
            "The delivery at {area} failed {since} ago and was not tried again.",
        ),
        group="delivery",
        anchor=Anchor.STATUS_SINCE,
        conditions=[_is("status", S.ATTEMPT_FAILED.value)],
        red=24,
        business=True,
        suppressed_by=("unreachable", "out_of_area"),
    ),
    _rule(
        "unreachable",
        ("无法联系", "Recipient unreachable"),
        (
            "{since}前{carrier}联系不上收件人，没有派成。",
            "{carrier} could not reach the recipient {since} ago.",
        ),
        group="delivery",
        anchor=Anchor.STATUS_SINCE,
        conditions=[
            _is("status", S.ATTEMPT_FAILED.value),
            _is("substatus", Substatus.UNREACHABLE.value),
        ],
        red=24,
        business=True,
    ),
    _rule(
        "out_of_area",
        ("超区", "Out of the delivery area"),
        (
            "{carrier}说{address}不在派送范围，已{since}。",
            "{carrier} does not deliver to {address}, said {since} ago.",
        ),
        group="delivery",
        anchor=Anchor.STATUS_SINCE,
        conditions=[
            _is("status", S.ATTEMPT_FAILED.value),
            _is("substatus", Substatus.OUT_OF_AREA.value),
        ],
        red=24,
        business=True,
    ),
    _rule(
        "refused",
        ("拒收", "Refused"),
        (
            "收件人{since}前在{area}拒收。",
            "The recipient refused it at {area} {since} ago.",
        ),
        group="delivery",
        anchor=Anchor.STATUS_SINCE,
        conditions=[_is("status", S.REFUSED.value)],
        red=48,
        suppressed_by=("returned_after_signature",),
    ),
    _rule(
        "damaged",
        ("破损", "Damaged"),
        (
            "{carrier}在{area}登记破损，已{since}。",
            "{carrier} reported it damaged at {area} {since} ago.",
        ),
        group="delivery",
        anchor=Anchor.STATUS_SINCE,
        conditions=[_is("status", S.EXCEPTION.value), _is("substatus", Substatus.DAMAGED.value)],
        severity=Severity.RED,
        clears=False,
    ),
    _rule(
        "carrier_exception",
        ("疑难件", "Exception said by the carrier"),
        (
            "{carrier}在{area}登记为疑难件（{detail}），已{since}。",
            "{carrier} reported a problem at {area} ({detail}) {since} ago.",
        ),
        group="delivery",
        anchor=Anchor.STATUS_SINCE,
        conditions=[_is("status", S.EXCEPTION.value)],
        red=24,
        suppressed_by=("damaged", "returned_after_signature"),
    ),
    _rule(
        "return_started",
        ("退回开始", "Return started"),
        (
            "{since}前开始退回，现在在{area}。",
            "On its way back for {since}, now at {area}.",
        ),
        group="service",
        anchor=Anchor.STATUS_SINCE,
        conditions=[_is("status", S.RETURNING.value)],
        suppressed_by=("returned_after_signature",),
    ),
    _rule(
        "signed_elsewhere",
        ("异地签收", "Signed for elsewhere"),
        (
            "签收在{signed}，收件地址却在{address}。",
            "Signed for at {signed}, though it goes to {address}.",
        ),
        group="service",
        anchor=Anchor.DELIVERED,
        conditions=[_yes("signed_elsewhere"), _within("since_delivery", WEEK)],
        severity=Severity.RED,
        clears=False,
    ),
    _rule(
        "not_received",
        ("签收未收到", "Signed for, perhaps not received"),
        (
            "{since}前签收，可疑程度 {score}/100，客户可能没有收到。",
            "Signed for {since} ago with a doubt of {score}/100; "
            "the customer may not have received it.",
        ),
        group="service",
        anchor=Anchor.DELIVERED,
        conditions=[
            {"field": "signed_score", "op": "at_least", "value": 60},
            _within("since_delivery", WEEK),
        ],
        suppressed_by=("signed_elsewhere",),
    ),
    _rule(
        "returned_after_signature",
        ("签收后退回", "Came back after a signature"),
        (
            "{since}前签收被撤回或包裹又被退回，现在{status}。",
            "The signature was withdrawn or the parcel sent back {since} ago; it is {status}.",
        ),
        group="service",
        anchor=Anchor.SIGNATURE_UNDONE,
        conditions=[_yes("delivered", False), _within("age", 24 * 60)],
        severity=Severity.RED,
        clears=False,
    ),
)
"""The starter set in its order; content as `RuleVersion` has it, and ``max_share``."""
