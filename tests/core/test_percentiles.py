"""Percentiles of histograms are checked against the raw values they were made of."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from apps.core.metrics import Histogram, bucket_of
from apps.core.metrics.checking import compare
from apps.core.models import MetricBucket


def of(raw: list[float]) -> Histogram:
    return sum((Histogram({bucket_of(value): 1}) for value in raw), Histogram())


def test_a_histogram_of_the_same_values_is_less_than_a_bucket_off() -> None:
    raw = [0.001 * 1.07**n for n in range(150)]
    assert {each.off for each in compare(raw, of(raw))} == {0}


def test_a_histogram_of_slower_values_is_found_out() -> None:
    raw = [0.1] * 100
    assert min(each.off for each in compare(raw, of([0.2] * 100))) == 8


def test_what_rounding_explains_is_no_difference() -> None:
    assert compare([0.002], of([0.0024]), rounded_to=0.001)[0].off == 0
    assert compare([0.002], of([0.0024]))[0].off > 0


@pytest.mark.django_db(transaction=True)
def test_a_run_of_four_processes_is_less_than_a_bucket_off(settings, capsys, monkeypatch) -> None:
    settings.METRICS_RECORDED = True
    monkeypatch.setattr("config.percentiles.RUN_SECONDS", 0.5)
    call_command("check_percentiles", values=2_000)
    said = capsys.readouterr().out
    assert '"pass": true' in said
    assert "MISS" not in said
    assert not MetricBucket.objects.exists()


@pytest.mark.django_db
def test_nothing_to_check_is_no_pass() -> None:
    with pytest.raises(CommandError):
        call_command("check_percentiles", values=0)
