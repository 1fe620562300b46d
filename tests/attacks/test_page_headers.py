"""What a browser is told about a page, wherever the page comes from."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.choices import Role
from tests.support.people import make_user, session_of

pytestmark = pytest.mark.django_db
PAGES = ["/admin/login/", "/admin/", "/admin/orders/order/", "/api/v1/docs", "/nowhere", "/healthz"]


@pytest.mark.parametrize("url", PAGES)
def test_a_page_loads_and_sends_nothing_elsewhere(url):
    answer = session_of(make_user(Role.MANAGER)).get(url)
    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert not any(word in answer["Content-Security-Policy"] for word in ("http:", "https:", "*"))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("url", ["/admin/login/", "/nowhere", "/api/v1/orders"])
def test_nobody_frames_us(url):
    answer = Client().get(url)
    assert answer["X-Frame-Options"] == "DENY"


def test_a_tile_server_is_added_by_name_only(settings):
    settings.CSP_IMG_SOURCES = ["https://tiles.example"]
    policy = Client().get("/healthz")["Content-Security-Policy"]
    assert "img-src 'self' data: https://tiles.example;" in policy
    assert policy.count("https:") == 1
