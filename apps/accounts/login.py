"""Guessing a password takes too long: log-in attempts are counted in Redis, by whom they name.

An attempt is counted before the password is looked at, so that guesses side by side are no way
around. Ten for one name from one address, a hundred for one name from anywhere, in a quarter of
an hour; a stranger elsewhere therefore does not lock the owner out by a handful of guesses. A
log-in that succeeds forgets its address's attempts.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import redis
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm

from apps.accounts.api.rate import connect_for_counting
from apps.core import counters

log = structlog.get_logger(__name__)
WINDOW_SECONDS = 900
FROM_ONE_ADDRESS = 10
FROM_ANYWHERE = 100


class LoginForm(AuthenticationForm):
    """The log-in of the admin, refused without looking at the password after too many attempts."""

    def clean(self) -> dict[str, Any]:
        """Count the attempt, then check the password. Raises ValidationError."""
        name = str(self.cleaned_data.get("username") or "")
        if not name or not self.cleaned_data.get("password"):
            return dict(super().clean())
        keys = _keys(self.request, name)
        if _too_many(keys):
            counters.count("logins.refused", "too_many")
            raise ValidationError(
                _("Too many attempts. Wait a quarter of an hour, or ask a manager."),
                code="too_many_attempts",
            )
        data = super().clean()
        _forget(keys[0])
        return dict(data)


def _keys(request: HttpRequest | None, name: str) -> tuple[str, str]:
    """Return what attempts are counted under; names are hashed, spellings of one name are one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    who = hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:32]
    address = str(request.META.get("REMOTE_ADDR", "")) if request else ""
    database = settings.DATABASES["default"]["NAME"]
    return f"lastmile:{database}:login:{who}:{address}", f"lastmile:{database}:login:{who}"


def _too_many(keys: tuple[str, str]) -> bool:
    """Count one attempt; True if it is one too many. Without Redis nobody is kept out."""
    try:
        with connect_for_counting().pipeline(transaction=True) as pipe:
            for key in keys:
                pipe.set(key, 0, ex=WINDOW_SECONDS, nx=True)
                pipe.incr(key)
            _begun, here, _begun, anywhere = pipe.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("login.attempt_not_counted", error=type(error).__name__)
        return False
    return int(here) > FROM_ONE_ADDRESS or int(anywhere) > FROM_ANYWHERE


def _forget(key: str) -> None:
    try:
        connect_for_counting().delete(key)
    except (redis.RedisError, OSError) as error:
        log.warning("login.attempts_not_forgotten", error=type(error).__name__)
