"""What can go wrong with consignments and declarations, in words for a caller."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from apps.core.errors import PortalError
from apps.customs.amending import ChangeProblem


class NotAllowedNow(PortalError):
    """The state of the consignment or declaration does not allow this."""

    code = "not_allowed_now"
    permanent = True


class ReasonNeeded(PortalError):
    """Something that needs a reason came without one."""

    code = "reason_needed"
    permanent = True

    def __init__(self) -> None:
        super().__init__(_("Say why."))


class CannotChange(PortalError):
    """Some values cannot be written into the record; ``problems`` names each."""

    code = "invalid_change"
    permanent = True

    def __init__(self, problems: Sequence[ChangeProblem]) -> None:
        super().__init__(_("Some of these values cannot be declared."))
        self.problems = tuple(problems)


class VersionChanged(PortalError):
    """Somebody else wrote a newer version meanwhile."""

    code = "version_changed"
    permanent = True

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this meanwhile: look at the new version first."))
