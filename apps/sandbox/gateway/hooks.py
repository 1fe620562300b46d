"""Where the portal's own messages arrive: ``/hooks/<name>`` and WeCom's robot."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

from apps.sandbox.gateway.control import is_ours
from apps.sandbox.robot import NO_JSON, Verdict
from apps.sandbox.services import receivers, robot_faults, robot_memory, robots

log = structlog.get_logger(__name__)
LARGEST_MESSAGE = 4 * 1024 * 1024
"""A picture of 2 MB as base64, and what stands around it."""
View = Callable[..., HttpResponse]


def _guarded(view: View) -> View:
    """Answer what cannot be read or stored in words, never with a traceback."""

    @wraps(view)
    def guarded(request: HttpRequest, **values: str) -> HttpResponse:
        try:
            return view(request, **values)
        except (receivers.BadReceiver, robot_faults.BadAnswer) as error:
            return _say(400, error=str(error))
        except (RequestDataTooBig, UnreadablePostError):
            return _say(413, error="The body is too large or broken off.")
        except DatabaseTrouble as trouble:
            log.warning("sandbox database trouble", path=request.path, trouble=str(trouble))
            return _say(503, error="The sandbox's database does not answer.")

    return guarded


def _say(status: int, **values: Any) -> HttpResponse:
    return JsonResponse(values, status=status, json_dumps_params={"ensure_ascii": False})


@_guarded
def hook(request: HttpRequest, name: str) -> HttpResponse:
    """POST records a webhook; PUT sets secret and answers; GET lists what came (loopback)."""
    if request.method == "POST":
        told = receivers.receive_webhook(name=name, headers=request.headers, body=request.body)
        if told.delay:
            time.sleep(told.delay)
        response = _say(told.status, ok=told.status < 300)
        if told.status in {301, 302}:
            response["Location"] = f"/hooks/{name}"
        return response
    if not is_ours(request):
        return _say(403, error="Only from this machine.")
    if request.method == "PUT":
        return _configure(request, name)
    if request.method != "GET":
        return _say(405, error="GET, POST or PUT.")
    found = receivers.list_receipts(name=name, **_page(request, receivers.MOST_LISTED))
    return _say(200, **found) if found is not None else _say(404, error="No such receiver.")


def _configure(request: HttpRequest, name: str) -> HttpResponse:
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return _say(400, error="A JSON object with secret, answers, slow_seconds.")
    secret, answers, slow = (given.get(key) for key in ("secret", "answers", "slow_seconds"))
    if not isinstance(secret, str | None) or not isinstance(answers, dict | None):
        return _say(400, error="secret is a text, answers an object of shares.")
    if isinstance(slow, bool) or not isinstance(slow, int | float | None):
        return _say(400, error="slow_seconds is a number.")
    receiver = receivers.set_receiver(name=name, secret=secret, answers=answers, slow_seconds=slow)
    return _say(200, name=name, answers=receiver.answers, slow_seconds=receiver.slow_seconds)


@_guarded
def robot(request: HttpRequest) -> HttpResponse:
    """``POST /cgi-bin/webhook/send?key=``: HTTP 200 whatever is wrong, as WeCom answers.

    A robot may have been told to answer otherwise: :func:`robot_record`.
    """
    key = request.GET.get("key", "")
    telling = robot_faults.telling_of(key)
    try:
        body = request.read(LARGEST_MESSAGE) if request.method == "POST" else b""
    except UnreadablePostError:
        return _verdict(NO_JSON)
    if telling.answer == "500":
        return _say(500, error="Told to fail.")
    if telling.answer == "slow":
        time.sleep(telling.slow_seconds)
    return _verdict(robot_memory.take_message(key=key, body=body, verdict=telling.refusal))


def _verdict(verdict: Verdict) -> HttpResponse:
    return _say(200, errcode=verdict.errcode, errmsg=verdict.errmsg)


@_guarded
def robot_record(request: HttpRequest) -> HttpResponse:
    """``/cgi-bin/webhook/recorded?key=``, from this machine only: GET lists what a robot got, PUT
    ``{"answer": "dead", "slow_seconds": 5}`` tells it how to answer from now on."""
    if not is_ours(request):
        return _say(403, error="Only from this machine.")
    key = request.GET.get("key", "").replace("\x00", "")
    if request.method == "PUT":
        return _tell(request, key)
    if request.method != "GET":
        return _say(405, error="GET or PUT.")
    page = _page(request, robots.MOST_LISTED)
    return _say(200, **robot_memory.list_messages(key=key, **page))


def _tell(request: HttpRequest, key: str) -> HttpResponse:
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return _say(400, error="A JSON object with answer and slow_seconds.")
    answer, slow = given.get("answer"), given.get("slow_seconds", 5)
    if not isinstance(answer, str) or isinstance(slow, bool) or not isinstance(slow, int | float):
        return _say(400, error="answer is a text, slow_seconds a number.")
    telling = robot_faults.tell_robot(key=key, answer=answer, slow_seconds=slow)
    return _say(200, key=key, answer=telling.answer, slow_seconds=telling.slow_seconds)


def _page(request: HttpRequest, most: int) -> dict[str, int]:
    return {
        "after": _number(request.GET.get("after", ""), 0, 2**62),
        "limit": max(1, _number(request.GET.get("limit", ""), most, most)),
    }


def _number(text: str, default: int, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 20 else default
