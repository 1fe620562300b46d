"""kd100.com's view of a parcel: its own words, its own JSON (contract §6)."""

from __future__ import annotations

from typing import Any

from apps.sandbox.codes import basic_of, is_signed
from apps.sandbox.envelopes import JsonValue, dump
from apps.sandbox.places import find_place
from apps.sandbox.plan import Node, Plan
from apps.sandbox.snapshot import local_text

WORDS: dict[str, str] = {
    "0": "In transit", "1": "Accepted", "2": "Exception", "3": "Delivered",
    "4": "Returned to sender", "5": "Out for delivery", "6": "Returning to sender",
    "7": "Transshipment", "8": "Customs clearance", "14": "Recipient refused",
    "101": "Info received", "102": "Await accepted", "103": "Accepted",
    "1001": "Arrived at the destination country", "1002": "In transit",
    "1003": "Forwarded to a different delivery address", "501": "Available for pickup",
    "301": "Sign by customer", "302": "Delivered after exception", "303": "Sign by other",
    "304": "Delivered in mailbox", "401": "Order canceled", "201": "Delivery but unsign",
    "202": "Undelivery or unsign", "203": "Customer refused delivery", "204": "Failed Attempt",
    "205": "Pick up missed", "206": "Failure to contact", "207": "Out of service area",
    "208": "Delayed", "209": "Shipment damage",
}  # fmt: skip
POLLING, SHUTDOWN, ABORT = "polling", "shutdown", "abort"
NO_RECORD, UNCHANGED = "No record for 3 days", "No update for 60 days"


def envelope(code: int, message: str, data: JsonValue | None = None) -> dict[str, Any]:
    """An answer: ``code`` is a number; ``data`` only where there is any."""
    answer: dict[str, Any] = {"code": code, "message": message}
    return answer if data is None else {**answer, "data": data}


def build_track(
    plan: Plan, at: int, *, with_areas: bool = True, order: str = "desc"
) -> dict[str, Any]:
    """``data`` of a real-time query at a moment (epoch seconds), newest first unless ``asc``."""
    nodes = plan.nodes_at(at)
    items = [_item(node, with_areas) for node in nodes]
    if order != "asc":
        items.reverse()
    return {
        "carrier_id": plan.carrier,
        "tracking_number": plan.number,
        "order_status_code": nodes[-1].code if nodes else "0",
        "items": items,
    }


def build_webhook(plan: Plan, at: int) -> str:
    """The JSON of a push: shutdown once signed, else polling."""
    track = build_track(plan, at)
    over = is_signed(track["order_status_code"])
    return _push(SHUTDOWN if over else POLLING, "OK", track)


def build_abort(plan: Plan | None, *, carrier: str, number: str, at: int) -> str:
    """The JSON of a push that gives up: no record in three days, or nothing new for sixty."""
    if plan is not None and plan.count_at(at):
        return _push(ABORT, UNCHANGED, build_track(plan, at))
    empty = {"carrier_id": carrier, "tracking_number": number, "order_status_code": "0"}
    return _push(ABORT, NO_RECORD, {**empty, "items": []})


def _push(event: str, message: str, track: dict[str, Any]) -> str:
    return dump({"event": event, "message": message, "signer": "", **track})


def _item(node: Node, with_areas: bool) -> dict[str, str]:
    place = find_place(node.area) if node.area else None
    item = {
        "context": node.text,
        "time": local_text(node.at, node.offset),
        "order_status_code": node.code,
        "order_status_description": WORDS.get(node.code) or WORDS[basic_of(node.code)],
    }
    if with_areas:
        item |= {"area_name": place.area_name if place else "", "location": node.location}
    return item
