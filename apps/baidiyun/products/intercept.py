"""Stopping or redirecting a parcel on its way (contract §5.3, interceptOrder).

Only what is in transit and not signed can be intercepted. The callback's payload is nowhere
documented: it is read leniently, and its status stays raw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.baidiyun.choices import InterceptType
from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products.common import Signer, kept, order_form, require
from apps.baidiyun.products.waybill import NO_ACCOUNT, Account, Person
from apps.baidiyun.reading import load_object, text

CALLBACK_CARRIERS = frozenset({"zhongtong", "jtexpress", "yuantong"})
ROLES = frozenset({"", "1", "2", "3"})


@dataclass(frozen=True, slots=True)
class InterceptRequest:
    """What to stop and what to do with it; ``recipient`` is the new one of a changed address.

    ``role``: 1 sender, 2 recipient, 3 third party. ``app_key``/``app_secret`` belong to 中通's
    service-provider mode.
    """

    carrier: str
    number: str
    kind: InterceptType
    account: Account = NO_ACCOUNT
    recipient: Person | None = None
    order_id: str = ""
    reason: str = ""
    role: str = ""
    pay_type: str = ""
    app_key: str = ""
    app_secret: str = ""


@dataclass(frozen=True, slots=True)
class InterceptPush:
    """How an interception stands, in the platform's own words."""

    status: str
    carrier: str
    number: str
    order_id: str
    message: str
    originals: Originals = ()


def build_intercept(
    *, signer: Signer, request: InterceptRequest, callback_url: str = "", salt: str = ""
) -> dict[str, str]:
    """Return the form of an interception. Raises InvalidRequest."""
    require(carrier=request.carrier, number=request.number)
    if request.kind == InterceptType.MODIFY_ADDRESS and request.recipient is None:
        raise InvalidRequest("a changed address needs a recipient", field="recipient")
    if request.carrier in CALLBACK_CARRIERS:
        require(callback_url=callback_url)
    if request.role not in ROLES:
        raise InvalidRequest("no such role", field="role")
    param = {
        "kuaidicom": request.carrier,
        "kuaidinum": request.number,
        "interceptType": request.kind.value,
        "recManInfo": request.recipient.fields("recipient") if request.recipient else None,
        **request.account.fields(),
        "orderId": request.order_id,
        "reason": request.reason,
        "orderRole": request.role,
        "interceptPayType": request.pay_type,
        "callbackUrl": callback_url,
        "salt": salt,
        "appKey": request.app_key,
        "appSecret": request.app_secret,
    }
    return order_form(kept(param), signer=signer, method="interceptOrder")


def parse_push(raw: str | bytes) -> InterceptPush:
    """Return the report in the ``param`` of an interception push. Raises MalformedPayload."""
    return read_push(load_object(raw))


def read_push(value: Mapping[str, Any]) -> InterceptPush:
    """Return the report in a decoded push. Raises MalformedPayload."""
    tidy = Tidy()
    push = InterceptPush(
        status=text(value, "status"),
        carrier=text(value, "kuaidicom", "kuaidiCom"),
        number=text(value, "kuaidinum", "kuaidiNum"),
        order_id=text(value, "orderId", "orderid"),
        message=tidy.line(value, "message"),
        originals=tidy.originals(),
    )
    if not (push.number or push.order_id):
        raise MalformedPayload("an interception push names a number or an order")
    return push
