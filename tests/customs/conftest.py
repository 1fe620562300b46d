"""Parcels across the border: business time stands still, the platform books with an S10 number."""

from __future__ import annotations

import pytest

from tests.customs.crossing import NUMBER
from tests.orders.builders import done
from tests.orders.conftest import Platform, business, platform, wall

__all__ = ["books", "business", "platform", "wall"]


@pytest.fixture
def books(platform: Platform, business: None, wall: object, db: None) -> Platform:
    """The platform gives the next parcel a number of the post's."""
    platform.answers.append(done(NUMBER))
    return platform
