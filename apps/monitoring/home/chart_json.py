"""A chart as the page's script wants it: words for people, and where a click leads."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.models import Merchant
from apps.baidiyun.choices import Product
from apps.monitoring.home.charts import Drawn, Line
from apps.monitoring.home.reach import By, Reach, Shown
from apps.monitoring.menu import list_address
from apps.shipments.carriers import carrier_name

LISTS = {
    Shown.RESPONSE: ("baidiyun.apicall", "at"),
    Shown.ERRORS: ("baidiyun.apicall", "at"),
    Shown.CALLS: ("baidiyun.apicall", "at"),
    Shown.DELAY: ("baidiyun.inboxrow", "received_at"),
}
"""Which list holds what a point was made of, and by which time; the others leave no rows."""
OVER = 99 * 86_400.0


def as_json(
    request: HttpRequest, drawn: Drawn, *, limit: float | None, mode: str
) -> dict[str, Any]:
    """Return a chart's steps and lines; ``limit`` is its objective in the chart's unit.

    ``{"shown", "reach", "by", "unit", "limit", "mode", "left_out", "steps": [{"label", "query"}],
    "lines": [{"key", "label", "count", "now": […], "before": […], "href"}]}``: the calls behind a
    point are at ``href`` with the ``query`` of its step; ``href`` is empty where nothing is kept
    or the viewer may not look. Values are seconds, shares of one, or counts; null is no value;
    ``before`` is null where it was not asked for.
    """
    names = names_of(drawn.by, (line.key for line in drawn.lines))
    return {
        "shown": drawn.shown.value,
        "title": str(drawn.shown.label),
        "reach": drawn.reach.value,
        "by": drawn.by.value,
        "unit": drawn.unit,
        "limit": limit,
        "mode": mode,
        "left_out": drawn.left_out,
        "steps": [
            {"label": _label(start, drawn.reach), "query": _query(drawn, start)}
            for start in drawn.steps
        ],
        "lines": [
            {
                "key": line.key,
                "label": names[line.key],
                "count": line.count,
                "now": [_number(value) for value in line.now],
                "before": line.before and [_number(value) for value in line.before],
                "href": _address(request, drawn, line, mode),
            }
            for line in drawn.lines
        ],
    }


def names_of(by: By, keys: Iterable[str]) -> dict[str, str]:
    """Return what people call the values of a dimension; one query at most."""
    wanted = list(keys)
    if by is By.ALL:
        return dict.fromkeys(wanted, _("Together"))
    if by is By.MERCHANT:
        known = {str(pk): name for pk, name in Merchant.objects.filter(
            pk__in=[int(key) for key in wanted if key.isdecimal()]
        ).values_list("pk", "name")}  # fmt: skip
        return {key: known.get(key) or _nobody(key) for key in wanted}
    return {key: _word(by, key) for key in wanted}


def _word(by: By, key: str) -> str:
    if by is By.CARRIER and key not in {"", "-", "other"}:
        return carrier_name(key, get_language() or "zh")
    product = Product.parse(key) if by is By.PRODUCT else None
    return str(product.label) if product else _nobody(key)


def _nobody(key: str) -> str:
    if key in {"", "-"}:
        return _("of none")
    return _("all others") if key == "other" else key


def _label(start: dt.datetime, reach: Reach) -> str:
    local = timezone.localtime(start)
    return local.strftime("%m-%d %H:%M" if reach is Reach.WEEK else "%H:%M")


def _query(drawn: Drawn, start: dt.datetime) -> str:
    """Return the filter of a step, both ends included, in the viewer's zone."""
    if drawn.shown not in LISTS:
        return ""
    field = LISTS[drawn.shown][1]
    first = timezone.localtime(start)
    last = timezone.localtime(start + drawn.step - dt.timedelta(seconds=1))
    return urlencode(
        {
            f"{field}_from_0": first.strftime("%Y-%m-%d"),
            f"{field}_from_1": first.strftime("%H:%M:%S"),
            f"{field}_to_0": last.strftime("%Y-%m-%d"),
            f"{field}_to_1": last.strftime("%H:%M:%S.999999"),
        }
    )


def _address(request: HttpRequest, drawn: Drawn, line: Line, mode: str) -> str:
    if drawn.shown not in LISTS or line.key == "other":
        return ""
    model = LISTS[drawn.shown][0]
    if model != "baidiyun.apicall":
        return list_address(request, model) if drawn.by is By.ALL else ""
    query: dict[str, str | list[str]] = {}
    if drawn.by is not By.ALL:
        value = "-" if line.key in {"", "-"} else line.key
        query[FILTERS[drawn.by]] = value
    if drawn.shown is Shown.ERRORS:
        query["outcome"] = "error"
    if mode:
        query["mode__exact"] = mode
    return list_address(request, model, **query)


FILTERS = {By.PRODUCT: "product", By.CARRIER: "carrier", By.MERCHANT: "merchant"}
"""The parameters by which the list of calls takes the value of a line."""


def _number(value: float | None) -> float | None:
    """Return a value as JSON can hold it."""
    if value is None:
        return None
    return OVER if math.isinf(value) else round(value, 5)
