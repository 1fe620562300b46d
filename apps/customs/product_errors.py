"""What can go wrong with products and their files, in words for a caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import PortalError
from apps.customs.product_checking import FieldProblem


class InvalidProduct(PortalError):
    """The product cannot be; ``problems`` names each field."""

    code = "invalid_product"
    permanent = True

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(_("The product has impossible fields."))
        self.problems = tuple(problems)


class ProductChanged(PortalError):
    """Somebody saved the product since this person opened it."""

    code = "product_changed"
    permanent = True

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this product meanwhile. Look at it again."))


class ImportRefused(PortalError):
    """A file cannot be taken, or an import is not where this could be done to it."""

    code = "import_refused"
    permanent = True

    def __init__(self, message: Any, *, code: str = "import_refused") -> None:
        super().__init__(message, code=code)
