"""The platform counts subscriptions by China's months, wherever the portal or a worker stands."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from apps.baidiyun.models import Subscription
from apps.baidiyun.selectors import subscribed_this_month
from apps.baidiyun.services.subscriptions import subscribe_tracking
from apps.core import clock

pytestmark = pytest.mark.django_db
FIRST_OF_DECEMBER = dt.datetime(2026, 11, 30, 16, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("zone", [dt.UTC, dt.timezone(dt.timedelta(hours=-8))])
@pytest.mark.parametrize(("minutes", "used"), [(-1, 0), (1, 1)])
def test_a_month_begins_at_midnight_in_china(zone, minutes, used):
    with clock.frozen(FIRST_OF_DECEMBER):
        row = subscribe_tracking(
            subject=1, carrier="yuantong", number="YT6186594166532", mode="sandbox"
        )
    at = FIRST_OF_DECEMBER + dt.timedelta(minutes=minutes)
    Subscription.objects.filter(pk=row.pk).update(subscribed_at=at, return_code="200")
    with clock.frozen(FIRST_OF_DECEMBER + dt.timedelta(hours=1)), timezone.override(zone):
        found = subscribed_this_month(mode=row.mode, carrier=row.carrier, number=row.number)
    assert found == used
