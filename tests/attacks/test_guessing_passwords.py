"""A password cannot be guessed by trying, and trying locks nobody else out."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.conf import settings as live
from django.db import connections
from django.test import Client

from apps.accounts import login
from apps.accounts.api.rate import connect_for_counting
from apps.accounts.choices import Role
from tests.support.people import make_user

URL = "/admin/login/"
RIGHT = "correct horse battery"


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> Iterator[None]:
    def clear() -> None:
        found = connect_for_counting().keys(f"lastmile:{live.DATABASES['default']['NAME']}:login:*")
        if found:
            connect_for_counting().delete(*found)

    clear()
    yield
    clear()


def attempt(name: str, password: str, *, address: str = "203.0.113.7") -> bool:
    client = Client(REMOTE_ADDR=address, HTTP_ACCEPT_LANGUAGE="en")
    client.post(URL, {"username": name, "password": password, "next": "/admin/"})
    return "_auth_user_id" in client.session


@pytest.mark.django_db
def test_after_ten_guesses_even_the_right_password_is_refused():
    make_user(Role.OPERATOR, username="lin")
    for n in range(login.FROM_ONE_ADDRESS):
        assert not attempt("lin", f"guess {n}")
    assert not attempt("lin", RIGHT)


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["LIN", " lin ", "ｌｉｎ"])
def test_another_spelling_of_the_name_is_no_way_around(spelling):
    make_user(Role.OPERATOR, username="lin")
    for _ in range(login.FROM_ONE_ADDRESS):
        attempt(spelling, "guess")
    assert not attempt("lin", RIGHT)


@pytest.mark.django_db
def test_guessing_elsewhere_does_not_lock_the_owner_out():
    make_user(Role.OPERATOR, username="lin")
    for _ in range(login.FROM_ONE_ADDRESS + 1):
        attempt("lin", "guess", address="198.51.100.1")
    assert attempt("lin", RIGHT)


@pytest.mark.django_db
def test_guessing_from_many_addresses_ends_too(monkeypatch):
    monkeypatch.setattr(login, "FROM_ANYWHERE", 6)
    make_user(Role.OPERATOR, username="lin")
    for n in range(6):
        attempt("lin", "guess", address=f"198.51.100.{n}")
    assert not attempt("lin", RIGHT)


@pytest.mark.django_db
def test_a_forwarded_address_somebody_made_up_is_not_believed():
    make_user(Role.OPERATOR, username="lin")
    for n in range(login.FROM_ONE_ADDRESS + 1):
        client = Client(REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}")
        client.post(URL, {"username": "lin", "password": RIGHT if n == 10 else "guess"})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_success_forgets_the_typing_errors_before_it():
    make_user(Role.OPERATOR, username="lin")
    for _ in range(3):
        for _ in range(login.FROM_ONE_ADDRESS - 1):
            attempt("lin", "typing error")
        assert attempt("lin", RIGHT)


@pytest.mark.django_db
def test_the_page_says_why_and_does_not_say_whether_the_name_exists():
    make_user(Role.OPERATOR, username="lin")
    said = []
    for name in ("lin", "nobody"):
        client = Client(REMOTE_ADDR="203.0.113.7", HTTP_ACCEPT_LANGUAGE="en")
        for _ in range(login.FROM_ONE_ADDRESS + 1):
            page = client.post(URL, {"username": name, "password": "guess"}).content.decode()
        said.append("Too many attempts" in page)
    assert said == [True, True]


@pytest.mark.django_db
def test_without_redis_people_can_still_log_in(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    make_user(Role.OPERATOR, username="lin")
    assert attempt("lin", RIGHT)


@pytest.mark.django_db(transaction=True)
def test_guesses_side_by_side_are_all_counted(monkeypatch):
    make_user(Role.OPERATOR, username="lin")
    looked_at: list[str] = []
    check = login.AuthenticationForm.clean

    def watched(form: login.LoginForm):
        looked_at.append(form.cleaned_data["password"])
        return check(form)

    monkeypatch.setattr(login.AuthenticationForm, "clean", watched)

    def guess(n: int) -> None:
        try:
            attempt("lin", f"guess {n}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == login.FROM_ONE_ADDRESS
