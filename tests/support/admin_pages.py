"""What tests of admin pages share: somebody logged in, and what a page says."""

from __future__ import annotations

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from tests.support.people import make_user


def logged_in(
    role: Role = Role.OPERATOR, merchant: Merchant | None = None, *, language: str = "en"
) -> Client:
    """Return a client of somebody with a role; the pages come in English unless told otherwise."""
    client = Client(headers={"accept-language": language})
    user = make_user(role, merchant=merchant)
    client.force_login(user)
    client.user = user  # type: ignore[attr-defined]
    return client


def text_of(response: HttpResponse) -> str:
    """Return what a reader of the page sees, without markup and repeated blanks."""
    body = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def said(response: Any) -> str:
    """Return the messages a page shows after a redirect, joined."""
    return " ".join(str(message) for message in response.context["messages"])
