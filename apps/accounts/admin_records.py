"""Lists of rows nobody edits by hand: read-only, in the order of an index."""

from __future__ import annotations

from typing import Any

from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.faces import EMPTY, Column


class RecordAdmin(ScopedModelAdmin):
    """A page over rows that services write and people read.

    Columns are not sortable: a click on a header must not sort ten million rows. What acts on
    the rows are actions that ask for their own permission.
    """

    sortable_by: tuple[str, ...] = ()
    ordering: tuple[str | OrderBy, ...] = ("-id",)

    class Media:
        css = {"all": ("portal/shipment.css",)}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits these rows."""
        return False


def time_column(field: str, description: Any, *, seconds: bool = False) -> Column:
    """Make a list column that shows a moment in the viewer's zone, on one line, without the year.

    The whole of it is in the hint.
    """
    layout = "%m-%d %H:%M:%S" if seconds else "%m-%d %H:%M"

    def column(model_admin: Any, row: Any) -> str | SafeString:
        moment = getattr(row, field)
        if moment is None:
            return EMPTY
        local = timezone.localtime(moment)
        return format_html(
            '<span class="sp-when" title="{}">{}</span>',
            local.isoformat(sep=" ", timespec="seconds"),
            local.strftime(layout),
        )

    column.__name__ = f"{field}_when"
    made: Column = display(column, description=description)
    return made
