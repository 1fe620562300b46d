"""The picture of a parcel's way."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from apps.shipments.admin.route import HEIGHT, WIDTH, Sighting, draw_route

START = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


def seen(name: str, longitude: float, latitude: float, hours: float) -> Sighting:
    return Sighting(name, longitude, latitude, START + dt.timedelta(hours=hours))


def test_no_place_gives_no_picture():
    assert draw_route([]) is None


def test_one_place_stands_in_the_middle():
    picture = draw_route([seen("杭州", 120.1, 30.3, 1)])

    assert picture is not None
    assert [(dot.x, dot.y) for dot in picture.dots] == [(WIDTH / 2, HEIGHT / 2)]


def test_places_come_in_order_of_time_whatever_order_they_are_given_in():
    picture = draw_route([seen("深圳", 113.9, 22.5, 20), seen("杭州", 120.1, 30.3, 1)])

    assert picture is not None
    assert [(dot.name, dot.order) for dot in picture.dots] == [("杭州", 1), ("深圳", 2)]


def test_north_is_up_and_east_is_right():
    picture = draw_route([seen("杭州", 120.1, 30.3, 1), seen("深圳", 113.9, 22.5, 20)])

    assert picture is not None
    north, south = picture.dots
    assert north.y < south.y
    assert north.x > south.x


def test_sightings_in_a_row_at_one_place_are_one_dot():
    picture = draw_route([seen("杭州", 120.1, 30.3, hour) for hour in (1, 5, 9)])

    assert picture is not None
    (dot,) = picture.dots
    assert (dot.first_at, dot.last_at) == (
        START + dt.timedelta(hours=1),
        START + dt.timedelta(hours=9),
    )


def test_neighbours_that_would_cover_each_other_share_a_dot():
    near = [seen("西湖区", 120.13, 30.26, 1), seen("余杭区", 120.3, 30.42, 3)]
    picture = draw_route([*near, seen("伦敦", -0.12, 51.5, 40)])

    assert picture is not None
    assert [dot.name for dot in picture.dots] == ["西湖区 → 余杭区", "伦敦"]


def test_a_way_over_the_date_line_does_not_cross_the_whole_picture():
    picture = draw_route([seen("奥克兰", 174.8, -36.8, 1), seen("檀香山", -157.9, 21.3, 9)])

    assert picture is not None
    west, east = picture.dots
    assert west.x < east.x


places = st.builds(
    seen,
    st.text(max_size=6),
    st.floats(-180, 180),
    st.floats(-85, 85),
    st.floats(0, 1000),
)


@given(st.lists(places, min_size=1, max_size=25))
def test_every_dot_lies_inside_the_picture(sightings):
    picture = draw_route(sightings)

    assert picture is not None
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in picture.dots)
    assert 0 < picture.bar_width <= WIDTH
