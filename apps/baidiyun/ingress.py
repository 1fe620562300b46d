"""First in MIDDLEWARE: callbacks are answered here, before sessions, locale and log-in.

Every answer is measured (`callback.answered`), those of strangers too.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.baidiyun.callbacks import take_in
from apps.baidiyun.choices import Topic
from apps.core.metrics import observe_one
from apps.core.metrics.names import Metric, label_of

PREFIX = "/callbacks/baidiyun/"
STORED = {topic: label_of(topic, "stored") for topic in Topic.values()}
NOBODYS = label_of("-", "stored")
LOST = frozenset({404, 405})
"""What an address answers that we gave to nobody."""


class CallbackIngress:
    """Takes every request below /callbacks/baidiyun/; nothing else in the portal sees it.

    The token in the URL and the signature are the authentication, so there is no CSRF check,
    no session and no host check in the way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIX):
            return _measured(request, request.path_info[len(PREFIX) :])
        return self.get_response(request)


def _measured(request: HttpRequest, path: str) -> HttpResponse:
    began = time.perf_counter()
    response = take_in(request, path)
    seconds = time.perf_counter() - began
    label = STORED.get(path.partition("/")[0]) or NOBODYS
    if response.status_code != 200:
        label = label_of(label.partition("|")[0], _verdict(response))
    observe_one(Metric.CALLBACK_ANSWERED, label, seconds)
    return response


def _verdict(response: HttpResponse) -> str:
    """Return the reason of a refusal, ``lost``, or ``failed`` for what we could not do."""
    return getattr(response, "verdict", "") or (
        "lost" if response.status_code in LOST else "failed"
    )
