"""What can go wrong with an order, in words for a caller."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from apps.core.errors import PortalError
from apps.orders.validation import FieldProblem


class InvalidOrder(PortalError):
    """The order cannot be; ``problems`` names each field."""

    code = "invalid_order"
    permanent = True

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(_("The order has impossible fields."))
        self.problems = tuple(problems)


class DuplicateOrder(PortalError):
    """The merchant has an order of this number already; ``field`` names it."""

    code = "duplicate_order"
    permanent = True
    field = "number"

    def __init__(self, number: str) -> None:
        super().__init__(_("There is an order with this number already."))
        self.number = number


class MerchantInactive(PortalError):
    """The merchant may not place orders."""

    code = "merchant_inactive"
    permanent = True

    def __init__(self) -> None:
        super().__init__(_("This merchant is not active."))


class CannotCancel(PortalError):
    """It is too late to cancel."""

    code = "cannot_cancel"
    permanent = True


class NotAllowedNow(PortalError):
    """The booking's or order's state does not allow this."""

    code = "not_allowed_now"
    permanent = True
