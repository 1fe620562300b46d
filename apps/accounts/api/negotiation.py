"""Which form an answer takes: nearly everybody asks for JSON, which needs no weighing."""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

ANYTHING = "*/*"


class PlainNegotiation(DefaultContentNegotiation):
    """Decides the plain cases by comparing two words; all others as its base does."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and the media type; raises NotAcceptable like the base."""
        renderers = list(renderers)
        if len(renderers) == 1 and not format_suffix:
            only = renderers[0]
            accepted = request.META.get("HTTP_ACCEPT", ANYTHING)
            if accepted in {ANYTHING, only.media_type}:
                return only, str(only.media_type)
        return super().select_renderer(request, renderers, format_suffix)
