"""Whose fault a call's outcome was, and which carrier it was about (docs/service-levels.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from apps.baidiyun.envelopes import Answer
from apps.baidiyun.limits.choices import Health
from apps.core.http import HttpFailure
from apps.core.metrics.blame import Blame

NAMES_CARRIER = re.compile(
    r'"(?:com|company|kuaidicom|kuaidiCom|carrier_id)"\s*:\s*"([A-Za-z0-9_]{1,40})"'
)
BAD_SIGNATURE = "503"
"""The platform did not recognise our account or signature (contract §1.5)."""
REFUSED_AS_SUCH = "http_"
"""An answer refused by its HTTP status alone: nothing of the parcel was even looked at."""


def carrier_in(fields: Mapping[str, str]) -> str:
    """Return our code of the carrier a request is about, "" where it names none."""
    found = NAMES_CARRIER.search(fields.get("param", ""))
    return found[1] if found else ""


def blame_of_answer(answer: Answer, health: Health) -> Blame:
    """Return whose fault an answer was.

    What is wrong with the platform is the platform's; what we ask too often, without the right to
    or in a form it does not know is ours; what it refuses because of the parcel, the address or
    the number is the caller's.
    """
    if answer.ok:
        return Blame.OK
    if answer.permanent and answer.code.startswith(REFUSED_AS_SUCH):
        return Blame.OURS
    if health is Health.FAILED:
        return Blame.VENDOR
    ours = health is Health.LIMITED or answer.code == BAD_SIGNATURE
    return Blame.OURS if ours else Blame.CALLER


def blame_of_failure(failure: HttpFailure) -> Blame:
    """Return whose fault it was that no answer came: ours where trying again cannot help."""
    return Blame.OURS if failure.permanent else Blame.VENDOR
