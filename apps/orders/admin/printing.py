"""Printing labels: of one order's parcels, and of many chosen orders at once."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_tasks import Task, Values
from apps.core.actions import Actor
from apps.orders import services
from apps.orders.choices import PRINTED_KINDS, LabelKind
from apps.orders.errors import NotAllowedNow
from apps.orders.ewaybill_rows import LabelSheet
from apps.orders.models import Label, Order, Parcel
from apps.orders.services.labelling import BULK

PRINT = "orders.print_label"
WEB = ("https://", "http://")
OWN_KINDS = frozenset({LabelKind.SHEET.value, LabelKind.INVOICE.value})
REFUSALS: dict[str, Any] = {
    "no_number": _("no carrier number yet"),
    "no_label_source": _("labels cannot be printed here"),
    "not_configured": _("no account at the platform"),
    "no_answer": _("the platform did not answer"),
    "held_back": _("the gateway holds calls back just now"),
    "not_found": _("no such parcel"),
}


class LabelForm(forms.Form):
    """Which parcels' labels, and how."""

    parcels = forms.TypedMultipleChoiceField(
        label=_("parcels"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "lm-checks"}),
    )
    kind = forms.ChoiceField(
        label=_("how"),
        choices=[(kind.value, kind.label) for kind in PRINTED_KINDS],
        initial=LabelKind.IMAGE.value,
    )

    def offer(self, order: Order, wanted: str = "") -> None:
        """Offer the parcels of an order; the wanted position is chosen, else all."""
        field: Any = self.fields["parcels"]
        numbered = [parcel for parcel in order.parcels.all() if parcel.shipment.number]
        field.choices = [
            (parcel.pk, f"{parcel.position} · {parcel.shipment.number}") for parcel in numbered
        ]
        named = [parcel.pk for parcel in numbered if str(parcel.position) == wanted]
        self.initial["parcels"] = named or [parcel.pk for parcel in numbered]


def print_labels(request: HttpRequest, order: Order, values: Values) -> Any:
    """Print the chosen labels of an order; refused where none could be printed."""
    batch = services.reprint_labels(
        parcel_ids=values["parcels"],
        actor=Actor.user(request.user),
        kind=LabelKind(values["kind"]),
    )
    why = "; ".join(f"{number}: {refusal_text(code)}" for number, code in refused_in(order, batch))
    if not batch.printed:
        raise NotAllowedNow(why, code="no_label")
    text = _("%(n)s labels printed.") % {"n": len(batch.printed)}
    return f"{text} {why}" if why else text


def refused_in(order: Order, batch: services.LabelBatch) -> list[tuple[str, str]]:
    """Return the number and the reason of every refused parcel of an order."""
    numbers = {parcel.pk: parcel.shipment.number for parcel in order.parcels.all()}
    return [(numbers.get(pk, ""), code) for pk, code in batch.refused]


def refusal_text(code: str) -> str:
    """Return the words for why a label was refused; the platform's own codes stay as they are."""
    return str(REFUSALS.get(code, _("refused by the platform (%(code)s)") % {"code": code}))


def has_number(order: Order) -> bool:
    """Whether any parcel of an order can have a label."""
    return any(parcel.shipment.number for parcel in order.parcels.all())


PRINT_TASK = Task(
    name="labels",
    label=_("Print labels"),
    explain=_(
        "The platform draws the labels again under the numbers the parcels have. Every print is"
        " counted and written down."
    ),
    permission=PRINT,
    run=print_labels,
    form=LabelForm,
    icon="print",
    applies=has_number,
)


def reprint_orders(request: HttpRequest, orders: list[Order]) -> dict[str, Any]:
    """Print every label of chosen orders; returns what the session keeps for the page after.

    Raises NotAllowedNow for more than 200 parcels.
    """
    ids = [parcel.pk for order in orders for parcel in order.parcels.all()]
    batch = services.reprint_labels(parcel_ids=ids, actor=Actor.user(request.user))
    return {
        "printed": {str(label.parcel_id): label.pk for label in batch.printed},
        "refused": {str(pk): code for pk, code in batch.refused},
    }


def result_rows(kept: dict[str, Any], orders: Any) -> list[dict[str, Any]]:
    """Return what became of every parcel; ``orders`` are those the viewer may see."""
    ids = [int(pk) for pk in (*kept["printed"], *kept["refused"])][:BULK]
    parcels = Parcel.objects.filter(pk__in=ids, order__in=orders.values("pk"))
    labels = Label.objects.in_bulk(list(kept["printed"].values()))
    own = [pk for pk, label in labels.items() if label.kind == LabelKind.SHEET.value]
    rows = LabelSheet.objects.filter(label__in=own).values_list("label_id", flat=True)
    sheets = set(rows) if own else set()
    return [
        {
            "parcel": parcel,
            "label": (label := labels.get(kept["printed"].get(str(parcel.pk), 0))),
            "link": link_of(label, sheets),
            "why": refusal_text(kept["refused"].get(str(parcel.pk), "")) if not label else "",
        }
        for parcel in parcels.select_related("order__merchant", "shipment").order_by("order", "pk")
    ]


def link_of(label: Label | None, sheets: Container[int] = ()) -> str:
    """Return where a label can be opened, "" where the platform gave no address of the web.

    ``sheets`` are the labels whose own sheet we hold.
    """
    if label is not None and label.pk in sheets:
        return reverse("admin:orders_order_sheet", args=[label.pk])
    return label.url if label and label.url.startswith(WEB) else ""


def labels_of(
    parcel: Parcel, request: HttpRequest, sheets: Container[int] = ()
) -> list[dict[str, Any]]:
    """Return the labels of a parcel for its card; addresses only for who may print."""
    may = request.user.has_perm(PRINT)
    return [
        {
            "row": label,
            "kind": LabelKind.parse(label.kind),
            "link": link_of(label, sheets) if may else "",
            "old": label.number != parcel.shipment.number,
            "own": label.kind in OWN_KINDS,
        }
        for label in sorted(parcel.labels.all(), key=lambda label: -label.pk)
    ]
