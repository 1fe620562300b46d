"""What can go wrong with the carrier cloud, and whether trying again can help."""

from __future__ import annotations

from apps.core.errors import PortalError


class BaidiyunError(PortalError):
    """Root of this app's errors."""

    code = "baidiyun"


class MalformedPayload(BaidiyunError):
    """What came is not what the contract says; the only error a parser raises."""

    code = "malformed_payload"
    permanent = True


class InvalidRequest(BaidiyunError):
    """What we were about to send breaks a limit of the contract; ``field`` names it."""

    code = "invalid_request"
    permanent = True

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotConfigured(BaidiyunError):
    """There are no credentials for this mode; nothing was sent."""

    code = "not_configured"
    permanent = True


class CallFailed(BaidiyunError):
    """No usable answer. ``sent`` is False when the platform cannot have seen the request."""

    code = "call_failed"

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class RefusedByPlatform(BaidiyunError):
    """The platform answered no; ``code`` is its return code."""

    code = "refused"
