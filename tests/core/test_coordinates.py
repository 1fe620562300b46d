"""Conversion of many points at once: the published values, and back to a millimetre."""

from __future__ import annotations

import numpy as np
import pytest

from apps.core.geo import coordinates

LATITUDE = np.array([39.915, 31.2304, 22.5431, 43.8256])
LONGITUDE = np.array([116.404, 121.4737, 114.0579, 87.6168])
# coord_convert 0.2.1, wgs2gcj and wgs2bd, an independent implementation.
GCJ02 = [
    (116.4102444992, 39.9164042815),
    (121.4782230593, 31.2284577376),
    (114.0630139986, 22.5403828142),
    (87.6196499495, 43.8268053931),
]
BD09 = [
    (116.4166272438, 39.9226995522),
    (121.4847814685, 31.2343105937),
    (114.0695639870, 22.5460415591),
    (87.6260997708, 43.8329497948),
]


@pytest.mark.parametrize(
    ("convert", "expected"),
    [
        (coordinates.wgs84_to_gcj02_arrays, GCJ02),
        (coordinates.wgs84_to_bd09_arrays, BD09),
    ],
)
def test_many_points_agree_with_an_independent_library(convert, expected):
    latitude, longitude = convert(LATITUDE, LONGITUDE)

    assert longitude == pytest.approx([point[0] for point in expected], abs=1e-8)
    assert latitude == pytest.approx([point[1] for point in expected], abs=1e-8)


@pytest.mark.parametrize(
    ("convert", "undo"),
    [
        (coordinates.wgs84_to_gcj02_arrays, coordinates.gcj02_to_wgs84_arrays),
        (coordinates.wgs84_to_bd09_arrays, coordinates.bd09_to_wgs84_arrays),
    ],
)
def test_many_points_come_back_to_the_millimetre(convert, undo):
    random = np.random.default_rng(20261122)
    latitude, longitude = random.uniform(18.5, 53.0, 20_000), random.uniform(74.0, 134.0, 20_000)

    back = undo(*convert(latitude, longitude))

    assert np.abs(back[0] - latitude).max() * 111_320 < 1e-3
    assert np.abs(back[1] - longitude).max() * 111_320 < 1e-3


def test_one_point_and_many_agree():
    latitude, longitude = coordinates.wgs84_to_gcj02_arrays(LATITUDE, LONGITUDE)

    for n in range(len(LATITUDE)):
        one = coordinates.wgs84_to_gcj02(float(LONGITUDE[n]), float(LATITUDE[n]))
        assert one == pytest.approx((longitude[n], latitude[n]), abs=1e-12)


@pytest.mark.parametrize(
    "convert",
    [
        coordinates.wgs84_to_gcj02_arrays,
        coordinates.wgs84_to_bd09_arrays,
        coordinates.gcj02_to_wgs84_arrays,
        coordinates.bd09_to_wgs84_arrays,
    ],
)
def test_points_abroad_are_left_as_they_are(convert):
    london = np.array([51.5]), np.array([-0.12])

    assert [part.tolist() for part in convert(*london)] == [[51.5], [-0.12]]
