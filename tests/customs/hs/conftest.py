"""A merchant with a product, and a suggester that looks at the rows of this test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.accounts.models import Merchant
from apps.customs.hs import live
from apps.customs.models import Product
from tests.customs.factories import make_product
from tests.orders.builders import make_merchant


@pytest.fixture
def fresh() -> Iterator[None]:
    """No suggester of another test."""
    live.forget()
    yield
    live.forget()


@pytest.fixture
def merchant(db: None, fresh: None) -> Merchant:
    return make_merchant()


@pytest.fixture
def mat(merchant: Merchant) -> Product:
    """A yoga mat nobody has confirmed a code for."""
    return make_product(merchant, sku="MAT-1", name_en="Yoga mat of TPE foam", code="")
