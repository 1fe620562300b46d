"""Links that show one notice to whoever holds them, for seven days.

A token is the notice's id with the time and a signature; its salt is this page's own, so that
nothing else the portal signs opens it. It gives no more than the page: look, and acknowledge.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

LIFE = dt.timedelta(days=7)
SALT = "notifications.acknowledge"
LONGEST = 160


class TokenExpired(Exception):
    """The link was ours and is too old."""


def new_token(notice_uid: str) -> str:
    """Return the token of a notice; safe in an address."""
    return _signer().sign(notice_uid)


def notice_uid_of(token: str) -> str | None:
    """Return the id a token holds, None for one that is not ours. Raises TokenExpired."""
    if len(token) > LONGEST:
        return None
    try:
        return _signer().unsign(token, max_age=LIFE)
    except SignatureExpired:
        raise TokenExpired from None
    except BadSignature:
        return None


def portal_address(path: str) -> str:
    """Return the whole address of a page of ours, as the outside reaches it; empty for none."""
    base = settings.PORTAL_URL or settings.BAIDIYUN_CALLBACK_BASE
    return f"{base.rstrip('/')}{path}" if path else ""


def acknowledge_address(notice_uid: str) -> str:
    """Return the whole address where a notice can be acknowledged."""
    return portal_address(f"/n/{new_token(notice_uid)}/")


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=SALT, sep=".")
