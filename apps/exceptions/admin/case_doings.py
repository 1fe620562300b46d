"""What the worklist and the page of a case do: one service each, and the sentence that says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core import clock
from apps.exceptions import services
from apps.exceptions.admin.case_rows import in_chinese, person_name, row_of
from apps.exceptions.admin.questions import Asked, inner, prose, whole, word
from apps.exceptions.admin.step_doings import STEP_DOINGS, step_forms
from apps.exceptions.admin.wording import moment_words
from apps.exceptions.case_moves import DISMISSES, RESOLVES
from apps.exceptions.case_selectors import case_for, cases_seen_by
from apps.exceptions.choices import CaseState, CloseReason, WaitingFor
from apps.exceptions.errors import CaseUnknown
from apps.exceptions.models import Case, OwnerGroup
from apps.exceptions.reply_selectors import filled_replies, replies_for
from apps.exceptions.services.case_changes import MOST_WORDS
from apps.exceptions.services.case_notes import MOST_TEXT

MORNING = 9
WORKS = "exceptions.change_case"
MOST_PEOPLE, MOST_REPLIES = 200, 40
UNTIL: dict[str, tuple[Any, int, int]] = {
    "morning": (gettext_lazy("tomorrow, 9:00"), 1, 0),
    "hours": (gettext_lazy("in 4 hours"), 0, 4),
    "days": (gettext_lazy("in 3 days, 9:00"), 3, 0),
    "week": (gettext_lazy("in a week, 9:00"), 7, 0),
    "": (gettext_lazy("without an end"), 0, 0),
}
"""How long a case waits: name, days (until the morning) or hours of business time."""


def choices_for(user: User, groups: Sequence[OwnerGroup]) -> Asked:
    """Return what the dialogs offer, each as [value, name]."""
    zh = in_chinese()
    return {
        "me": user.pk,
        "people": [[person.pk, person_name(person)] for person in people_at_work()],
        "teams": [[group.pk, group.name if zh else group.name_en] for group in groups],
        "waits": [[one.value, str(one.label)] for one in WaitingFor if one.value],
        "until": [[code, str(label)] for code, (label, _days, _hours) in UNTIL.items()],
        "resolves": [[one.value, str(one.label)] for one in RESOLVES],
        "steps_asked": step_forms(),
        "dismisses": [[one.value, str(one.label)] for one in DISMISSES],
    }


def people_at_work() -> list[User]:
    """Return the operator's staff who work on cases, by name."""
    found = User.objects.with_perm(WORKS).filter(merchant=None, is_active=True)
    return list(found.order_by("username")[:MOST_PEOPLE])


def until_of(values: Asked) -> dt.datetime | None:
    """Return until when a case waits, None for without an end. Raises BadQuestion."""
    _label, days, hours = UNTIL[word(values, "until", frozenset(UNTIL))]
    now = clock.now()
    if days:
        local = timezone.localtime(now) + dt.timedelta(days=days)
        return local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return now + dt.timedelta(hours=hours) if hours else None


def do(user: User, name: str, values: Asked) -> Asked:
    """Do one thing to one case; return its new line and what to say."""
    told = DOINGS[name](user, values)
    case = case_for(user=user, case_id=whole(values, "case")) if "case" in values else None
    if case is None:
        return told
    said = told.get("said") or said_of(case)
    return told | {"row": row_of(case, user), "said": f"{said} · {case.shipment.number}"}


def said_of(case: Case) -> str:
    """Return what has become of a case, in a few words."""
    state = CaseState(case.state)
    if state is CaseState.WAITING:
        until = moment_words(case.wakes_at) if case.wakes_at else _("without an end")
        said = _("Waits for %(whom)s until %(time)s")
        return said % {"whom": WaitingFor(case.waiting_for).label, "time": until}
    if case.close_reason:
        return f"{state.label}: {CloseReason(case.close_reason).label}"
    return str(state.label)


def acknowledge(user: User, values: Asked) -> Asked:
    """Acknowledge one case."""
    services.acknowledge_case(**_seen(user, values))
    return {"undo": True}


def wait(user: User, values: Asked) -> Asked:
    """Let one case wait for somebody."""
    services.wait_case(**_seen(user, values), **values_of("wait", values))
    return {"undo": True}


def wake(user: User, values: Asked) -> Asked:
    """Take one case up again."""
    services.wake_case(**_seen(user, values))
    return {"undo": True, "said": _("Taken up again")}


def resolve(user: User, values: Asked) -> Asked:
    """Resolve one case."""
    services.resolve_case(
        **_seen(user, values), **values_of("resolve", values), helped=_helped(values)
    )
    return {"undo": True}


