"""The worklist: who sees it, which cases a view holds, how it is read and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.accounts.models import Merchant, User
from apps.core import clock
from apps.exceptions.case_filters import CaseFilters
from apps.exceptions.case_selectors import (
    Codes,
    Counted,
    Place,
    case_counts,
    case_for,
    case_log,
    count_view,
    list_cases,
    live_cases,
)
from apps.exceptions.models import Case, OwnerGroup, Rule
from apps.exceptions.services import acknowledge_case, claim_next_case, dismiss_case, wait_case
from tests.exceptions.cases import OPENED, make_case
from tests.exceptions.watched import HOUR
from tests.support.people import make_merchant, make_user


@pytest.fixture(autouse=True)
def opened() -> Iterator[None]:
    with clock.frozen(OPENED + HOUR):
        yield


@pytest.fixture
def amy(db: None) -> User:
    return make_user(Role.OPERATOR, username="amy")


def test_filters_are_read_from_anything_and_kept_short() -> None:
    given = {
        "mine": "1", "merchant": "7", "incident": True, "severity": "purple", "rule": "x" * 99,
        "text": "a\x00b", "owner": "-3", "overdue": "nonsense", "colour": "red", "waiting": "no",
    }  # fmt: skip
    filters = CaseFilters.read(given)
    assert filters.kept() == {"mine": True, "merchant": 7, "rule": "x" * 64, "waiting": "no"}
    assert CaseFilters.read(filters.kept()) == filters
    assert CaseFilters.read({}) == CaseFilters()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("filters", "changes"),
    [
        ({"severity": "red"}, {"severity": "red"}),
        ({"carrier": "jd"}, {"carrier": "jd"}),
        ({"hub": "330100"}, {"hub": "330100"}),
        ({"escalated": True}, {"escalated_at": OPENED}),
        ({"complained": True}, {"complained_at": OPENED}),
        ({"overdue": True}, {"acknowledge_by": OPENED}),
        ({"overdue": True}, {"state": "acknowledged", "resolve_by": OPENED}),
        (
            {"waiting": "yes"},
            {"state": "waiting", "waiting_for": "customs", "waiting_since": OPENED},
        ),
        (
            {"waiting_for": "customs"},
            {"state": "waiting", "waiting_for": "customs", "waiting_since": OPENED},
        ),
        ({"state": "acknowledged"}, {"state": "acknowledged"}),
    ],
)
def test_a_view_holds_what_it_says(
    merchant: Merchant, amy: User, filters: dict[str, Any], changes: dict[str, Any]
) -> None:
    wanted = make_case(merchant, changes=changes)
    make_case(merchant)
    make_case(
        merchant,
        changes={
            **changes,
            "state": "resolved",
            "closed_at": OPENED,
            "closer": "person",
            "waiting_for": "",
            "waiting_since": None,
        },
    )
    assert list_cases(user=amy, filters=CaseFilters(**filters)) == [wanted]


@pytest.mark.django_db
def test_what_waits_is_not_overdue(merchant: Merchant, amy: User) -> None:
    late = {"acknowledge_by": OPENED, "resolve_by": OPENED}
    make_case(merchant, changes={
        **late, "state": "waiting", "waiting_for": "carrier", "waiting_since": OPENED,
    })  # fmt: skip
    assert list_cases(user=amy, filters=CaseFilters(overdue=True)) == []


@pytest.mark.django_db
def test_views_of_the_viewer_are_theirs(merchant: Merchant, amy: User) -> None:
    mine, other = make_case(merchant), make_case(merchant)
    acknowledge_case(case_id=mine.pk, user=amy, version=1)
    assert list_cases(user=amy, filters=CaseFilters(mine=True)) == [mine]
    assert list_cases(user=amy, filters=CaseFilters(unowned=True)) == [other]
    assert list_cases(user=amy, filters=CaseFilters(my_groups=True)) == []
    OwnerGroup.objects.get(pk=other.group_id).members.add(amy)
    assert len(list_cases(user=amy, filters=CaseFilters(my_groups=True))) == 2


@pytest.mark.django_db
def test_a_case_is_found_by_what_a_caller_has(merchant: Merchant, amy: User) -> None:
    case = make_case(merchant, number="YT6186594166532", reference="B-700")
    make_case(merchant)
    for text in ("yt6186594166532", "B-700", case.uid, case.shipment.uid):
        assert list_cases(user=amy, filters=CaseFilters(text=text)) == [case]
    assert list_cases(user=amy, filters=CaseFilters(text="YT618659416653")) == []


@pytest.mark.django_db
def test_merchants_see_no_case_and_auditors_see_all(merchant: Merchant) -> None:
    case = make_case(merchant)
    shop = make_user(Role.MERCHANT, merchant=merchant)
    assert (list_cases(user=shop), case_for(user=shop, case_id=case.pk)) == ([], None)
    assert list_cases(user=make_user(Role.AUDITOR)) == [case]


@pytest.mark.django_db
def test_pages_hold_each_case_once_in_order(merchant: Merchant, amy: User) -> None:
    ranks = [-5, -5, 7, -200, 7, 7, 0]
    cases = [make_case(merchant, changes={"rank": rank}) for rank in ranks]
    expected = sorted(cases, key=lambda case: (-case.rank, case.pk))
    found: list[Case] = []
    while page := list_cases(
        user=amy, limit=2, after=Place(found[-1].rank, found[-1].pk) if found else None
    ):
        found += page
    assert found == expected


@pytest.mark.django_db
def test_a_page_costs_the_same_however_long_it_is(merchant: Merchant, amy: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            for case in list_cases(user=amy):
                assert all((case.shipment.number, case.merchant.name, case.rule.code, case.group))
        return len(asked)

    make_case(merchant)
    few = queries()
    for _ in range(4):
        make_case(merchant)
    assert queries() == few <= 7


@pytest.mark.django_db
def test_tallies_say_what_counting_would(merchant: Merchant, amy: User) -> None:
    other = make_merchant()
    cases = [make_case(one) for one in (merchant, merchant, other, other)]
    acknowledge_case(case_id=cases[0].pk, user=amy, version=1)
    wait_case(case_id=cases[1].pk, user=amy, version=1, waiting_for="carrier")
    dismiss_case(case_id=cases[2].pk, user=amy, version=1, reason="false_alarm")
    counts = case_counts()
    codes = Codes(
        dict(Rule.objects.values_list("code", "pk")),
        dict(OwnerGroup.objects.values_list("code", "pk")),
    )
    assert (counts.total(), counts.by(3)) == (3, {"acknowledged": 1, "waiting": 1, "open": 1})
    for given in (
        {}, {"waiting": "no"}, {"waiting": "yes"}, {"merchant": other.pk}, {"severity": "red"},
        {"rule": "stalled_domestic", "state": "open"}, {"rule": "unknown"},
    ):  # fmt: skip
        filters = CaseFilters(**given)
        with CaptureQueriesContext(connection) as asked:
            said = count_view(user=amy, filters=filters, counts=counts, codes=codes)
        assert said == Counted(live_cases(user=amy, filters=filters).count())
        assert not asked.captured_queries
    assert count_view(
        user=amy, filters=CaseFilters(mine=True), counts=counts, codes=codes
    ) == Counted(2)


@pytest.mark.django_db
def test_the_log_of_a_case_tells_what_was_before_and_after(merchant: Merchant, amy: User) -> None:
    case = make_case(merchant)
    acknowledge_case(case_id=case.pk, user=amy, version=1)
    (row,) = case_log(case.pk)
    assert (row.actor_name, row.before["state"], row.after["state"]) == (
        "amy", "open", "acknowledged",
    )  # fmt: skip


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}".replace("%", "%%"))
        return "\n".join(row[0] for row in cursor.fetchall())


LAST = {"severity": "red", "carrier": "jd", "escalated_at": OPENED}


@pytest.fixture
def crowd(merchant: Merchant) -> Case:
    """The last of 4,000 live cases, alone with its merchant, severity and carrier."""
    case = make_case(make_merchant(), changes=LAST)
    columns = ", ".join(
        field.column for field in Case._meta.concrete_fields
        if field.column not in ("id", "uid", "shipment_id", "merchant_id", "severity",
                                "carrier", "escalated_at", "rank")
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO exceptions_case ({columns}, uid, shipment_id, merchant_id, severity,"
            f" carrier, rank) SELECT {columns}, uid || n, n + 10000000, %s, 'amber', 'yuantong',"
            " rank + n"
            " FROM exceptions_case, generate_series(1, 4000) n WHERE id = %s",
            [merchant.pk, case.pk],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE exceptions_case")
    return case


@pytest.mark.django_db
def test_every_part_of_the_worklist_is_read_in_its_own_order(crowd: Case, amy: User) -> None:
    wanted: dict[str, Callable[[], Any]] = {
        "exceptions_case_queue": lambda: list(live_cases(user=amy)[:50]),
        "exceptions_case_by_merchant": lambda: list(
            live_cases(user=amy, filters=CaseFilters(merchant=crowd.merchant_id))[:50]
        ),
        "exceptions_case_by_carrier": lambda: list(
            live_cases(user=amy, filters=CaseFilters(carrier="jd"))[:50]
        ),
        "exceptions_case_by_severity": lambda: list(
            live_cases(user=amy, filters=CaseFilters(severity="red"))[:50]
        ),
        "exceptions_case_escalated": lambda: list(
            live_cases(user=amy, filters=CaseFilters(escalated=True))[:50]
        ),
        "exceptions_case_by_owner": lambda: list(
            live_cases(user=amy, filters=CaseFilters(mine=True))[:50]
        ),
    }
    for index, ask in wanted.items():
        with CaptureQueriesContext(connection) as asked:
            ask()
        plan = explained(asked.captured_queries[-1]["sql"])
        assert index in plan
        assert "Seq Scan" not in plan
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        claim_next_case(user=amy)
        transaction.set_rollback(True)
    claim = next(one["sql"] for one in asked.captured_queries if "SKIP LOCKED" in one["sql"])
    assert "exceptions_case_queue" in explained(claim)
