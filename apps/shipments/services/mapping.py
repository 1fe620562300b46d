"""Meanings of codes that operators own: loading them, saving them, drafting a replay."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.locks import lock_keys
from apps.shipments import codes
from apps.shipments.choices import CustomsPhase, ReplayState, ShipmentStatus, Substatus
from apps.shipments.errors import ReplayRefused
from apps.shipments.models import CodeMapping, MappingReplay, UnmappedCode
from apps.shipments.months import month_of

DAYS_BACK = 92
SUBSTATUS_OF: dict[str, frozenset[str]] = {
    ShipmentStatus.CUSTOMS.value: frozenset({"pending", "processing", "cleared", "held"}),
    ShipmentStatus.DELIVERED.value: frozenset({"self", "proxy", "locker", "after_exception"}),
    ShipmentStatus.ATTEMPT_FAILED.value: frozenset({"unreachable", "out_of_area", "other"}),
    ShipmentStatus.EXCEPTION.value: frozenset(
        {"stuck", "overdue", "damaged", "lost", "detained", "signature_withdrawn"}
    ),
}
"""Which substatus belongs to which status; none belongs to the others."""
_loaded = 0


def refresh_mappings() -> None:
    """Load what operators have said if any process has saved something since; one small query.

    Called at the start of every batch: a new meaning holds from the next batch on.
    """
    global _loaded  # noqa: PLW0603  (what this process has loaded)
    newest = CodeMapping.objects.aggregate(newest=Max("version"))["newest"] or 0
    if newest != _loaded or (not newest and codes.added_meanings()):
        rows = CodeMapping.objects.filter(is_active=True)
        codes.add_meanings({(row.source, row.code): meaning_for(row) for row in rows})
        _loaded = newest


def meaning_for(row: CodeMapping | MappingReplay) -> codes.Meaning:
    """Return what a mapping says."""
    certainty = codes.certainty_of(row.code, row.source)
    return codes.Meaning(row.status, row.substatus, certainty, row.phase)


def draft_replay(
    *,
    code: str,
    status: str,
    substatus: str,
    note: str,
    actor: Actor,
    user_id: int | None,
    source: str = codes.BAIDIYUN,
    phase: str = "",
) -> MappingReplay:
    """Begin to work out what a new meaning of a code of a source would change.

    Nothing is changed yet. An empty ``status`` gives the code back to the built-in table; ``phase``
    is the customs phase it brings. Raises ReplayRefused for what is no source, code or pair of
    words, or while another draft of the code is at work.
    """
    code = code.strip()
    _check(source, code, status, substatus)
    if CustomsPhase.parse(phase) is None:
        raise ReplayRefused(_("There is no such phase of customs."))
    since = month_of(clock.now() - dt.timedelta(days=DAYS_BACK))
    draft = MappingReplay(
        source=source,
        code=code,
        status=status,
        substatus=substatus,
        phase=phase,
        note=note[:200],
        since=since,
        created_by_id=user_id,
    )
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise ReplayRefused(_("Another draft of this code is being worked out.")) from None
    record_action(
        action="shipments.mapping.drafted", actor=actor, subject=draft, after=_said(draft)
    )
    return draft


def apply_replay(*, replay_id: int, actor: Actor) -> MappingReplay:
    """Make a previewed meaning hold for what comes, and start to apply it to history.

    Raises ReplayRefused unless the draft waits for a decision.
    """
    with transaction.atomic():
        draft = _waiting(replay_id)
        before = save_mapping(draft)
        draft.state = ReplayState.APPLYING.value
        draft.done, draft.after_shipment = 0, 0
        draft.save(update_fields=["state", "done", "after_shipment"])
        record_action(
            action="shipments.mapping.applied",
            actor=actor,
            subject=draft,
            before=before,
            after=_said(draft),
            note=draft.note,
        )
    return draft


def drop_replay(*, replay_id: int, actor: Actor) -> MappingReplay:
    """Forget a draft. Raises ReplayRefused unless it waits for a decision."""
    with transaction.atomic():
        draft = _waiting(replay_id)
        draft.state, draft.finished_at = ReplayState.DROPPED.value, clock.now()
        draft.save(update_fields=["state", "finished_at"])
        record_action(action="shipments.mapping.dropped", actor=actor, subject=draft)
    return draft


def undo_replay(*, replay_id: int, actor: Actor, user_id: int | None) -> MappingReplay:
    """Draft what a code meant before an applied draft: the one applied before, else built in.

    Raises ReplayRefused unless the draft is the last one that was applied for its code.
    """
    draft = MappingReplay.objects.get(pk=replay_id)
    applied = MappingReplay.objects.filter(
        source=draft.source, code=draft.code, state=ReplayState.DONE.value
    ).order_by("-id")
    last_two = list(applied[:2])
    if not last_two or last_two[0].pk != draft.pk:
        raise ReplayRefused(_("Only the last meaning that was applied can be taken back."))
    back = last_two[1] if len(last_two) > 1 else None
    return draft_replay(
        source=draft.source,
        code=draft.code,
        status=back.status if back else "",
        substatus=back.substatus if back else "",
        phase=back.phase if back else "",
        note=back.note if back else "",
        actor=actor,
        user_id=user_id,
    )


def save_mapping(draft: MappingReplay) -> dict[str, str]:
    """Store what a draft says as the meaning of its code; returns what it meant before."""
    lock_keys("shipments.code_mapping", [1])
    newest = CodeMapping.objects.aggregate(newest=Max("version"))["newest"] or 0
    there = CodeMapping.objects.filter(source=draft.source, code=draft.code).first()
    before = {"status": there.status, "substatus": there.substatus} if there else {}
    if there is None and not draft.status:
        return before
    row = there or CodeMapping(source=draft.source, code=draft.code)
    row.is_active = bool(draft.status)
    if draft.status:
        row.status, row.substatus, row.note = draft.status, draft.substatus, draft.note
        row.phase = draft.phase
    row.version, row.changed_at = newest + 1, clock.now()
    row.save()
    queue = UnmappedCode.objects.filter(source=draft.source, code=draft.code)
    queue.update(resolved_at=clock.now() if draft.status else None)
    return before


def _check(source: str, code: str, status: str, substatus: str) -> None:
    if source not in codes.TABLES:
        raise ReplayRefused(_("There is no such source of codes."))
    most = codes.MAX_CODE - len(codes.stored_code("", source))
    if not code or len(code) > most or not code.isprintable():
        raise ReplayRefused(_("A code has 1 to %(n)d characters.") % {"n": most})
    if status and ShipmentStatus.parse(status) is None:
        raise ReplayRefused(_("There is no such status."))
    if substatus and substatus not in SUBSTATUS_OF.get(status, frozenset()):
        words = Substatus.parse(substatus)
        raise ReplayRefused(
            _("“%(word)s” does not belong to this status.")
            % {"word": words.label if words else substatus[:20]}
        )
    held = CodeMapping.objects.filter(source=source, code=code, is_active=True)
    if not status and not held.exists():
        raise ReplayRefused(_("Nobody has changed the meaning of this code."))


def _waiting(replay_id: int) -> MappingReplay:
    draft = MappingReplay.objects.select_for_update().get(pk=replay_id)
    if draft.state != ReplayState.PREVIEWED.value:
        label = ReplayState(draft.state).label
        raise ReplayRefused(_("This draft is no longer open: %(state)s.") % {"state": label})
    return draft


def _said(draft: MappingReplay) -> dict[str, str]:
    said = {"code": draft.code, "status": draft.status, "substatus": draft.substatus}
    if draft.source != codes.BAIDIYUN:
        said["source"] = draft.source
    return said | ({"phase": draft.phase} if draft.phase else {})