def dismiss(user: User, values: Asked) -> Asked:
    """Dismiss one case."""
    services.dismiss_case(**_seen(user, values), **values_of("dismiss", values))
    return {"undo": True}


def assign(user: User, values: Asked) -> Asked:
    """Give one case to a person or a group."""
    given = values_of("assign", values)
    services.assign_case(**_seen(user, values), **given)
    person = User.objects.filter(pk=given["owner_id"]).first()
    team = OwnerGroup.objects.filter(pk=given["group_id"]).first()
    name = person_name(person) or (team and (team.name if in_chinese() else team.name_en)) or ""
    return {"undo": True, "said": _("Given to %(name)s") % {"name": name}}


def values_of(move: str, values: Asked) -> Asked:
    """Return what a move takes beside the case, from what somebody chose. Raises BadQuestion."""
    if move in ("acknowledge", "wake"):
        return {}
    note = {"note": prose(values, "note", MOST_WORDS).strip()}
    if move == "wait":
        return note | {"waiting_for": word(values, "choice"), "until": until_of(values)}
    if move == "assign":
        owner, group = whole(values, "owner", 0), whole(values, "group", 0)
        return note | {"owner_id": owner or None, "group_id": group or None}
    return note | {"reason": word(values, "choice")}


def undo(user: User, values: Asked) -> Asked:
    """Take back what this person did last to one case."""
    case = services.undo_case_action(case_id=whole(values, "case"), user=user)
    state = CaseState(case.state).label
    return {"said": _("Taken back, it is “%(state)s” again") % {"state": state}}


def claim(user: User, values: Asked) -> Asked:
    """Hold one case for some minutes, so that others see who is at it."""
    services.claim_case(user=user, case_id=whole(values, "case"))
    return {"said": ""}


def release(user: User, values: Asked) -> Asked:
    """Let go of one case."""
    services.release_case(user=user, case_id=whole(values, "case"))
    return {"said": ""}


def note(user: User, values: Asked) -> Asked:
    """Write a comment on one case."""
    services.add_note(case_id=whole(values, "case"), user=user, text=_text(values))
    return {"said": _("Noted"), "renew": True}


def reply(user: User, values: Asked) -> Asked:
    """Keep what the customer was told."""
    services.add_reply(
        case_id=whole(values, "case"),
        user=user,
        text=_text(values),
        reply_id=whole(values, "reply", 0) or None,
    )
    return {"said": _("Reply kept on the case"), "renew": True}


def replies_of(case: Case, *, revealed: bool) -> list[Asked]:
    """Return the canned replies for a case, filled in both languages; three queries."""
    found = replies_for(case)[:MOST_REPLIES]
    zh, en = (
        filled_replies(case=case, replies=found, language=language, revealed=revealed)
        for language in ("zh", "en")
    )
    return [
        {
            "id": one.pk,
            "title": one.title if in_chinese() else one.title_en,
            "zh": in_zh,
            "en": in_en,
        }
        for one, in_zh, in_en in zip(found, zh, en, strict=True)
    ]


def link(user: User, values: Asked) -> Asked:
    """Say that another case, named by its ID, belongs to this one."""
    services.link_cases(case_id=whole(values, "case"), other_id=_other(user, values).pk, user=user)
    return {"said": _("Linked"), "renew": True}


def unlink(user: User, values: Asked) -> Asked:
    """Take a link away."""
    other = whole(values, "other")
    services.unlink_cases(case_id=whole(values, "case"), other_id=other, user=user)
    return {"said": _("Link removed"), "renew": True}


def _seen(user: User, values: Asked) -> Asked:
    return {"case_id": whole(values, "case"), "user": user, "version": whole(values, "version")}


def _text(values: Asked) -> str:
    return prose(values, "note", MOST_TEXT)


def _other(user: User, values: Asked) -> Case:
    named = word(values, "note").strip().lower()
    found = cases_seen_by(user).filter(uid=named).first()
    if found is None:
        raise CaseUnknown(_("There is no case with the ID “%(uid)s”.") % {"uid": named})
    return found


def _helped(values: Asked) -> dict[int, bool]:
    given = inner(values, "helped")
    return {int(pk): bool(did) for pk, did in given.items() if pk.isascii() and pk.isdecimal()}


DOINGS: dict[str, Callable[[User, Asked], Asked]] = {
    "acknowledge": acknowledge,
    "wait": wait,
    "wake": wake,
    "resolve": resolve,
    "dismiss": dismiss,
    "assign": assign,
    "undo": undo,
    "note": note,
    "reply": reply,
    "link": link,
    "unlink": unlink,
    **STEP_DOINGS,
    "claim": claim,
    "release": release,
}
"""What the script may do, by name."""
