"""What can go wrong with webhooks."""

from __future__ import annotations

from apps.core.errors import PortalError


class EndpointRefused(PortalError):
    """An address nothing may be sent to."""

    code = "endpoint_refused"
    permanent = True


class NothingToSend(PortalError):
    """A delivery that cannot be sent again."""

    code = "nothing_to_send"
    permanent = True
