"""Work orders: claims and questions to a carrier (contract §5.11). Replies are not documented.

What is known is the four paths and ``consultId``; everything else is read leniently and what is
sent is the least that can say it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.products.common import Signer, kept, need_object, order_form, require
from apps.baidiyun.reading import load_object, members, text


@dataclass(frozen=True, slots=True)
class WorkReply:
    """One thing said in a work order; the time is local text."""

    author: str
    words: str
    time: str


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A work order as far as the platform tells."""

    consult_id: str
    status: str
    words: str
    replies: tuple[WorkReply, ...] = ()
    originals: Originals = ()


@dataclass(frozen=True, slots=True)
class WorkOrderPush:
    """What the carrier answered to a work order; the status stays raw, the time is local text."""

    consult_id: str
    status: str
    status_words: str
    words: str
    time: str
    number: str
    originals: Originals = ()


def build_create(
    *,
    signer: Signer,
    carrier: str,
    number: str,
    kind: str,
    content: str,
    order_id: str = "",
    callback_url: str = "",
    salt: str = "",
) -> dict[str, str]:
    """Return the form that opens a work order about a number. Raises InvalidRequest."""
    require(carrier=carrier, number=number, kind=kind, content=content)
    param = {
        "kuaidicom": carrier,
        "kuaidinum": number,
        "orderId": order_id,
        "type": kind,
        "content": content,
        "callbackUrl": callback_url,
        "salt": salt,
    }
    return order_form(kept(param), signer=signer)


def build_status(*, signer: Signer, consult_id: str) -> dict[str, str]:
    """Return the form that asks how a work order stands."""
    require(consult_id=consult_id)
    return order_form({"consultId": consult_id}, signer=signer)


def build_reply(*, signer: Signer, consult_id: str, content: str) -> dict[str, str]:
    """Return the form that says more in a work order."""
    require(consult_id=consult_id, content=content)
    return order_form({"consultId": consult_id, "content": content}, signer=signer)


def build_upload(
    *, signer: Signer, consult_id: str, file_name: str, file_base64: str
) -> dict[str, str]:
    """Return the form that adds a file (base64) as evidence."""
    require(consult_id=consult_id, file_name=file_name, file_base64=file_base64)
    param = {"consultId": consult_id, "fileName": file_name, "file": file_base64}
    return order_form(param, signer=signer)


def parse_work_order(data: Any) -> WorkOrder:
    """Return the work order in an answer's data, which may be empty. Raises MalformedPayload."""
    data = need_object(data or {}, "a work order")
    tidy = Tidy()
    return WorkOrder(
        consult_id=text(data, "consultId"),
        status=text(data, "status"),
        words=tidy.line(data, "statusDesc"),
        replies=tuple(_read_reply(item, tidy) for item in members(data, "replies")),
        originals=tidy.originals(),
    )


def parse_created(data: Any) -> WorkOrder:
    """Return the opened work order. Raises MalformedPayload where it has no id."""
    order = parse_work_order(data)
    if not order.consult_id:
        raise MalformedPayload("an opened work order has a consultId")
    return order


def parse_push(raw: str | bytes) -> WorkOrderPush:
    """Return the answer in the ``param`` of a work order's push. Raises MalformedPayload."""
    return read_push(load_object(raw))


def read_push(value: Mapping[str, Any]) -> WorkOrderPush:
    """Return the answer in a decoded push. Raises MalformedPayload."""
    tidy = Tidy()
    push = WorkOrderPush(
        consult_id=text(value, "consultId"),
        status=text(value, "status"),
        status_words=tidy.line(value, "statusDesc"),
        words=tidy.note(value, "content"),
        time=text(value, "time"),
        number=text(value, "kuaidinum", "kuaidiNum"),
        originals=tidy.originals(),
    )
    if not push.consult_id:
        raise MalformedPayload("a work order's push names its consultId")
    return push


def _read_reply(item: Mapping[str, Any], tidy: Tidy) -> WorkReply:
    return WorkReply(tidy.name(item, "author"), tidy.note(item, "content"), text(item, "time"))
