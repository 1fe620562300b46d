"""kd100.com: detection, real-time tracking, subscription; refusals carry its own codes (§6)."""

from __future__ import annotations

from typing import Any

from apps.sandbox import carriers, world
from apps.sandbox.choices import SubscriptionProduct
from apps.sandbox.envelopes import Refusal
from apps.sandbox.kd100 import build_track
from apps.sandbox.models import SandboxAccount
from apps.sandbox.phones import tail_of
from apps.sandbox.services.parcels import find_or_invent
from apps.sandbox.services.subscriptions import (
    is_callback_url,
    phone_fits,
    register_subscription,
)
from apps.sandbox.wire import text_of

NO_RESULT = Refusal("60101", "No result found")
EXISTS = Refusal("60201", "Tracking already exists")


def bad(detail: str) -> Refusal:
    """105: a parameter is missing or cannot be read."""
    return Refusal("105", f"Parameter error: {detail}")


def detect_overseas(*, param: dict[str, Any]) -> list[dict[str, str]]:
    """``carriers/detect``: whose number it may be, best guess first; 406 when nobody's."""
    number = text_of(param, "tracking_number")
    if not carriers.is_plausible(number):
        raise bad("tracking_number")
    guesses = carriers.detect(number)
    if not guesses:
        raise Refusal("406", "Carrier cannot be detected")
    return [{"carrier_id": carrier.code, "carrier_name": carrier.name} for carrier in guesses]


def track_overseas(*, param: dict[str, Any]) -> dict[str, Any]:
    """``tracking/realtime``: the track now; 60101 while there is none."""
    carrier, number = _read_asked(param)
    parcel = find_or_invent(carrier=carrier, number=number, now=world.now())
    plan, at = parcel.read_plan(), world.epoch(world.now())
    fits = phone_fits(parcel, carrier, text_of(param, "phone"))
    if plan is None or not plan.count_at(at) or not fits:
        raise NO_RESULT
    areas = text_of(param, "area_show") != "0"
    return build_track(plan, at, with_areas=areas, order=text_of(param, "order").lower())


def subscribe_overseas(*, account: SandboxAccount, param: dict[str, Any]) -> None:
    """``tracking/create``: be told by webhook; 60201 while a subscription lives or just ended."""
    carrier, number = _read_asked(param)
    url = text_of(param, "webhook_url")
    if not is_callback_url(url):
        raise bad("webhook_url")
    try:
        register_subscription(
            account=account,
            carrier=carrier,
            number=number,
            callback_url=url,
            salt="",
            resultv2="4",
            phone=text_of(param, "phone"),
            now=world.now(),
            product=SubscriptionProduct.KD100,
        )
    except Refusal as refused:
        raise EXISTS from refused


def _read_asked(param: dict[str, Any]) -> tuple[str, str]:
    carrier = text_of(param, "carrier_id").lower()
    number = text_of(param, "tracking_number").upper()
    if not carrier:
        raise bad("carrier_id")
    if not carriers.is_plausible(number):
        raise bad("tracking_number")
    if not carriers.is_known_carrier(carrier):
        raise Refusal("405", "Carrier is invalid")
    if carrier in carriers.PHONE_REQUIRED and not tail_of(text_of(param, "phone")):
        raise bad("phone")
    return carrier, number
