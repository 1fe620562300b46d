"""Whether a carrier serves a line (contract §5.6). The fields of ``data`` are not documented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.products.common import Signer, kept, need_object, order_form, require
from apps.baidiyun.reading import text

_CARRIERS = """yuantong shunfeng jd zhongtong zhongtongkuaiyun shentong yunda ems jtexpress
debangkuaidi youzhengguonei fengwang"""
CARRIERS = frozenset(_CARRIERS.split())
NO_WORDS = frozenset({"false", "0", "n", "no", "不可达", "不支持"})
YES_WORDS = frozenset({"true", "1", "y", "yes", "可达", "支持"})


@dataclass(frozen=True, slots=True)
class Reachability:
    """The answer: ``reachable`` is None where it cannot be told from undocumented words."""

    reachable: bool | None
    reason: str
    originals: Originals = ()


def build_reachable(
    *,
    signer: Signer,
    carrier: str,
    sender_address: str,
    recipient_address: str,
    sender: tuple[str, str] = ("", ""),
    recipient: tuple[str, str] = ("", ""),
) -> dict[str, str]:
    """Return the form; addresses have at least four levels, people are (name, mobile).

    Raises InvalidRequest.
    """
    require(carrier=carrier, sender_address=sender_address, recipient_address=recipient_address)
    param = {
        "kuaidicom": carrier,
        "recManName": recipient[0],
        "recManMobile": recipient[1],
        "recManPrintAddr": recipient_address,
        "sendManName": sender[0],
        "sendManMobile": sender[1],
        "sendManPrintAddr": sender_address,
    }
    return order_form(kept(param), signer=signer, method="reachable")


def parse_reachable(data: Any) -> Reachability:
    """Return what a successful answer says; without data the 200 itself is the yes.

    Raises MalformedPayload.
    """
    data = need_object(data or {}, "reachability")
    tidy = Tidy()
    said = text(data, "reachable").strip().lower()
    reachable: bool | None = None
    if said in NO_WORDS:
        reachable = False
    elif said in YES_WORDS or not data:
        reachable = True
    reason = tidy.line(data, "reason") or tidy.line(data, "message")
    return Reachability(reachable, reason, tidy.originals())
