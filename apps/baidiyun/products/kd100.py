"""kd100.com, the second provider (contract §6): JSON, its own signature, its own webhook.

A track becomes the same :class:`Snapshot`, so whoever reads one need not know who told it. The
webhook's signature is not documented: trust in it rests on the address and a confirming query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.baidiyun.cleaning import Tidy, clean_place, clean_words
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.products.common import kept, need_list, need_object, require
from apps.baidiyun.products.detection import Guess
from apps.baidiyun.products.snapshot import Node, Snapshot
from apps.baidiyun.reading import load_object, members, text
from apps.baidiyun.signing import compact_json, sign_kd100

SIGNED = frozenset({"3", "301", "302", "303", "304"})
PUSH_STATUS = {"shutdown": "shutdown", "abort": "abort"}


@dataclass(frozen=True, slots=True)
class JsonRequest:
    """A body to post and the headers that sign exactly these bytes."""

    body: bytes
    headers: Mapping[str, str]


def build_detect(*, api_key: str, secret: str, number: str) -> JsonRequest:
    """Return the request of a carrier detection. Raises InvalidRequest."""
    require(number=number)
    return _signed({"tracking_number": number}, api_key=api_key, secret=secret)


def build_realtime(
    *,
    api_key: str,
    secret: str,
    carrier: str,
    number: str,
    phone: str = "",
    from_: str = "",
    to: str = "",
) -> JsonRequest:
    """Return the request of a real-time query. Raises InvalidRequest."""
    param = _asked(carrier=carrier, number=number, phone=phone, from_=from_, to=to)
    return _signed(param, api_key=api_key, secret=secret)


def build_create(
    *,
    api_key: str,
    secret: str,
    carrier: str,
    number: str,
    webhook_url: str,
    phone: str = "",
    from_: str = "",
    to: str = "",
) -> JsonRequest:
    """Return the request of a subscription. Raises InvalidRequest."""
    require(webhook_url=webhook_url)
    param = _asked(carrier=carrier, number=number, phone=phone, from_=from_, to=to)
    return _signed({**param, "webhook_url": webhook_url}, api_key=api_key, secret=secret)


def parse_detection(data: Any) -> tuple[Guess, ...]:
    """Return the carriers a number may belong to. Raises MalformedPayload."""
    guesses = []
    for item in need_list(data or [], "carriers"):
        carrier = text(item, "carrier_id")
        if not carrier:
            raise MalformedPayload("a carrier has a carrier_id")
        guesses.append(Guess(carrier, clean_place(text(item, "carrier_name")), 0))
    return tuple(guesses)


def parse_realtime(data: Any) -> Snapshot:
    """Return the track in the data of an answer. Raises MalformedPayload."""
    return _read(need_object(data, "a track"), push_status="", message="", tidy=Tidy())


def parse_webhook(raw: str | bytes) -> Snapshot:
    """Return the track a webhook brought. Raises MalformedPayload."""
    return read_webhook(load_object(raw))


def read_webhook(value: Mapping[str, Any]) -> Snapshot:
    """Return the track in a decoded webhook. Raises MalformedPayload."""
    tidy = Tidy()
    event = text(value, "event").strip().lower()
    status = PUSH_STATUS.get(event, "polling")
    return _read(value, push_status=status, message=tidy.line(value, "message"), tidy=tidy)


def _read(data: Mapping[str, Any], *, push_status: str, message: str, tidy: Tidy) -> Snapshot:
    number = text(data, "tracking_number")
    if not number:
        raise MalformedPayload("a track is about a tracking_number")
    state = text(data, "order_status_code")
    nodes = tuple(_read_node(item) for item in members(data, "items"))
    return Snapshot(
        carrier=text(data, "carrier_id"),
        number=number,
        state=state,
        is_signed=state in SIGNED,
        nodes=nodes,
        push_status=push_status,
        message=message,
        found=bool(nodes),
        originals=tidy.originals(),
    )


def _read_node(item: Mapping[str, Any]) -> Node:
    words = text(item, "context")
    return Node(
        time=text(item, "time"),
        context=words,
        status=clean_place(text(item, "order_status_description")),
        code=text(item, "order_status_code"),
        area_name=clean_place(text(item, "area_name")),
        location=clean_place(text(item, "location")),
        text=clean_words(words),
    )


def _asked(*, carrier: str, number: str, phone: str, from_: str, to: str) -> dict[str, Any]:
    require(carrier=carrier, number=number)
    return {
        "carrier_id": carrier,
        "tracking_number": number,
        **kept({"phone": phone, "ship_from": from_, "ship_to": to}),
        "area_show": 1,
        "order": "desc",
    }


def _signed(param: Mapping[str, Any], *, api_key: str, secret: str) -> JsonRequest:
    body = compact_json(param)
    signature = sign_kd100(body, api_key=api_key, secret=secret)
    return JsonRequest(body.encode(), {"API-Key": api_key, "signature": signature})
