"""Answers what machines ask before anything asks which host was meant.

A probe calls a process by its address, which no list of allowed hosts can name beforehand.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.monitoring.health import healthz, metrics, readyz

PROBES = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


class HealthIngress:
    """Takes GET and HEAD of /healthz, /readyz and /metrics; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is not None and request.method in {"GET", "HEAD"}:
            return probe(request)
        return self.get_response(request)
