"""What makes a push believable: an address we gave out and a signature over the exact bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from apps.baidiyun.choices import Refusal, Topic
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.products import (
    intercept,
    kd100,
    pickup,
    pickup_code,
    samecity,
    tracking,
    waybill,
    workorder,
)
from apps.baidiyun.salts import salt_for
from apps.baidiyun.signing import verify_callback

TOKEN_SHAPE = re.compile(r"[0-9A-Za-z_-]{16,64}")
KID_SHAPE = re.compile(r"[0-9A-Za-z_-]{1,16}")
CHECKS: dict[str, Callable[[bytes], object]] = {
    Topic.TRACKING.value: tracking.check_push,
    Topic.BOOKING.value: pickup.parse_order_push,
    Topic.WAYBILL.value: waybill.parse_push,
    Topic.INTERCEPT.value: intercept.parse_push,
    Topic.SAMECITY.value: samecity.parse_push,
    Topic.PICKUP_CODE.value: pickup_code.parse_push,
    Topic.KD100.value: kd100.parse_webhook,
    Topic.WORK_ORDER.value: workorder.parse_push,
}
UNSIGNED = frozenset({Topic.PICKUP_CODE.value, Topic.KD100.value})
"""No salt can be given for these (contract §5.10, §6): only the token speaks for such a push."""
JSON_BODIES = frozenset({Topic.KD100.value})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a push came in: the parts of its URL, well formed but not yet believed."""

    topic: str
    kid: str
    token: str


class Refused(Exception):
    """This push is not taken in, for this reason."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


def read_address(path: str) -> Address | None:
    """Split ``<topic>/<kid>/<token>``; None for what cannot be an address we gave out."""
    topic, _, rest = path.strip("/").partition("/")
    kid, _, token = rest.partition("/")
    if topic in CHECKS and KID_SHAPE.fullmatch(kid) and TOKEN_SHAPE.fullmatch(token):
        return Address(topic, kid, token)
    return None


def unsigned_param(address: Address, param: str) -> tuple[str, bytes]:
    """Return the content of a push nobody signs, well formed. Raises Refused.

    The caller must know the token: it is all there is to believe.
    """
    if not param:
        raise Refused(Refusal.NO_PARAM)
    raw = param.encode("utf-8", "surrogatepass")
    return _checked(address, param, raw)


def verified_param(
    address: Address, fields: Mapping[str, str], keys: Mapping[str, str]
) -> tuple[str, bytes]:
    """Return ``param`` as text and as the bytes its signature covers. Raises Refused.

    The salt can be derived from any token, so a signature that holds also proves that the token
    was once given out by us: nobody else has the key.
    """
    param, sign = fields.get("param", ""), fields.get("sign", "")
    if not param:
        raise Refused(Refusal.NO_PARAM)
    if not sign:
        raise Refused(Refusal.NO_SIGNATURE)
    salt = salt_for(keys, address.kid, address.token)
    if salt is None:
        raise Refused(Refusal.UNKNOWN_KID)
    raw = param.encode("utf-8", "surrogatepass")
    if not verify_callback(raw, sign=sign, salt=salt):
        raise Refused(Refusal.BAD_SIGNATURE)
    return _checked(address, param, raw)


def _checked(address: Address, param: str, raw: bytes) -> tuple[str, bytes]:
    try:
        CHECKS[address.topic](raw)
    except MalformedPayload:
        raise Refused(Refusal.MALFORMED) from None
    return param, raw
