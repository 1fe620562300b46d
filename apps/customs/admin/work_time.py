"""People's minutes on a declaration: from opening its page to saving it, as the form says.

The token is signed, for one person and one version of one consignment, and counts once. What is
longer than a quarter of an hour counts as a quarter of an hour: somebody went to lunch.
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from apps.core import clock
from apps.customs.models import Consignment
from apps.customs.services.working import counted

SALT = "customs.work"
USED = "customs_work_used"
MOST_USED = 50


def opened(request: HttpRequest, consignment: Consignment) -> str:
    """Return the token of a page that is opened now (real time)."""
    return signing.dumps(
        {
            "c": consignment.pk,
            "v": consignment.record_version,
            "u": request.user.pk,
            "at": int(clock.real_now().timestamp()),
            "n": get_random_string(8),
        },
        salt=SALT,
        compress=True,
    )


def seconds_of(request: HttpRequest, consignment: Consignment) -> int:
    """Return the seconds since the posted token's page was opened, at most a quarter of an hour.

    A token that is not ours, not theirs, of another consignment or version, or used before is
    no time at all.
    """
    try:
        said: dict[str, Any] = signing.loads(str(request.POST.get("work", ""))[:400], salt=SALT)
    except signing.BadSignature:
        return 0
    theirs = (said["c"], said["v"], said["u"])
    used = list(request.session.get(USED, []))
    if theirs != (consignment.pk, consignment.record_version, request.user.pk) or said["n"] in used:
        return 0
    request.session[USED] = [*used, said["n"]][-MOST_USED:]
    passed = int(clock.real_now().timestamp()) - int(said["at"])
    return counted(passed)
