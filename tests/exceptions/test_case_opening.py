"""One live case per shipment and rule: opened, reddened, cleared, counted."""

from __future__ import annotations

import pytest

from apps.accounts.models import Merchant
from apps.exceptions.choices import CaseState, Closer, CloseReason
from apps.exceptions.models import Case, CaseTally
from apps.exceptions.services.case_moving import clear_cases, redden_cases
from apps.exceptions.services.case_opening import open_cases
from apps.exceptions.services.tallies import fold_tallies
from apps.shipments.models import Shipment
from tests.exceptions.watched import DAY, HOUR, NOON, finding
from tests.support.shipments import make_shipment

pytestmark = pytest.mark.django_db


def make_stalled(merchant: Merchant, **fields: object) -> Shipment:
    """Make a parcel that was last heard of at noon, three days after its booking."""
    return make_shipment(
        merchant, created_at=NOON - DAY, last_event_at=NOON, status_at=NOON, **fields
    )


def live_count() -> int:
    """Return how many live cases the tallies say there are."""
    return sum(CaseTally.objects.values_list("count", flat=True))


def test_a_finding_opens_one_case_that_counts_from_its_anchor(merchant: Merchant) -> None:
    shipment = make_stalled(merchant, destination_code="440305000000")
    now = NOON + 49 * HOUR
    opened = open_cases(findings=[finding(shipment, "stalled_domestic", now=now)], now=now)
    case = Case.objects.get()
    assert opened == [case.pk]
    assert (case.anchored_at, case.opened_at, case.state) == (NOON, now, "open")
    assert (case.severity, case.red_at, case.lane_to) == ("amber", None, "44")
    assert case.evidence["hours"] == 48
    assert case.acknowledge_by < case.escalates_at < case.resolve_by
    assert live_count() == 1


def test_the_same_finding_twice_opens_nothing_more(merchant: Merchant) -> None:
    found = finding(make_stalled(merchant), "stalled_domestic", now=NOON + 49 * HOUR)
    open_cases(findings=[found], now=NOON + 49 * HOUR)
    assert open_cases(findings=[found], now=NOON + 50 * HOUR) == []
    assert (Case.objects.count(), live_count()) == (1, 1)


def test_red_tightens_the_clock_and_lifts_the_rank(merchant: Merchant) -> None:
    shipment, now = make_stalled(merchant), NOON + 73 * HOUR
    early = finding(shipment, "stalled_domestic", now=NOON + 49 * HOUR)
    open_cases(findings=[early], now=NOON + 49 * HOUR)
    before = Case.objects.get()
    late = finding(shipment, "stalled_domestic", now=now)
    assert redden_cases(cases={before.pk: late}, now=now) == 1
    after = Case.objects.get()
    assert (after.severity, after.red_at, after.version) == ("red", now, before.version)
    assert after.rank > before.rank
    assert after.resolve_by <= before.resolve_by
    assert list(CaseTally.objects.filter(severity="red").values_list("count", flat=True)) == [1]
    assert live_count() == 1


def test_a_cleared_case_is_closed_by_itself_and_not_counted(merchant: Merchant) -> None:
    now = NOON + 49 * HOUR
    open_cases(findings=[finding(make_stalled(merchant), "stalled_domestic", now=now)], now=now)
    pk = Case.objects.get().pk
    assert clear_cases(reasons={pk: CloseReason.MOVED_ON}, now=now + HOUR) == 1
    case = Case.objects.get()
    assert (case.state, case.closer) == (CaseState.RESOLVED.value, Closer.ITSELF.value)
    assert (case.close_reason, case.closed_at) == ("moved_on", now + HOUR)
    assert clear_cases(reasons={pk: CloseReason.MOVED_ON}, now=now + HOUR) == 0
    assert live_count() == 0
    assert fold_tallies() == 0


@pytest.mark.parametrize(
    ("state", "reason", "hours", "opens"),
    [
        ("dismissed", CloseReason.FALSE_ALARM, 80, False),
        ("resolved", CloseReason.CUSTOMER_INFORMED, 60, False),
        ("resolved", CloseReason.CUSTOMER_INFORMED, 80, True),
    ],
    ids=["a false alarm stays closed", "amber stays closed", "red opens once more"],
)
def test_what_a_person_closed_is_not_said_again(
    merchant: Merchant, state: str, reason: CloseReason, hours: int, opens: bool
) -> None:
    shipment, first = make_stalled(merchant), NOON + 49 * HOUR
    open_cases(findings=[finding(shipment, "stalled_domestic", now=first)], now=first)
    Case.objects.update(
        state=state, closed_at=first + HOUR, closer="person", close_reason=reason.value
    )
    now = NOON + hours * HOUR
    opened = open_cases(findings=[finding(shipment, "stalled_domestic", now=now)], now=now)
    assert bool(opened) is opens
