"""A load balancer asks by address, in plain HTTP; nobody else gets past the check of hosts."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.9:8000", "", "a_b.internal"])
def test_a_probe_is_answered_whatever_host_it_names(settings, path, host):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    answer = Client(HTTP_HOST=host).get(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/admin/login/", "/api/v1/orders", "/healthz/", "/"])
def test_any_other_page_is_refused_to_a_foreign_host(path):
    answer = Client(HTTP_HOST="evil.example").get(path)
    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


def test_a_probe_changes_nothing_and_sets_no_cookie():
    client = Client()
    assert not client.get("/healthz").cookies
