"""Faults are shares of the pushes, the same for the same seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox import services
from apps.sandbox.choices import FaultName
from apps.sandbox.faults import Fate, decide
from apps.sandbox.models import SandboxFault
from apps.sandbox.services.faults import UnknownFault


@given(st.text(max_size=20))
def test_without_faults_a_push_leaves_once_and_at_once(name):
    assert decide(seed=7, name=name, rates={}) == [Fate()]


def test_a_rate_is_the_share_of_pushes_it_hits():
    fates = [decide(seed=7, name=str(i), rates={"lost": 0.2})[0] for i in range(4000)]
    assert 0.17 < sum(fate.lost for fate in fates) / 4000 < 0.23


def test_the_same_world_has_the_same_faults_and_another_seed_others():
    rates = {"late": 0.5, "duplicate": 0.5, "lost": 0.5}

    def fates(seed):
        return [decide(seed=seed, name=str(i), rates=rates) for i in range(50)]

    assert fates(7) == fates(7)
    assert fates(7) != fates(8)


def test_every_fault_at_full_rate_leaves_its_trace():
    rates = {"lost": 1, "late": 1, "reorder": 1, "duplicate": 1, "forged": 1}
    genuine, copy, forged = decide(seed=7, name="x", rates=rates)
    assert genuine.lost
    assert genuine.delay >= 7 * 3600
    assert copy.delay >= genuine.delay
    assert forged.forged


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "rate"), [("nonsense", 0.5), ("lost", 1.5), ("lost", -1)])
def test_an_unknown_fault_or_rate_is_refused(name, rate):
    with pytest.raises(UnknownFault):
        services.set_fault(name=name, rate=rate)
    assert SandboxFault.objects.count() == 0


@pytest.mark.django_db
def test_a_fault_is_changed_in_place():
    services.set_fault(name=FaultName.LOST, rate=0.5)
    services.set_fault(name=FaultName.LOST, rate=0)
    assert SandboxFault.objects.get().rate == 0
