"""Tracks abroad that were stored before legs had them: heard once more, they find their leg."""

from __future__ import annotations

from apps.baidiyun.choices import InboxState, Source, Topic
from apps.baidiyun.models import InboxRow
from apps.shipments.models import Leg
from apps.shipments.services.applying import apply_unread

HEARD = (InboxState.APPLIED.value, InboxState.SKIPPED.value)


def relink_abroad(*, after_id: int = 0, limit: int = 500) -> dict[str, int]:
    """Apply kept reports with a track abroad once more, in the order they came.

    Applying is idempotent: what stands right stays, what stands on the old leg moves to its own.
    Reports that the inbox no longer keeps are past help; their nodes stay where they are. Returns
    the id to go on ``after``, 0 at the end, and how many reports and new legs there were.
    """
    rows = InboxRow.objects.filter(
        topic=Topic.TRACKING.value,
        source=Source.PUSH.value,
        state__in=HEARD,
        id__gt=after_id,
        param__contains='"destResult"',
    ).order_by("id")[:limit]
    told = list(rows)
    before = Leg.objects.count()
    for row in told:
        apply_unread([row])
    after = told[-1].id if len(told) == limit else 0
    return {"after": after, "reports": len(told), "legs": Leg.objects.count() - before}
