"""A merchant with a key, and another merchant to keep apart."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from apps.accounts.api import rate
from apps.accounts.models import Merchant
from tests.support.people import client_of, make_merchant


@pytest.fixture(autouse=True)
def _count_at_once():
    """No test inherits the pause another one caused by taking Redis away."""
    rate.forget_outage()


@pytest.fixture
def merchant(db) -> Merchant:
    return make_merchant(slug="west-lake-tea")


@pytest.fixture
def other(db) -> Merchant:
    return make_merchant(slug="other-shop")


@pytest.fixture
def client(merchant) -> APIClient:
    return client_of(merchant)
