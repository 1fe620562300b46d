"""What is measured: the closed list of metrics, each with its clock and its dimensions.

A row's label is its dimensions' values joined by ``|`` in the order of ``Metric.dims``; for every
one of ``Metric.views`` the same observations are kept a second time under fewer dimensions, so
that a question about one of them adds up tens of rows an hour and not thousands.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum

SEPARATOR = "|"
LONGEST_PART, LONGEST_LABEL = 60, 120
OTHER = "other"
CLOSED = frozenset({"mode", "product", "blame", "topic", "verdict", "task", "outcome"})
"""Dimensions whose values come from a list of ours; the others are lumped when there are many."""


class Metric(LabelledEnum):
    """A stage of the way from what happened to who was told, or something that is answered."""

    EVENT_HEARD = "event.heard", _("Happened → heard"), "default"
    """Business time: when the carrier says it happened until our clock read its message."""
    CALLBACK_APPLIED = "callback.applied", _("Received → applied"), "info"
    """Real time: from the row of the inbox to the statement that applied it."""
    CALLBACK_VISIBLE = "callback.visible", _("Received → visible"), "info"
    """Real time: from the row of the inbox to the commit after which every reader sees it."""
    MESSAGE_TOLD = "message.told", _("Known → told"), "info"
    """Real time: from the message's row to the receiver's yes."""
    CALL_ANSWERED = "call.answered", _("Calls to the platform"), "info"
    """Real time: every call that left us, from its first byte to the answer or the time limit."""
    REQUEST_ANSWERED = "request.answered", _("Requests of the API"), "info"
    """Real time: every request below /api/v1, from the middleware in to the middleware out."""
    PAGE_ANSWERED = "page.answered", _("Pages of the admin"), "default"
    """Real time: every page of the admin, likewise."""
    PAGE_QUERIES = "page.queries", _("Statements of a page"), "default"
    """No time: the statements a page asked the database; n statements are kept as n/1000 s."""
    CALLBACK_ANSWERED = "callback.answered", _("Callbacks answered"), "info"
    """Real time: a push at the door, until its answer is made; ``verdict`` is stored, failed,
    lost (an address nobody has) or the reason it was refused for."""
    TASK_RUN = "task.run", _("Tasks"), "default"
    """Real time: one run of a Celery task; ``outcome`` is done, retried or failed."""

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions of a label in their order."""
        return DIMS[self.value]

    @property
    def views(self) -> tuple[tuple[str, ...], ...]:
        """The sets of dimensions it is kept by besides all of them."""
        return VIEWS.get(self.value, ())


DIMS: dict[str, tuple[str, ...]] = {
    "event.heard": ("carrier",),
    "callback.applied": ("carrier",),
    "callback.visible": ("carrier",),
    "message.told": (),
    "call.answered": ("mode", "product", "carrier", "merchant", "blame"),
    "request.answered": ("endpoint", "merchant", "blame"),
    "page.answered": ("page", "blame"),
    "page.queries": ("page",),
    "callback.answered": ("topic", "verdict"),
    "task.run": ("task", "outcome"),
}
VIEWS: dict[str, tuple[tuple[str, ...], ...]] = {
    "call.answered": (
        ("mode", "blame"),
        ("mode", "product", "blame"),
        ("mode", "carrier", "blame"),
        ("mode", "merchant", "blame"),
    ),
    "request.answered": (("blame",), ("endpoint", "blame"), ("merchant", "blame")),
    "page.answered": (("blame",),),
}
STAGES = (
    Metric.EVENT_HEARD,
    Metric.CALLBACK_APPLIED,
    Metric.CALLBACK_VISIBLE,
    Metric.MESSAGE_TOLD,
)
"""The way from what happened to who was told, in order."""


def label_of(*parts: object) -> str:
    """Return the label of a row: its dimensions' values, each at most 60 characters, joined."""
    texts = (str(part).replace(SEPARATOR, "/")[:LONGEST_PART] for part in parts)
    return SEPARATOR.join(texts)[:LONGEST_LABEL]


def lumped(name: str, label: str) -> str:
    """Return a label with ``other`` for every value that comes from no list of ours."""
    parts = label.split(SEPARATOR)
    dims = DIMS.get(name, ())
    if len(parts) != len(dims):
        return OTHER
    return SEPARATOR.join(
        part if dim in CLOSED else OTHER for dim, part in zip(dims, parts, strict=True)
    )


def view_name(name: str, dims: Collection[str]) -> str:
    """Return the name under which a metric's rows of fewer dimensions are kept."""
    return f"{name}/{SEPARATOR.join(dims)}"


@lru_cache(maxsize=20_000)
def views_of(name: str, label: str) -> tuple[tuple[str, str], ...]:
    """Return (name, label) of every view that an observation also belongs to."""
    dims, parts = DIMS.get(name, ()), label.split(SEPARATOR)
    if len(parts) != len(dims):
        return ()
    by_dim = dict(zip(dims, parts, strict=True))
    return tuple(
        (view_name(name, view), SEPARATOR.join(by_dim[dim] for dim in view))
        for view in VIEWS.get(name, ())
    )


def narrowest(name: str, needed: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Return the name and dimensions of the smallest rows that know all that is asked for.

    Raises ValueError for a dimension the metric does not have.
    """
    dims = DIMS[name]
    if unknown := set(needed) - set(dims):
        raise ValueError(f"{name} has no dimension {', '.join(sorted(unknown))}")
    fitting = [view for view in VIEWS.get(name, ()) if set(needed) <= set(view)]
    if not fitting:
        return name, dims
    view = min(fitting, key=len)
    return view_name(name, view), view
