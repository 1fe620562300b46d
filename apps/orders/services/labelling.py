"""Printing and reprinting labels, singly and in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.baidiyun.credentials import acting_for
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.core.regions import HOME
from apps.customs.choices import RuleStage
from apps.customs.services import enter_stage
from apps.orders.choices import HoldReason, LabelKind
from apps.orders.errors import NotAllowedNow
from apps.orders.labels import AskLabel, LabelQuestion
from apps.orders.models import Label, Parcel
from apps.orders.sources import label_source

BULK = 200


@dataclass(frozen=True, slots=True)
class LabelBatch:
    """What came of printing many: the labels, and (parcel id, why) of those refused."""

    printed: tuple[Label, ...]
    refused: tuple[tuple[int, str], ...]


def print_label(
    *,
    parcel_id: int,
    actor: Actor,
    kind: LabelKind = LabelKind.IMAGE,
    ask: AskLabel | None = None,
) -> Label:
    """Print the label of a parcel, or print it again; counts and logs it.

    A carrier's own label that came with its e-waybill is printed whatever ``kind`` says, and nobody
    is asked. Call it outside a transaction: else the platform is. Raises NotAllowedNow for a parcel
    without a number, without a source of labels, or with what the platform refused; a parcel
    that leaves the country gets none while a rule holds it, for with it a carrier takes it.
    """
    parcel = Parcel.objects.select_related("shipment", "order").get(pk=parcel_id)
    shipment = parcel.shipment
    if not shipment.number:
        raise NotAllowedNow(_("This parcel has no carrier number yet."), code="no_number")
    _check_rules(parcel, actor)
    kinds = (kind.value, LabelKind.SHEET.value)
    there = {
        row.kind: row
        for row in parcel.labels.filter(
            kind__in=kinds, carrier=shipment.carrier, number=shipment.number
        )
    }
    own = there.get(LabelKind.SHEET.value)
    label = own or there.get(kind.value)
    kind = LabelKind.SHEET if own else kind
    url, task_id = ("", "") if own else _ask(parcel, kind, label, ask or label_source())
    with transaction.atomic():
        label, _made = Label.objects.get_or_create(
            parcel=parcel, kind=kind.value, carrier=shipment.carrier, number=shipment.number
        )
        _count(label, url=url, task_id=task_id)
        label.refresh_from_db()
        record_action(
            action="orders.label.printed",
            actor=actor,
            subject=parcel.order,
            merchant_id=parcel.order.merchant_id,
            after={"parcel": parcel.position, "kind": kind.value, "times": label.printed_count},
        )
    return label


def reprint_labels(
    *,
    parcel_ids: Sequence[int],
    actor: Actor,
    kind: LabelKind = LabelKind.IMAGE,
    ask: AskLabel | None = None,
) -> LabelBatch:
    """Print the labels of up to 200 parcels, each by itself: one refusal stops no other.

    Raises NotAllowedNow for more.
    """
    if len(parcel_ids) > BULK:
        raise NotAllowedNow(_("At most %d labels at once.") % BULK, code="too_many")
    printed: list[Label] = []
    refused: list[tuple[int, str]] = []
    for parcel_id in dict.fromkeys(parcel_ids):
        try:
            printed.append(print_label(parcel_id=parcel_id, actor=actor, kind=kind, ask=ask))
        except PortalError as error:
            refused.append((parcel_id, error.code))
        except Parcel.DoesNotExist:
            refused.append((parcel_id, "not_found"))
    return LabelBatch(tuple(printed), tuple(refused))


def _check_rules(parcel: Parcel, actor: Actor) -> None:
    """The check stays as a row even where the label is refused: it is a transaction of its own."""
    if parcel.shipment.destination_country == HOME:
        return
    row = enter_stage(shipment_id=parcel.shipment_id, stage=RuleStage.HAND_OVER, actor=actor)
    if row is not None and row.held_by_rules and not row.has_left:
        code = HoldReason.COMPLIANCE
        raise NotAllowedNow(str(code.label), code=code.value)


def _ask(
    parcel: Parcel, kind: LabelKind, label: Label | None, ask: AskLabel | None
) -> tuple[str, str]:
    """Return where the label is and the reference for the next reprint."""
    if ask is None:
        raise NotAllowedNow(_("Labels cannot be printed here."), code="no_label_source")
    with acting_for(parcel.order.merchant_id):
        answer = ask(
            LabelQuestion(
                parcel_id=parcel.pk,
                carrier=parcel.shipment.carrier,
                number=parcel.shipment.number,
                kind=kind.value,
                mode=parcel.order.mode,
                merchant_id=parcel.order.merchant_id,
                task_id=label.task_id if label else "",
            )
        )
    if not answer.ok:
        message = _("The platform prints no label: %s") % answer.message[:200]
        raise NotAllowedNow(message, code=answer.code or "label_refused")
    return answer.url[:500], answer.task_id[:64]


def _count(label: Label, *, url: str, task_id: str) -> None:
    Label.objects.filter(pk=label.pk).update(
        printed_count=F("printed_count") + 1,
        last_printed_at=clock.now(),
        url=url or label.url,
        task_id=task_id or label.task_id,
    )
