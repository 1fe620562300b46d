"""Carriers' own words: what can be stored, what can be read from them.

A status read from words is a guess (`Certainty.TEXT`): it fills a gap and never outweighs a
code. Only three plain cases are read, each with the phrases that say the opposite taken out.
"""

from __future__ import annotations

import re

from apps.shipments.choices import ShipmentStatus

_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+| {2,}|\u3000+")
_UNSTORABLE = re.compile("[\x00\x1d\x1e\ud800-\udfff]")

_NOT_SIGNED = re.compile(
    r"(?:未|没有?|无法|不能|拒绝?|待|等待|请|预计|即将|将于|若|如|凭|误|错误|撤销|撤回|取消|退回?)"
    r"[^，。,.;；]{0,8}签收|签收(?:失败|异常|码|前|地址)|(?:未|拒|退)妥投|退签|拒签"
)
_SIGNED = re.compile(
    r"已(?:经)?(?:由|被)?[^，。,.;；]{0,12}签收|签收人|本人签收|代签收|妥投|(?:^|[，。】\s])签收(?:$|[。.!！])"
)
_NOT_GIVEN_OUT = re.compile(
    r"(?:等待|待|未|暂停|无法|将|即将|预约|再次安排)[^，。,.;；]{0,4}(?:派送|派件|投递)|失败|退回"
)
_GIVEN_OUT = re.compile(
    r"正在?(?:为您)?(?:派送|派件|投递)|派(?:送|件)中|开始(?:派送|派件|投递)|安排投递|派件员|投递员|派送员"
)
_NOT_COLLECTED = re.compile(
    r"(?:等待|待|未|准备|即将|将|预约|取消|失败)[^，。,.;；]{0,4}(?:揽|取件|收件|收寄)|揽(?:收|件)失败"
)
_COLLECTED = re.compile(r"已(?:被)?(?:揽收|揽件|收寄|收件|取件)|揽收(?:成功|完成)|收寄完成")
_WITHDRAWN = re.compile(
    r"(?:撤销|撤回|取消)(?:了|此|该)?签收|签收(?:记录|状态)?(?:已)?(?:被)?(?:撤销|撤回|取消)|(?:误|错误)签收"
)

_CASES = (
    (ShipmentStatus.DELIVERED.value, _SIGNED, _NOT_SIGNED),
    (ShipmentStatus.OUT_FOR_DELIVERY.value, _GIVEN_OUT, _NOT_GIVEN_OUT),
    (ShipmentStatus.PICKED_UP.value, _COLLECTED, _NOT_COLLECTED),
)


def storable(text: str) -> str:
    """Return the text with what cannot be stored marked as U+FFFD.

    That is NUL and lone surrogates, which PostgreSQL refuses, and the two separators of bulk
    writing (`apps/core/bulk.py`). The bytes as they came stay in the inbox.
    """
    return _UNSTORABLE.sub("\ufffd", text)


def cleaned(text: str) -> str:
    """Return one line without control and invisible characters, spaces collapsed. Idempotent."""
    if _UNWANTED.search(text) is None:
        return text.strip()
    return re.sub(" {2,}", " ", _UNWANTED.sub(" ", text)).strip()


def guess_status(text: str) -> str:
    """Return delivered, out_for_delivery or picked_up where the words say so, else ""."""
    for status, says, denies in _CASES:
        if says.search(text) and not denies.search(text):
            return status
    return ""


def withdraws_signature(text: str) -> bool:
    """Whether the carrier says in so many words that an earlier signature does not hold."""
    return "签收" in text and _WITHDRAWN.search(text) is not None
