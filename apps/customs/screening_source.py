"""Denied parties as a source of findings: joins the check of every parcel.

A name near to an entry waits for a person, one that a person named as the denied party is
stopped; only a decision about the name lets it go. Without a list, or with one too old, the check
says "not screened" and warns; from the age the house sets on (`screening_hold_days`) parcels wait.
What stands on a list is not told to shops.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Sequence

from apps.customs.choices import ListAge, NameRole, RuleAction, ScreeningState
from apps.customs.compliance_sources import Sourced
from apps.customs.models import Consignment, Screening
from apps.customs.record import Record
from apps.customs.screening_lists import ListState, list_state
from apps.customs.services.screening import screen_record

CODE = "denied_parties"
NEAR_KEY, UNSCREENED_KEY = "denied_party", "not_screened"
ROLES = {
    NameRole.RECIPIENT.value: ("收件人", "recipient"),
    NameRole.IMPORTER.value: ("进口商", "importer"),
    NameRole.SELLER.value: ("卖家", "seller"),
    NameRole.EXPORTER.value: ("出口商", "exporter"),
}


class DeniedParties:
    """Asks the lists that count about everybody a record names."""

    code = CODE

    def __init__(self) -> None:
        self._last = threading.local()

    def stamp(self, at: dt.datetime) -> str:
        """Return which lists count and how old they are; never "": no list is no pass."""
        state = list_state(at)
        self._last.known = (at, state)
        return state.stamp

    def look(
        self, *, consignment: Consignment, record: Record, at: dt.datetime
    ) -> Sequence[Sourced]:
        """Return a finding for every name that is near, and one where nobody was screened."""
        state = self._state(at)
        rows = screen_record(consignment=consignment, record=record, lists=state)
        found = [_near(row) for row in rows if row.state != ScreeningState.CLEARED.value]
        return found if state.is_fresh else [*found, unscreened(state)]

    def _state(self, at: dt.datetime) -> ListState:
        """The state :meth:`stamp` told for the same check."""
        known = getattr(self._last, "known", None)
        self._last.known = None
        return known[1] if known is not None and known[0] is at else list_state(at)


def unscreened(state: ListState) -> Sourced:
    """Return the finding that nobody was screened: no list, or only an old one."""
    zh, en = _since(state)
    holds = state.age is ListAge.TOO_OLD
    return Sourced(
        key=UNSCREENED_KEY,
        action=(RuleAction.MANUAL_REVIEW if holds else RuleAction.WARN).value,
        title=("未经名单筛查", "Not screened"),
        message=(
            f"{zh}收件人、进口商和卖家的姓名未经筛查，不能视为通过。",
            f"{en} The names of recipient, importer and seller count as not screened.",
        ),
        fix=(
            "无需店铺处理：运营方导入新名单后会自动重新筛查。",
            "Nothing for the shop to do: with a newer list they are screened by themselves.",
        ),
        field="recipient.name",
        about=state.age.value,
        is_unjudged=True,
        is_final=False,
    )


def _since(state: ListState) -> tuple[str, str]:
    if state.as_of is None:
        return "系统中没有禁运名单。", "There is no list of denied parties."
    day = state.as_of.isoformat()
    return (
        f"禁运名单截至 {day}，已有 {state.days} 天，过旧。",
        f"The list of denied parties is as of {day}, {state.days} days old.",
    )


def _near(row: Screening) -> Sourced:
    zh, en = ROLES[row.role]
    is_blocked = row.state == ScreeningState.BLOCKED.value
    entries = sorted(f"{hit['source']}|{hit['entry']}|{hit['digest']}" for hit in row.hits)
    return Sourced(
        key=NEAR_KEY,
        action=(RuleAction.BLOCK if is_blocked else RuleAction.MANUAL_REVIEW).value,
        title=("禁运名单", "Denied parties"),
        message=_blocked(zh, en) if is_blocked else _waiting(zh, en),
        fix=(
            "如姓名填写不全或有误，请更正为证件上的全名。",
            "If the name is incomplete or wrong, correct it to the full name of the papers.",
        ),
        field=f"{row.role}.name",
        about=hashlib.sha256("\n".join([row.state, row.person, *entries]).encode()).hexdigest(),
    )


def _waiting(zh: str, en: str) -> tuple[str, str]:
    return (
        f"{zh}姓名与禁运名单上的名称相近，需人工核对后才能发出。",
        f"The name of the {en} is near to one on a list of denied parties: a person decides.",
    )


def _blocked(zh: str, en: str) -> tuple[str, str]:
    return (
        f"经人工核对，{zh}在禁运名单上，不得发出。",
        f"A person found that the {en} is on a list of denied parties: it must not be sent.",
    )
