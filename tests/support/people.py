"""Merchants, keys and people for tests of the API and the pages."""

from __future__ import annotations

import itertools
from typing import Any

from django.contrib.auth.models import Group
from rest_framework.test import APIClient

from apps.accounts.choices import KeyMode, Role, Scope
from apps.accounts.models import ApiKey, Merchant, User
from apps.accounts.services import issue_api_key
from apps.core.actions import Actor

_numbers = itertools.count(1)


def make_merchant(**fields: Any) -> Merchant:
    """Make a test merchant in Hangzhou."""
    n = next(_numbers)
    defaults: dict[str, Any] = {
        "slug": f"shop-{n}",
        "name": f"Shop {n}",
        "is_test": True,
        "sender_name": "沈仓",
        "sender_phone": "13588880001",
        "sender_province": "浙江省",
        "sender_city": "杭州市",
        "sender_district": "西湖区",
        "sender_street": "文三路 90 号",
    }
    return Merchant.objects.create(**defaults | fields)


def make_key(
    merchant: Merchant, *, scopes: list[Scope] | None = None, mode: KeyMode = KeyMode.SANDBOX
) -> tuple[ApiKey, str]:
    """Issue a key with all scopes unless told otherwise."""
    chosen = list(Scope) if scopes is None else scopes
    return issue_api_key(
        merchant=merchant, name="test", scopes=chosen, mode=mode, actor=Actor.system("test")
    )


def client_of(merchant: Merchant, *, language: str = "en", **options: Any) -> APIClient:
    """Return a client that carries a key of the merchant."""
    _key, plain = make_key(merchant, **options)
    return client_with(plain, language=language)


def client_with(plain: str, *, language: str = "en") -> APIClient:
    """Return a client that carries that key."""
    client = APIClient(raise_request_exception=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}", HTTP_ACCEPT_LANGUAGE=language)
    return client


def make_user(role: Role, *, merchant: Merchant | None = None, **fields: Any) -> User:
    """Make a person with one role."""
    n = next(_numbers)
    user = User.objects.create_user(
        username=fields.pop("username", f"{role.value}-{n}"),
        password="correct horse battery",
        merchant=merchant,
        is_staff=True,
        **fields,
    )
    user.groups.add(Group.objects.get(name=role.value))
    return user


def session_of(user: User, *, csrf: bool = False, language: str = "en") -> APIClient:
    """Return a client logged in by session; with ``csrf`` it checks tokens as a browser must."""
    client = APIClient(enforce_csrf_checks=csrf, HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(user)
    return client
