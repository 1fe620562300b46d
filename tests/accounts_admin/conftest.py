"""Merchants for the tests of the pages of accounts."""

from __future__ import annotations

import pytest

from apps.accounts.models import Merchant
from tests.support.people import make_merchant


@pytest.fixture
def merchant(db: None) -> Merchant:
    return make_merchant(slug="tea", name="Tea House", is_test=False)


@pytest.fixture
def test_merchant(db: None) -> Merchant:
    return make_merchant(slug="toy", name="Toy Shop", is_test=True)
