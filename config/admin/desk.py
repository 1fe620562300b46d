"""The sandbox's desk: the simulated world live, and everything on it that can be turned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.sandbox import services
from apps.sandbox.models import SandboxControl
from apps.sandbox.services.controlling import ControlRefused
from config.admin.desk_page import controls_context, future_context, live_context

CHANGE = "sandbox.change_sandboxcontrol"
Posted = Any


def _number(posted: Posted, name: str) -> float:
    try:
        return float(posted.get(name, ""))
    except ValueError as error:
        raise ControlRefused(_now("That is not a number.")) from error


def _speed(posted: Posted, actor: Actor) -> str:
    speed = _number(posted, "speed")
    services.set_speed(speed=speed, actor=actor)
    return _now("The world runs %(speed)s times as fast as ours.") % {"speed": f"{speed:g}"}


def _pause(posted: Posted, actor: Actor) -> str:
    services.pause_world(actor=actor)
    return _now("The world stands still.")


def _resume(posted: Posted, actor: Actor) -> str:
    services.resume_world(actor=actor)
    return _now("The world runs on.")


def _jump(posted: Posted, actor: Actor) -> str:
    wanted = posted.get("to", "").strip()
    if not wanted:
        to = services.jump_world(hours=_number(posted, "hours"), actor=actor)
    else:
        to = services.jump_world(to=_moment(wanted), actor=actor)
    when = timezone.localtime(to).strftime("%Y-%m-%d %H:%M")
    return _now("The world jumps to %(when)s.") % {"when": when}


def _moment(text: str) -> dt.datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise ControlRefused(_now("That is not a date and time."))
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _fault(posted: Posted, actor: Actor) -> str:
    name = posted.get("name", "")
    services.set_faults(rates={name: _number(posted, "percent") / 100}, actor=actor)
    return _now("Set.")


def _preset(posted: Posted, actor: Actor) -> str:
    name = posted.get("name", "")
    if name == "hub_out":
        return _hub_out(posted, actor)
    services.use_preset(name=name, actor=actor)
    if name == "calm":
        services.bring_hubs_back(actor=actor)
    return _now("Set.")


def _hub_out(posted: Posted, actor: Actor) -> str:
    hours = _number(posted, "hours") if posted.get("hours") else 24.0
    row = services.put_hub_out(hub=posted.get("hub", "") or "440100", hours=hours, actor=actor)
    when = timezone.localtime(row.ends_at).strftime("%m-%d %H:%M")
    return _now("The hub is out until %(when)s.") % {"when": when}


def _hubs_back(posted: Posted, actor: Actor) -> str:
    services.bring_hubs_back(actor=actor)
    return _now("Every hub works again.")


def _push(posted: Posted, actor: Actor) -> str:
    push = services.push_by_hand(
        number=posted.get("number", ""),
        payload=posted.get("payload", ""),
        way=posted.get("way", "genuine"),
        actor=actor,
    )
    return _now("Push %(id)s leaves at the world's next step.") % {"id": push.pk}


def _answer_customs(posted: Posted, actor: Actor) -> str:
    services.answer_customs(number=posted.get("number", ""), actor=actor)
    return _now("Customs has the answer; the parcel goes on within hours.")


ACTIONS: dict[str, Callable[[Posted, Actor], str]] = {
    "speed": _speed,
    "pause": _pause,
    "resume": _resume,
    "jump": _jump,
    "fault": _fault,
    "preset": _preset,
    "hub_out": _hub_out,
    "hubs_back": _hubs_back,
    "push": _push,
    "customs_answer": _answer_customs,
}


@admin.register(SandboxControl)
class DeskAdmin(RecordAdmin):
    """One page instead of one row. Where no sandbox is installed there is no desk."""

    merchant_path = None

    def get_urls(self) -> list[URLPattern]:
        """The live part, one parcel's future, and what can be done."""
        view = self.admin_site.admin_view
        return [
            path("live/", view(self.live_view), name=self.url_name("live")),
            path("future/", view(self.future_view), name=self.url_name("future")),
            path("act/<str:action>/", view(self.act_view), name=self.url_name("act")),
            *super().get_urls(),
        ]

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """There is nothing to filter."""
        return ()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the desk."""
        self._check_may_view(request)
        return self.timed(lambda: self._desk(request), request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The row has no page of its own: the desk shows it."""
        self._check_may_view(request)
        return HttpResponseRedirect(self._address())

    def live_view(self, request: HttpRequest) -> HttpResponse:
        """The part of the page that changes by itself."""
        self._check_may_view(request)
        shown = {**live_context(), "may_turn": request.user.has_perm(CHANGE)}
        return self.timed(lambda: TemplateResponse(request, "sandbox/live.html", shown), request)

    def future_view(self, request: HttpRequest) -> HttpResponse:
        """What will happen to one parcel."""
        self._check_may_view(request)
        number = request.GET.get("number", "").replace("\x00", "")
        shown = {**future_context(number), "may_turn": request.user.has_perm(CHANGE)}
        return TemplateResponse(request, "sandbox/future.html", shown)

    def act_view(self, request: HttpRequest, action: str) -> HttpResponse:
        """POST: turn something, written into the action log by the service that does it."""
        self._check_may_view(request)
        work = ACTIONS.get(action)
        if work is None:
            raise Http404
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            text, done = work(request.POST, Actor.user(request.user)), True
        except PortalError as error:
            text, done = str(error), False
        if request.headers.get("X-Desk"):
            return JsonResponse({"ok": done, "text": text}, status=200 if done else 422)
        (messages.success if done else messages.error)(request, text)
        return HttpResponseRedirect(self._address())

    def _address(self) -> str:
        return reverse(f"admin:{self.url_name('changelist')}")

    def _desk(self, request: HttpRequest) -> HttpResponse:
        number = request.GET.get("number", "").replace("\x00", "")
        context = {
            **self.admin_site.each_context(request),
            **live_context(),
            **controls_context(),
            **(future_context(number) if number else {"number": ""}),
            "title": _("Sandbox desk"),
            "opts": self.opts,
            "may_turn": request.user.has_perm(CHANGE),
        }
        return TemplateResponse(request, "sandbox/desk.html", context)
