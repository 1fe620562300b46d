"""What notifications refuse."""

from __future__ import annotations

from apps.core.errors import PortalError


class NoName(PortalError):
    """Somebody acknowledges without saying who they are."""

    code = "no_name"
    permanent = True


class NothingToAcknowledge(PortalError):
    """The notice says that something is over, or only informs."""

    code = "nothing_to_acknowledge"
    permanent = True


class ChannelRefused(PortalError):
    """A robot or mail target that cannot be."""

    code = "channel_refused"
    permanent = True


class NothingToSend(PortalError):
    """The delivery waits or is on its way already."""

    code = "nothing_to_send"
    permanent = True
