"""What pages need to know of the person who looks: session, login, messages, time zone.

A request of the API that brings a key is answered by the key alone, or refused by it
(`api.authentication`). For it there is no person, so none of this runs; that is also why a
session beside a key can add nothing to it.
"""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

API = "/api/v1/"
BEARER = "bearer "


def brings_key(request: HttpRequest) -> bool:
    """Tell whether the API will judge this request by a key, good or bad, and by nothing else."""
    given = request.META.get("HTTP_AUTHORIZATION", "")
    return given[: len(BEARER)].lower() == BEARER and request.path_info.startswith(API)


class _ForPeople(MiddlewareMixin):
    """Steps aside for a request with a key."""

    async_capable = False

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if brings_key(request) else super().__call__(request)


class PersonSession(_ForPeople, SessionMiddleware):
    """Django's session, for people."""


class PersonLogin(_ForPeople, AuthenticationMiddleware):
    """Django's ``request.user``, for people."""


class PersonMessages(_ForPeople, MessageMiddleware):
    """Django's messages, for people."""


class ViewerTimezone:
    """Activates the time zone of the person logged in, for the time of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if brings_key(request):
            return self.get_response(request)
        zone = find_zone(getattr(request.user, "time_zone", ""))
        if zone is None:
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)


@functools.cache
def find_zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Return a time zone by its IANA name, or None for a name nobody knows."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
