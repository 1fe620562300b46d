"""What is found is flagged once: stretches of one kind that share rows are one."""

from __future__ import annotations

import numpy as np

from apps.exceptions.stretches import Stretch, plan, together

IDS = np.arange(100, 200)


def test_two_findings_of_a_kind_from_the_same_row_become_one_flag() -> None:
    found = [Stretch("drift", 10, 20, 5.0, {"metres": 1}), Stretch("drift", 10, 24, 9.0)]
    raised = plan(found, [], IDS, trusted=0).raised
    assert [(one.first, one.last, one.score) for one in raised] == [(10, 24, 9.0)]


def test_the_surer_finding_gives_the_evidence_and_both_the_rows() -> None:
    found = [Stretch("drift", 10, 20, 9.0, {"metres": 400}), Stretch("drift", 15, 30, 5.0)]
    assert together(found) == [Stretch("drift", 10, 30, 9.0, {"metres": 400})]


def test_kinds_and_stretches_apart_stay_apart() -> None:
    found = [
        Stretch("jump", 15, 15, 9.0),
        Stretch("drift", 10, 20, 5.0),
        Stretch("drift", 21, 30, 5.0),
    ]
    assert len(together(found)) == 3


def test_the_order_in_which_things_were_found_does_not_matter() -> None:
    found = [
        Stretch("drift", 10, 20, 5.0),
        Stretch("drift", 18, 30, 7.0),
        Stretch("bd", 18, 30, 7.0),
    ]
    assert together(found) == together(found[::-1])
