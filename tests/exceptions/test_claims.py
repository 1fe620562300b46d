"""A flag is held by one person for three minutes; the dearest comes first."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from apps.core import clock
from apps.exceptions.errors import FlagTaken, FlagUnknown
from apps.exceptions.models import Flag
from apps.exceptions.services import (
    claim_next,
    decide_flag,
    peek_next,
    release_claim,
    renew_claim,
    skip_flag,
)
from tests.exceptions.flags import flag_rows, make_user
from tests.shipments.builders import make_merchant


@pytest.fixture
def flags(shipment) -> list[Flag]:
    return [flag_rows(shipment, n, n + 1, rank=10 * n) for n in range(0, 12, 3)]


def run_out(flag: Flag) -> None:
    passed = clock.real_now() - dt.timedelta(seconds=1)
    Flag.objects.filter(pk=flag.pk).update(claimed_until=passed)


def test_the_dearest_comes_first_and_two_persons_never_hold_one(flags, ann, ben) -> None:
    assert claim_next(user=ann) == flags[3]
    assert claim_next(user=ben) == flags[2]
    assert claim_next(user=ann) == flags[3]


def test_what_comes_next_is_held_too(flags, ann, ben) -> None:
    now = claim_next(user=ann)
    assert now is not None
    assert peek_next(user=ann, after_flag_id=now.pk, count=2) == [flags[2], flags[1]]
    assert claim_next(user=ben) == flags[0]


def test_no_more_is_taken_than_asked_for_where_the_planner_expects_one_row(shipment, ann) -> None:
    dearest = flag_rows(shipment, 0, 1, rank=10)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE exceptions_flag")
    others = [flag_rows(shipment, n, n + 1, rank=9 - n) for n in range(2, 8)]
    assert peek_next(user=ann, after_flag_id=None, count=2) == [dearest, others[0]]
    assert Flag.objects.filter(claimed_by=ann).count() == 2


def test_a_lease_that_ran_out_is_free(flags, ann, ben) -> None:
    taken = claim_next(user=ann)
    assert taken is not None
    run_out(taken)
    assert claim_next(user=ben) == taken
    with pytest.raises(FlagTaken, match="ben"):
        renew_claim(user=ann, flag_id=taken.pk)


def test_a_lease_that_nobody_took_is_taken_up_again(flags, ann) -> None:
    taken = claim_next(user=ann)
    assert taken is not None
    run_out(taken)
    assert renew_claim(user=ann, flag_id=taken.pk) > clock.real_now()


def test_a_skipped_flag_goes_to_others_and_stays_away_for_a_while(flags, ann, ben) -> None:
    skip_flag(user=ann, flag_id=flags[3].pk)
    assert claim_next(user=ann) == flags[2]
    assert claim_next(user=ben) == flags[3]


def test_a_skip_ends(flags, ann) -> None:
    skip_flag(user=ann, flag_id=flags[3].pk, minutes=-1)
    assert claim_next(user=ann) == flags[3]


def test_leaving_gives_everything_back(flags, ann, ben) -> None:
    claim_next(user=ann)
    peek_next(user=ann, after_flag_id=flags[3].pk)
    assert release_claim(user=ann) == 3
    assert claim_next(user=ben) == flags[3]


def test_the_queue_can_be_narrowed_to_a_kind_and_a_device(flags, ann) -> None:
    other = flag_rows(flags[0].shipment, 20, 22, kind="gcj", rank=1)
    assert claim_next(user=ann, kinds=["gcj"]) == other
    assert claim_next(user=ann, device_id=other.device_id) == flags[3]
    assert claim_next(user=ann, device_id=10**9) is None


def test_a_decided_flag_is_not_offered_again(flags, ann) -> None:
    decide_flag(flag_id=flags[3].pk, user=ann, state="dismissed")
    assert claim_next(user=ann) == flags[2]


def test_another_merchants_person_finds_nothing(flags, ann) -> None:
    stranger = make_user("eve", make_merchant("bob"))
    assert claim_next(user=stranger) is None
    assert peek_next(user=stranger, after_flag_id=None) == []
    for act in (renew_claim, skip_flag):
        with pytest.raises(FlagUnknown):
            act(user=stranger, flag_id=flags[0].pk)
    assert not Flag.objects.filter(claimed_by__isnull=False).exists()
