"""What an answer says about the platform itself, apart from what it says about the parcel.

A refusal that speaks of our content (unknown carrier, no track yet, subscribed before) is a
healthy answer. Codes: contract §1.5, §2.1, §5.1; 504 "too frequent" is third-party knowledge only
and therefore closes no more than the query's own bucket.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from apps.baidiyun import verdicts
from apps.baidiyun.choices import Product
from apps.baidiyun.envelopes import Answer
from apps.baidiyun.limits.choices import Health

TOO_MANY_STATUS = 429
BAD_STATUS = 400
TOO_FREQUENT = "504"
TOO_MANY_SECONDS = 60.0
NO_QUOTA_SECONDS = 600.0
LONGEST_CLOSING = 3_600.0
QUERIES = frozenset({"query", "map_query"})
SUBSCRIPTIONS = frozenset({"subscribe", "map_subscribe"})


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The health of one call, and for how many seconds the bucket closes for everybody."""

    health: Health
    close_for: float = 0.0


def diagnose(
    product: Product, answer: Answer, *, status: int = 200, retry_after: float | None = None
) -> Diagnosis:
    """Return what an answer says. ``retry_after``: seconds the platform asked for, at most 1 h."""
    if status == TOO_MANY_STATUS or (product.value in QUERIES and answer.code == TOO_FREQUENT):
        asked = TOO_MANY_SECONDS if retry_after is None else retry_after
        return Diagnosis(Health.LIMITED, min(max(asked, 1.0), LONGEST_CLOSING))
    if answer.code == verdicts.EXPIRED_KEY:
        return Diagnosis(Health.LIMITED, NO_QUOTA_SECONDS)
    content = answer.permanent or _is_about_content(product, answer)
    if answer.ok or (content and status < BAD_STATUS):
        return Diagnosis(Health.FINE)
    closing = min(retry_after, LONGEST_CLOSING) if retry_after else 0.0
    return Diagnosis(Health.FAILED, closing)


def read_retry_after(value: str, *, now: dt.datetime) -> float | None:
    """Return the seconds a ``Retry-After`` header asks for (RFC 9110 §10.2.3), None if unread."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return max(0.0, (aware - now).total_seconds())


def _is_about_content(product: Product, answer: Answer) -> bool:
    if product.value in QUERIES:
        return answer.code == verdicts.NO_RESULT
    if product == Product.KD100_QUERY:
        return answer.code == verdicts.KD100_NO_RESULT
    if product.value in SUBSCRIPTIONS:
        return answer.code == verdicts.ALREADY_SUBSCRIBED
    if product == Product.RIDER:
        return verdicts.is_carriers_word(answer.code, answer.message)
    return product == Product.BOOK and answer.code == verdicts.SUBMITTED_BEFORE
