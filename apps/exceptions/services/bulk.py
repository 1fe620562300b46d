"""One decision for many flags of one device or one cause, each undoable on its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import PortalError
from apps.core.locks import lock_keys
from apps.exceptions.choices import Decider, FlagState
from apps.exceptions.models import Flag
from apps.exceptions.selectors import flags_seen_by
from apps.exceptions.services.deciding import decide_flag, undo_verdict

MOST_AT_ONCE = 1_000
BATCH = 25
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of a decision for many: ids of verdicts, and flags it could not be made for.

    ``refused`` holds the sentence by flag id; ``more`` says that others of the cause wait.
    """

    verdict_ids: tuple[int, ...]
    refused: Mapping[int, str]
    more: bool


def flags_of_cause(*, user: User, device_id: int, kind: str) -> list[int]:
    """Return the ids of the open flags of one device and kind this person may see, oldest first.

    One more than may be decided at once tells that there are others.
    """
    rows = flags_seen_by(user).filter(device_id=device_id, kind=kind, state=FlagState.OPEN.value)
    return list(rows.order_by("id").values_list("id", flat=True)[: MOST_AT_ONCE + 1])


def decide_many(
    *,
    user: User,
    state: str,
    flag_ids: Collection[int] | None = None,
    device_id: int | None = None,
    kind: str = "",
    reason: str = "",
    repair: str = "",
    numbers: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> BulkOutcome:
    """Decide the flags given, or all open ones of a device and kind, at most 1,000.

    Flags somebody else holds or that cannot be repaired this way are left as they are and named
    in ``refused``. ``progress`` hears (done, total) after each batch. Each verdict can be undone.
    """
    if flag_ids is None:
        if device_id is None or not kind:
            raise PortalError(_("Say which flags: their ids, or a device and a kind."))
        flag_ids = flags_of_cause(user=user, device_id=device_id, kind=kind)
    wanted = sorted(set(flag_ids))
    chosen, more = wanted[:MOST_AT_ONCE], len(wanted) > MOST_AT_ONCE
    verdicts: list[int] = []
    refused: dict[int, str] = {}
    done = 0
    for first in range(0, len(chosen), BATCH):
        batch = chosen[first : first + BATCH]
        with transaction.atomic():
            _lock(batch)
            for flag_id in batch:
                try:
                    with transaction.atomic():
                        verdict = decide_flag(
                            flag_id=flag_id, user=user, state=state, reason=reason,
                            repair=repair, numbers=numbers, decider=Decider.BULK,
                        )  # fmt: skip
                    verdicts.append(verdict.pk)
                except PortalError as error:
                    refused[flag_id] = str(error)
        done += len(batch)
        if progress is not None:
            progress(done, len(chosen))
    return BulkOutcome(tuple(verdicts), refused, more)


def undo_many(*, user: User, verdict_ids: Collection[int]) -> BulkOutcome:
    """Undo verdicts, the newest first; what cannot be undone is named in ``refused``."""
    undone: list[int] = []
    refused: dict[int, str] = {}
    for verdict_id in sorted(set(verdict_ids), reverse=True)[:MOST_AT_ONCE]:
        try:
            undo_verdict(verdict_id=verdict_id, user=user)
            undone.append(verdict_id)
        except PortalError as error:
            refused[verdict_id] = str(error)
    return BulkOutcome(tuple(undone), refused, len(verdict_ids) > MOST_AT_ONCE)


def _lock(flag_ids: Collection[int]) -> None:
    """Lock the shipments of a batch at once, so that nobody waits in a circle."""
    rows = Flag.objects.filter(pk__in=flag_ids)
    lock_keys("look", set(rows.values_list("shipment_id", flat=True)))
