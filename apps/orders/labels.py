"""Asking for a printed label: the question and the answer. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelQuestion:
    """Which parcel's label; ``task_id`` is the platform's reference of an earlier print."""

    parcel_id: int
    carrier: str
    number: str
    kind: str
    mode: str
    merchant_id: int
    task_id: str = ""


@dataclass(frozen=True, slots=True)
class LabelAnswer:
    """Where the label is; ``url`` is the platform's, ``task_id`` what a reprint needs."""

    ok: bool
    url: str = ""
    task_id: str = ""
    code: str = ""
    message: str = ""


AskLabel = Callable[[LabelQuestion], LabelAnswer]
