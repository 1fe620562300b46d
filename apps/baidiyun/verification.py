"""What makes a push believable: an address we gave out and a signature over the exact bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from apps.baidiyun.choices import Refusal, Topic
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.products import pickup, tracking
from apps.baidiyun.salts import salt_for
from apps.baidiyun.signing import verify_callback

TOKEN_SHAPE = re.compile(r"[0-9A-Za-z_-]{16,64}")
KID_SHAPE = re.compile(r"[0-9A-Za-z_-]{1,16}")
CHECKS: dict[str, Callable[[bytes], object]] = {
    Topic.TRACKING.value: tracking.check_push,
    Topic.BOOKING.value: pickup.parse_order_push,
}


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
    try:
        CHECKS[address.topic](raw)
    except MalformedPayload:
        raise Refused(Refusal.MALFORMED) from None
    return param, raw
