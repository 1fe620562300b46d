"""Moving real traffic from the shell."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.orders.models import LiveBrake, LiveShare
from tests.orders.builders import make_merchant

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("live_share", *words, stdout=out)
    return out.getvalue()


def test_one_percent_is_moved_and_shown():
    assert "every real parcel is manual" in run("show")
    shown = run("raise", "--percent", "1", "--note", "first parcels")
    assert "every merchant, every carrier: 1 % live" in shown
    assert LiveShare.objects.get().note == "first parcels"


def test_a_place_is_named_and_lowered_again():
    make_merchant(slug="real-shop", is_test=False)
    place = ("--merchant", "real-shop", "--carrier", "yuantong")
    assert "real-shop, yuantong: 1 % live" in run("raise", "--percent", "1", *place, "--note", "x")
    assert "real-shop, yuantong: 0 % live" in run("lower", "--percent", "0", *place, "--note", "x")
    assert "shadow calls" in run("shadow", *place, "--note", "x")


@pytest.mark.parametrize(
    "words",
    [
        ("raise", "--percent", "1"),
        ("raise", "--note", "x"),
        ("raise", "--percent", "10", "--note", "x"),
        ("raise", "--percent", "1", "--note", "x", "--merchant", "nobody"),
        ("release", "--note", "x"),
    ],
)
def test_what_is_not_allowed_says_so_and_changes_nothing(words):
    with pytest.raises(CommandError):
        run(*words)
    assert not LiveShare.objects.exists()


def test_the_brake_is_shown_and_released():
    LiveBrake.objects.create(calls=50, failed=3)
    assert "3 of 50 live calls failed" in run("show")
    assert "failed" not in run("release", "--note", "back").split("parcels")[0]
    assert LiveBrake.objects.get().released_at is not None
