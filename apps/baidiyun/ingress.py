"""First in MIDDLEWARE: callbacks are answered here, before sessions, locale and log-in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.baidiyun.callbacks import take_in

PREFIX = "/callbacks/baidiyun/"


class CallbackIngress:
    """Takes every request below /callbacks/baidiyun/; nothing else in the portal sees it.

    The token in the URL and the signature are the authentication, so there is no CSRF check,
    no session and no host check in the way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIX):
            return take_in(request, request.path_info[len(PREFIX) :])
        return self.get_response(request)
