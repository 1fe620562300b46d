"""The review page and what its script asks for: the next flags, a decision, an undo.

Every answer is JSON with what to show; an error is one sentence under ``error``. What changes
anything is a POST that calls a service; the services hold the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.errors import PortalError
from apps.exceptions import services
from apps.exceptions.admin.evidence import evidence_of, placed, tiles_system
from apps.exceptions.admin.questions import Asked, BadQuestion, asked, whole, wholes, word
from apps.exceptions.admin.wording import last_words, script_words, span_words
from apps.exceptions.choices import FaultKind, FlagState, Repair
from apps.exceptions.errors import FlagTaken, FlagUnknown, VerdictStands
from apps.exceptions.models import Flag, Verdict
from apps.exceptions.selectors import capacity, flags_seen_by, last_look, queue_counts
from apps.exceptions.services.bulk import BATCH, MOST_AT_ONCE, flags_of_cause

if TYPE_CHECKING:
    from apps.exceptions.admin.flags import FlagAdmin

DECIDE = "exceptions.change_flag"
AHEAD = 3
MOST_EXCLUDED = 50
STATUS = {FlagTaken: 409, VerdictStands: 409, FlagUnknown: 404}
KINDS = frozenset({"", *FaultKind.values()})
REPAIRS = frozenset(Repair.values())
STATES = frozenset(
    {
        FlagState.CONFIRMED.value, FlagState.DISMISSED.value,
        FlagState.REPAIRED.value, FlagState.ESCALATED.value,
    }
)  # fmt: skip


class Review:
    """One request of somebody who decides."""

    def __init__(self, model_admin: FlagAdmin, request: HttpRequest) -> None:
        self.admin = model_admin
        self.request = request
        self.user: Any = request.user
        if not self.user.has_perm(DECIDE):
            raise PermissionDenied

    def page(self) -> HttpResponse:
        """Show the empty page; its script asks for the first flags."""
        kind = FaultKind.parse(self.request.GET.get("kind") or "none")
        first = self.request.GET.get("flag", "")
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": _("Track review"),
            "kinds": [(count.kind, FaultKind(count.kind).label, count.waiting, count.more)
                      for count in queue_counts(self.user)],
            "looked_at": last_look(),
            "chosen": kind.value if kind else "",
            "setup": {
                "root": reverse("admin:exceptions_flag_review"),
                "tiles": {**settings.REVIEW_TILES, "system": tiles_system()},
                "words": script_words(),
                "kind": kind.value if kind else "",
                "first": int(first) if first.isdecimal() and len(first) < 19 else 0,
                "last": last_words(services.last_decision(user=self.user)),
            },
        }  # fmt: skip
        return TemplateResponse(self.request, "exceptions/review.html", context)

    def answer(self, name: str) -> HttpResponse:
        """Do one thing the script asks for and tell it what came of it."""
        if self.request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            return JsonResponse(DOINGS[name](self, asked(self.request)))
        except BadQuestion as error:
            return JsonResponse({"error": str(error), "code": error.code}, status=400)
        except PortalError as error:
            status = STATUS.get(type(error), 422)
            return JsonResponse({"error": str(error), "code": error.code}, status=status)

    def next(self, values: Asked) -> Asked:
        """Claim the following flags, so many as are wanted ahead."""
        exclude = wholes(values, "exclude", MOST_EXCLUDED)
        kind = word(values, "kind", KINDS)
        count = min(whole(values, "count", 1), AHEAD)
        flags = services.flags_to_show(
            user=self.user, count=count, exclude=exclude, kinds=[kind] if kind else None
        )
        return {"flags": [evidence_of(flag, self.request) for flag in flags]}

    def queue(self, values: Asked) -> Asked:
        """Tell how the queue stands."""
        now = capacity(self.user)
        oldest = now.oldest_raised_at
        return {
            "waiting": now.waiting,
            "more": now.more,
            "oldest": span_words(clock.now() - oldest) if oldest else "",
            "raised": round(now.raised_an_hour),
            "decided": round(now.decided_an_hour),
        }

    def show(self, values: Asked) -> Asked:
        """Tell about one flag without holding it."""
        return {"flag": evidence_of(self._flag(values), self.request)}

    def decide(self, values: Asked) -> Asked:
        """Decide one flag."""
        verdict = services.decide_shown(
            flag_id=whole(values, "flag"),
            user=self.user,
            state=word(values, "state", STATES),
            reason=word(values, "reason"),
            repair=word(values, "repair", REPAIRS),
            numbers=self._numbers(values),
            took_ms=min(whole(values, "took_ms", 0), 3_600_000),
        )
        return {"verdict": verdict.pk, "state": verdict.state}

    def undo(self, values: Asked) -> Asked:
        """Take one verdict back; the flag is this person's again.

        ``verdict`` names it; where its answer was lost, ``flag`` finds what this person decided
        last about it, and without either what they decided last of all.
        """
        verdict_id = whole(values, "verdict", 0)
        if not verdict_id:
            flag_id = whole(values, "flag", 0) or None
            last = services.last_decision(user=self.user, flag_id=flag_id)
            if last is None:
                raise FlagUnknown(_("There is nothing of yours to undo here."))
            verdict_id = last.pk
        flag = services.undo_verdict(verdict_id=verdict_id, user=self.user)
        return {"flag": flag.pk}

    def preview(self, values: Asked) -> Asked:
        """Tell where a repair would put the fixes."""
        fixes = services.preview_repair(
            flag=self._flag(values),
            repair=word(values, "repair", REPAIRS),
            numbers=self._numbers(values),
        )
        places = placed([(fix.latitude, fix.longitude) for fix in fixes])
        moments = [fix.at.timestamp() for fix in fixes]
        ids = [fix.position_id for fix in fixes]
        rows = zip(ids, places, moments, strict=True)
        return {"points": [{"id": n, "place": place, "at": at} for n, place, at in rows]}

    def skip(self, values: Asked) -> Asked:
        """Put one flag behind the others."""
        services.skip_flag(user=self.user, flag_id=whole(values, "flag"))
        return {}

    def renew(self, values: Asked) -> Asked:
        """Hold flags for longer; tell which of them somebody else has meanwhile."""
        lost = {}
        for flag_id in wholes(values, "flags", MOST_EXCLUDED):
            try:
                services.renew_claim(user=self.user, flag_id=flag_id)
            except PortalError as error:
                lost[flag_id] = str(error)
        return {"lost": lost}

    def release(self, values: Asked) -> Asked:
        """Give flags back to the queue."""
        for flag_id in wholes(values, "flags", MOST_EXCLUDED):
            services.release_claim(user=self.user, flag_id=flag_id)
        return {}

    def cause(self, values: Asked) -> Asked:
        """Tell which open flags share device and kind with one flag; nothing is changed."""
        flag = self._flag(values)
        if flag.device_id is None:
            return {"flags": [], "more": False}
        ids = flags_of_cause(user=self.user, device_id=flag.device_id, kind=flag.kind)
        return {"flags": ids[:MOST_AT_ONCE], "more": len(ids) > MOST_AT_ONCE, "batch": BATCH}

    def decide_many(self, values: Asked) -> Asked:
        """Decide one batch of flags."""
        outcome = services.decide_many(
            user=self.user,
            flag_ids=wholes(values, "flags", BATCH),
            state=word(values, "state", STATES),
        )
        refused = sorted(set(outcome.refused.values()))
        return {"verdicts": outcome.verdict_ids, "refused": len(outcome.refused), "why": refused}

    def undo_many(self, values: Asked) -> Asked:
        """Take one batch of verdicts back."""
        outcome = services.undo_many(user=self.user, verdict_ids=wholes(values, "verdicts", BATCH))
        flags = Verdict.objects.filter(pk__in=outcome.verdict_ids).values_list("flag_id", flat=True)
        for flag_id in flags:
            services.release_claim(user=self.user, flag_id=flag_id)
        return {"undone": len(outcome.verdict_ids), "refused": len(outcome.refused)}

    def _flag(self, values: Asked) -> Flag:
        flag = (
            flags_seen_by(self.user)
            .select_related("shipment", "device", "merchant")
            .filter(pk=whole(values, "flag"))
            .first()
        )
        if flag is None:
            raise FlagUnknown(_("There is no such flag."))
        return flag

    @staticmethod
    def _numbers(values: Asked) -> Asked | None:
        given = values.get("numbers")
        if given is not None and not isinstance(given, dict):
            raise BadQuestion(_("“%(name)s” is not one of the known words.") % {"name": "numbers"})
        return given


DOINGS: dict[str, Callable[[Review, Asked], Asked]] = {
    name: getattr(Review, name)
    for name in (
        "next", "queue", "show", "decide", "undo", "preview", "skip", "renew", "release",
        "cause", "decide_many", "undo_many",
    )
}  # fmt: skip
