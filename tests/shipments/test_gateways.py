"""Where places abroad lie, from the words carriers use."""

from __future__ import annotations

import pytest

from apps.shipments.gateways import BY_CODE, CITIES, COUNTRIES, country_name, gateway_of
from apps.shipments.zones import BY_COUNTRY, STAND_INS


@pytest.mark.parametrize(
    ("words", "country", "name", "is_country"),
    [
        ("Germany,Leipzig", "DE", "Leipzig", False),
        ("德国,法兰克福", "DE", "Frankfurt", False),
        ("TOKYO-NARITA", "JP", "Narita", False),
        ("LONDON-HEATHROW", "GB", "Heathrow", False),
        ("SAO PAULO-GUARULHOS", "BR", "Sao Paulo", False),
        ("Brazil", "BR", "Brazil", True),
    ],
)
def test_a_city_outweighs_its_country(words, country, name, is_country) -> None:
    place = gateway_of(words)
    assert place is not None
    assert (place.country, place.name_en, place.is_country) == (country, name, is_country)


@pytest.mark.parametrize("words", ["", "Kleinkleckersdorf", "parisian cafe"])
def test_what_no_name_is_known_of_lies_nowhere(words) -> None:
    assert gateway_of(words) is None


def test_every_place_is_on_earth_and_every_country_of_the_zones_is_known() -> None:
    for place in (*CITIES.values(), *COUNTRIES.values()):
        assert -90 < place.latitude < 90
        assert -180 < place.longitude <= 180
        assert place.country in BY_CODE
    assert (set(BY_COUNTRY) | set(STAND_INS)) <= set(BY_CODE)
    assert (country_name("DE", "zh-hans"), country_name("DE", "en")) == ("德国", "Germany")
    assert country_name("XX", "en") == "XX"
