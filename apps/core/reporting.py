"""What an error report may show: where it broke, never with which values.

Django's own filter hides settings by name; a form about to be sent, a recipient or a sealed key
in a local variable it would show. Here a local variable is only its type.
"""

from __future__ import annotations

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class SilentReporterFilter(SafeExceptionReporterFilter):
    """Settings, request values and local variables stay out of error pages and mails."""

    def get_safe_settings(self) -> dict[str, Any]:
        """Show no setting at all: addresses of servers carry passwords."""
        return {}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Show how the request came, not what it carried."""
        kept = ("REQUEST_METHOD", "PATH_INFO", "CONTENT_TYPE", "CONTENT_LENGTH")
        return {name: request.META[name] for name in kept if name in request.META}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        """Show no cookie."""
        return {}

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        """Show the names of what was posted."""
        names = request.POST if request is not None else {}
        return dict.fromkeys(names, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        """Show the type of every local variable."""
        return {name: type(value).__name__ for name, value in tb_frame.f_locals.items()}.items()
