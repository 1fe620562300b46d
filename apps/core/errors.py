"""The root of every error the portal raises on purpose."""

from __future__ import annotations

from typing import Any


class PortalError(Exception):
    """An expected error with a sentence for a person.

    ``permanent`` says whether trying again can help: a permanent error goes to somebody,
    a temporary one is retried. ``code`` is stable and machine readable.
    """

    code = "error"
    permanent = False

    def __init__(
        self,
        message: Any = "",
        *,
        code: str | None = None,
        permanent: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if permanent is not None:
            self.permanent = permanent

    def __str__(self) -> str:
        return str(self.message)
