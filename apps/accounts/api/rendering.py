"""Answers as JSON, written by the fast encoder where it can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import JSONRenderer


class FastJSONRenderer(JSONRenderer):
    """Writes the same JSON as its base; what orjson does not know is left to the base."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the bytes; empty for no data."""
        if data is None:
            return b""
        if self.get_indent(accepted_media_type or "", dict(renderer_context or {})) is None:
            try:
                return orjson.dumps(data, default=_text, option=orjson.OPT_PASSTHROUGH_DATETIME)
            except orjson.JSONEncodeError:
                pass
        return bytes(super().render(data, accepted_media_type, renderer_context))


def _text(value: Any) -> str:
    """Write a translation that waits for its language; raises TypeError for anything else."""
    if isinstance(value, Promise):
        return str(value)
    raise TypeError
