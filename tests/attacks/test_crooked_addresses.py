"""Whatever is typed behind the question mark of a list: an answer, never a failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.test import Client

from apps.accounts.choices import Role
from apps.accounts.models import User
from tests.support.people import make_user, session_of

BIG = "9" * 25
TEXTS = ["\x00", BIG, "-1", "'", "²", "٣", "\ud800", "9999-12-31 23:59", "<b>"]
ALWAYS = {"q": [*TEXTS, "a" * 5000], "p": ["abc", "-1", BIG], "o": ["1.-2.99"], "id__exact": TEXTS}
ENDS = ("9999-12-31", "0001-01-01")


def own_pages() -> Iterator[Any]:
    """Every list of the portal's own apps."""
    for model, page in admin.site._registry.items():
        if model.__module__.startswith("apps."):
            yield pytest.param(model, page, id=model._meta.label)


def crooked(page: Any) -> Iterator[str]:
    """Queries a list did not make, for every filter it has."""
    for name, values in ALWAYS.items():
        for value in values:
            yield f"{name}={quote(value, errors='surrogatepass')}"
    for entry in page.list_filter:
        kind = entry[1] if isinstance(entry, tuple) else entry
        name = getattr(kind, "parameter_name", None) or (
            entry[0] if isinstance(entry, tuple) else entry
        )
        for value in TEXTS:
            said = quote(value, errors="surrogatepass")
            yield f"{name}={said}"
            yield f"{name}__exact={said}"
        for first, last in (ENDS, ENDS[::-1]):
            yield f"{name}_from_0={first}&{name}_from_1=00:00&{name}_to_0={last}&{name}_to_1=23:59"


@pytest.fixture
def root(db: None) -> Client:
    User.objects.create_superuser("root", password="correct horse battery")
    client = Client(raise_request_exception=False)
    client.login(username="root", password="correct horse battery")
    return client


@pytest.mark.parametrize(("model", "page"), list(own_pages()))
def test_no_query_makes_a_list_fail(root, model, page):
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    failed = [query for query in crooked(page) if root.get(f"{base}?{query}").status_code >= 500]
    assert failed == []


@pytest.mark.parametrize("number", ["²", "٣", "\x00", BIG, "-1", ""])
@pytest.mark.parametrize("what", ["undo", "go"])
def test_no_choice_makes_the_worklist_fail(db, number, what):
    client = session_of(make_user(Role.OPERATOR))
    answer = client.post("/admin/orders/booking/work/", {"booking": number, what: "1"})
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "query", ["merchant__user__password__startswith=p", "created_by__password__startswith=p"]
)
@pytest.mark.parametrize("page", ["orders/order", "accounts/apikey", "shipments/shipment"])
def test_no_filter_asks_for_a_password(db, page, query):
    answer = session_of(make_user(Role.MANAGER)).get(f"/admin/{page}/?{query}")
    assert answer.status_code in {302, 400}


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
        "///evil.example", "\t//evil.example", "http:evil.example",
    ],
)  # fmt: skip
def test_no_log_in_leads_elsewhere(db, wanted):
    make_user(Role.OPERATOR, username="lin")
    answer = Client().post(
        f"/admin/login/?next={quote(wanted)}",
        {"username": "lin", "password": "correct horse battery", "next": wanted},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
