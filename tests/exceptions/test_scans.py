"""Scan events: hops no vehicle makes, loops, and cities off the way."""

from __future__ import annotations

from apps.exceptions.trajectory import Scan, detect_scans

HOUR = 3600.0
SHENZHEN, WUHAN, BEIJING, URUMQI = (
    ("sz", 22.54, 114.06),
    ("wh", 30.59, 114.31),
    ("bj", 39.90, 116.40),
    ("ur", 43.83, 87.62),
)


def scans(*stops: tuple[tuple[str, float, float], float]) -> list[Scan]:
    return [Scan(hours * HOUR, *place) for place, hours in stops]


def kinds(parcel: list[Scan], **ends) -> list[tuple[str, int, int]]:
    return [(one.kind, one.start, one.end) for one in detect_scans(parcel, **ends)]


ENDS = {"origin": SHENZHEN[1:], "destination": BEIJING[1:]}


def test_a_parcel_on_its_way_is_clean():
    parcel = scans((SHENZHEN, 0), (SHENZHEN, 3), (WUHAN, 20), (BEIJING, 40), (BEIJING, 44))

    assert kinds(parcel, **ENDS) == []


def test_a_parcel_without_scans_is_clean():
    assert kinds([], **ENDS) == []


def test_two_cities_within_minutes_are_an_impossible_hop():
    parcel = scans((SHENZHEN, 0), (BEIJING, 0.2), (BEIJING, 30))

    found = detect_scans(parcel)

    assert [(one.kind, one.start, one.end) for one in found] == [("impossible_hop", 0, 1)]
    assert 1_900_000 < found[0].numbers["metres"] < 2_000_000
    assert found[0].numbers["seconds"] == 0.2 * HOUR


def test_neighbouring_places_within_minutes_are_the_blur_of_their_centres():
    guangzhou = ("gz", 23.13, 113.26)

    assert kinds(scans((SHENZHEN, 0), (guangzhou, 0.1))) == []


def test_coming_a_third_time_to_a_place_is_a_loop():
    parcel = scans((WUHAN, 0), (SHENZHEN, 20), (WUHAN, 40), (SHENZHEN, 60), (WUHAN, 80))

    assert kinds(parcel) == [("loop", 0, 4)]


def test_one_return_to_the_sender_is_no_loop():
    assert kinds(scans((SHENZHEN, 0), (WUHAN, 20), (SHENZHEN, 40))) == []


def test_a_city_far_off_the_way_is_named():
    parcel = scans((SHENZHEN, 0), (URUMQI, 40), (BEIJING, 80))

    assert kinds(parcel, **ENDS) == [("wrong_city", 1, 1)]


def test_without_both_ends_no_city_is_wrong():
    parcel = scans((SHENZHEN, 0), (URUMQI, 40), (BEIJING, 80))

    assert kinds(parcel, origin=SHENZHEN[1:]) == []
