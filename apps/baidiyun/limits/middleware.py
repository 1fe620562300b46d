"""The API's answers say how far the gateway has stepped back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.selectors import current_step

API_PREFIX = "/api/v1/"
HEADER = "X-Gateway-Step"


class GatewayStep:
    """Puts the ladder's step on every answer of the API while it is not full service.

    The step is at most a second old and costs one short query a second and process; without a
    database it is the last one known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(API_PREFIX):
            step = current_step()
            if step is not LadderStep.FULL:
                response.headers[HEADER] = step.value
        return response
