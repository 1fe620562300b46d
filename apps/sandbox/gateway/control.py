"""``/control/``: the world's switches for scripts and drills, on loopback only.

GET answers the state; a POST takes a JSON object and answers the state after it. No page of
a browser elsewhere gets in: the peer, the Host and an Origin must be loopback, no proxy may have
passed the request on, and a POST must be JSON, which no foreign form can send.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.sandbox import desk_selectors
from apps.sandbox.choices import FaultName
from apps.sandbox.faults.kinds import PRESETS
from apps.sandbox.gateway.endpoint import CONTENT_TYPE
from apps.sandbox.services import border, by_hand, controlling, faults, outages

Values = dict[str, Any]
ACTOR = Actor.system("sandbox control")
PASSED_ON = (
    "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_CF_CONNECTING_IP",
    "HTTP_TRUE_CLIENT_IP", "HTTP_X_CLIENT_IP",
)  # fmt: skip
LARGEST_BODY = 300_000


class Wrong(PortalError):
    """A request that says something the world cannot understand."""

    code = "bad_request"
    permanent = True


def control(request: HttpRequest, action: str = "") -> HttpResponse:
    """Answer one request to ``/control/<action>``."""
    if not is_ours(request):
        return _answer({"error": "The control endpoint answers on loopback only."}, 403)
    try:
        if request.method == "GET":
            return _look(request, action)
        if request.method != "POST":
            return _answer({"error": "GET looks, POST changes."}, 405)
        return _do(request, action)
    except PortalError as error:
        return _answer({"error": str(error)}, 400)
    except (RequestDataTooBig, UnreadablePostError):
        return _answer({"error": "The body is too large or broke off."}, 413)


def is_ours(request: HttpRequest) -> bool:
    """Whether a request comes from this machine itself, passed on by nobody."""
    meta = request.META
    if any(name in meta for name in PASSED_ON):
        return False
    if any(name.startswith("HTTP_X_FORWARDED") for name in meta):
        return False
    if not _is_loopback(str(meta.get("REMOTE_ADDR", ""))):
        return False
    if not _is_loopback(_host_of(f"//{meta.get('HTTP_HOST', '')}")):
        return False
    origin = meta.get("HTTP_ORIGIN")
    return origin is None or _is_loopback(_host_of(origin))


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _look(request: HttpRequest, action: str) -> HttpResponse:
    if action == "":
        return _answer(state())
    if action == "future":
        return _answer(_future(request.GET.get("number", "")))
    return _answer({"error": _unknown(action)}, 404)


def _do(request: HttpRequest, action: str) -> HttpResponse:
    work = ACTIONS.get(action)
    if work is None:
        return _answer({"error": _unknown(action)}, 404)
    if request.content_type != "application/json":
        return _answer({"error": "Send JSON with Content-Type: application/json."}, 415)
    if len(request.body) > LARGEST_BODY:
        raise RequestDataTooBig
    try:
        values = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Wrong(f"The body is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise Wrong("The body is not a JSON object.")
    told = work(values)
    return _answer({**state(), **(told or {})})


def _unknown(action: str) -> str:
    return f"There is no “{action[:40]}”. POST to: {', '.join(ACTIONS)}; GET: '', future."


def state() -> Values:
    """The whole world in figures."""
    face = desk_selectors.world_face()
    return {
        "world_at": face.world_at.isoformat(),
        "speed": face.speed,
        "paused": face.paused,
        "seed": face.seed,
        "parcels": {s.name.lower(): n for s, n in desk_selectors.parcel_stages().items()},
        "pushes": {s.value: n for s, n in desk_selectors.push_states().items()},
        "calls": [
            {"product": row.product, "calls": row.calls, "errors": row.errors,
             "faulty": row.faulty, "p50_ms": row.p50_ms, "p99_ms": row.p99_ms}
            for row in desk_selectors.call_figures()
        ],
        "faults": desk_selectors.fault_rows(),
        "hubs_out": {p.code[:6]: at.isoformat() for p, at in desk_selectors.hubs_out()},
    }  # fmt: skip


def _future(number: str) -> Values:
    found = desk_selectors.parcel_future(number)
    if found is None:
        raise Wrong(f"The world has no parcel {number[:32]}.")
    parcel, moments = found
    question = desk_selectors.question_of(parcel)
    return {
        "number": parcel.number,
        "carrier": parcel.carrier,
        "outcome": parcel.outcome,
        "declared": desk_selectors.declared(parcel),
        "asked": question.what if question else "",
        "moments": [
            {"at": m.at.isoformat(), "kind": m.kind, "code": m.code, "text": m.text,
             "place": m.place, "past": m.is_past}
            for m in moments
        ],
    }  # fmt: skip


def _number(values: Values, name: str) -> float:
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(f"“{name}” is a number.")
    return float(value)


def _text(values: Values, name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise Wrong(f"“{name}” is a text.")
    return value


def _moment(values: Values) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(_text(values, "to"))
    except ValueError as error:
        raise Wrong("“to” is a moment such as 2026-11-11T00:00:00+08:00.") from error
    if moment.tzinfo is None:
        raise Wrong("“to” needs its zone, such as +08:00.")
    return moment


def _faults(values: Values) -> None:
    faults.set_faults(rates=values, actor=ACTOR)


def _preset(values: Values) -> None:
    faults.use_preset(name=_text(values, "name") or ", ".join(PRESETS), actor=ACTOR)


def _speed(values: Values) -> None:
    controlling.set_speed(speed=_number(values, "speed"), actor=ACTOR)


def _pause(values: Values) -> None:
    controlling.pause_world(actor=ACTOR)


def _resume(values: Values) -> None:
    controlling.resume_world(actor=ACTOR)


def _jump(values: Values) -> Values:
    if "to" in values:
        to = controlling.jump_world(to=_moment(values), actor=ACTOR)
    else:
        to = controlling.jump_world(hours=_number(values, "hours"), actor=ACTOR)
    return {"jumping_to": to.isoformat()}


def _effect(values: Values) -> None:
    share = values.get("rate", 1) if values.get("on", True) else 0
    faults.set_faults(rates={FaultName.SCHOOL_RUN.value: share}, actor=ACTOR)


def _hub_out(values: Values) -> None:
    hours = _number(values, "hours") if "hours" in values else outages.USUAL_HOURS
    outages.put_hub_out(hub=_text(values, "hub"), hours=hours, actor=ACTOR)


def _push(values: Values) -> Values:
    payload = values.get("payload", "")
    push = by_hand.push_by_hand(
        number=_text(values, "number"),
        payload=payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False),
        way=_text(values, "way") or by_hand.GENUINE,
        actor=ACTOR,
    )
    return {"push": push.pk}


def _answer_customs(values: Values) -> Values:
    question = border.answer_customs(number=_text(values, "number"), actor=ACTOR)
    return {"answered": question.what}


def _clear(values: Values) -> None:
    faults.clear_faults(actor=ACTOR)
    outages.bring_hubs_back(actor=ACTOR)


ACTIONS: dict[str, Callable[[Values], Values | None]] = {
    "faults": _faults,
    "preset": _preset,
    "speed": _speed,
    "pause": _pause,
    "resume": _resume,
    "jump": _jump,
    "planted-effect": _effect,
    "hub-out": _hub_out,
    "push": _push,
    "customs-answer": _answer_customs,
    "clear": _clear,
}


def _answer(value: Values, status: int = 200) -> HttpResponse:
    body = json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
    headers = {"Content-Length": str(len(body)), "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=CONTENT_TYPE, status=status, headers=headers)
