"""Taking in a push: read, verify over the exact bytes, store, answer. Nothing else.

A good push costs one statement. Its request id is the beginning of the hash its inbox row is
known by: the row, the log and what follows from it can be found from one another. Every refusal
has an answer in the platform's own envelope, is counted, kept in the capped quarantine, and its
parcel is queued for a poll of ours.
"""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from apps.baidiyun import hints, intake
from apps.baidiyun.body import Body, read_body
from apps.baidiyun.choices import Refusal
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.form import merge_fields
from apps.baidiyun.services.subscriptions import store_poll_request
from apps.baidiyun.signing import compact_json
from apps.baidiyun.verification import (
    JSON_BODIES,
    UNSIGNED,
    Address,
    Refused,
    read_address,
    unsigned_param,
    verified_param,
)
from apps.core import clock, counters
from apps.core.context import carrying, request_id_of
from apps.core.telemetry.spans import is_on, span

log = structlog.get_logger(__name__)

JSON_TYPE = "application/json; charset=utf-8"
FORM_TYPES = frozenset({"", "application/x-www-form-urlencoded"})
SUCCESS = '{"result":true,"returnCode":"200","message":"成功"}'.encode()
SUCCESS_LENGTH = str(len(SUCCESS))
"""Said here because no middleware does; without it the answer would go out in chunks."""
ANSWERS: dict[Refusal, tuple[int, str, str]] = {
    Refusal.NO_SIGNATURE: (403, "503", "缺少签名"),
    Refusal.BAD_SIGNATURE: (403, "503", "验证签名失败"),
    Refusal.UNKNOWN_KID: (403, "503", "验证签名失败"),
    Refusal.TOO_LARGE: (413, "400", "请求体过大"),
    Refusal.NO_LENGTH: (411, "400", "缺少请求体长度"),
    Refusal.CUT_SHORT: (400, "500", "请求体不完整"),
    Refusal.NOT_A_FORM: (415, "400", "仅支持表单格式"),
    Refusal.NO_PARAM: (400, "400", "缺少param参数"),
    Refusal.MALFORMED: (400, "400", "param参数格式错误"),
    Refusal.UNKNOWN_TOKEN: (403, "503", "回调地址无效"),
}


def envelope(status: int, code: str, message: str) -> HttpResponse:
    """Return a refusal as the platform reads it.

    Django would write the path of a refused request, and with it the token, into its log.
    """
    content = compact_json({"result": False, "returnCode": code, "message": message})
    response = HttpResponse(content.encode(), status=status, content_type=JSON_TYPE)
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def take_in(request: HttpRequest, path: str) -> HttpResponse:
    """Answer one request below /callbacks/baidiyun/; never raises."""
    address = read_address(path)
    if address is None:
        return envelope(404, "400", "回调地址不存在")
    if request.method != "POST":
        return envelope(405, "400", "仅支持POST")
    number = ""
    try:
        body = read_body(request)
        try:
            param, raw = _verified(request, address, body)
        except Refused as refused:
            return _refuse(request, address, body, refused.reason)
        digest = intake.message_hash(address.token, raw)
        number = request_id_of(digest)
        insert = _insert_measured if is_on() else _insert
        insert(address, param, raw, digest)
    except Error as error:
        log.warning(
            "baidiyun.push_not_stored",
            request_id=number,
            topic=address.topic,
            reason=str(error)[:200],
        )
        return envelope(503, "500", "服务繁忙，请稍后重试")
    except Exception:
        log.exception("baidiyun.push_failed", request_id=number, topic=address.topic)
        return envelope(500, "500", "服务器错误")
    hints.inbox_has_news()
    if settings.LOG_REQUESTS:
        log.info("baidiyun.push_stored", request_id=number, topic=address.topic)
    headers = {"Content-Length": SUCCESS_LENGTH, "X-Request-ID": number}
    return HttpResponse(SUCCESS, content_type=JSON_TYPE, headers=headers)


def _verified(request: HttpRequest, address: Address, body: Body) -> tuple[str, bytes]:
    if body.refusal is not None:
        raise Refused(body.refusal)
    if address.topic in UNSIGNED and not intake.is_known_token(address.topic, address.token):
        raise Refused(Refusal.UNKNOWN_TOKEN)
    if address.topic in JSON_BODIES:
        return unsigned_param(address, body.content.decode("utf-8", "replace"))
    if address.topic in UNSIGNED:
        return unsigned_param(address, _fields(request, body).get("param", ""))
    return verified_param(address, _fields(request, body), settings.BAIDIYUN_SALT_KEYS)


def _fields(request: HttpRequest, body: Body) -> dict[str, str]:
    if (request.content_type or "") not in FORM_TYPES:
        raise Refused(Refusal.NOT_A_FORM)
    try:
        return merge_fields(request.META.get("QUERY_STRING", ""), body.content)
    except MalformedPayload:
        raise Refused(Refusal.NOT_A_FORM) from None


def _insert(address: Address, param: str, raw: bytes, digest: bytes) -> None:
    """Store it, once more over a fresh connection if the kept one had died (it is idempotent)."""
    topic, token, now = address.topic, address.token, clock.real_now()
    try:
        intake.store_push(topic=topic, token=token, param=param, raw=raw, now=now, digest=digest)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        intake.store_push(topic=topic, token=token, param=param, raw=raw, now=now, digest=digest)


def _insert_measured(address: Address, param: str, raw: bytes, digest: bytes) -> None:
    """Do the same while spans are exported: this one begins the trace of the callback."""
    with carrying(request_id_of(digest)), span("callback", topic=address.topic):
        _insert(address, param, raw, digest)


def _refuse(request: HttpRequest, address: Address, body: Body, reason: Refusal) -> HttpResponse:
    remote = str(request.META.get("REMOTE_ADDR", ""))
    with carrying(request_id_of(intake.message_hash(address.token, body.content))) as number:
        intake.quarantine_push(
            reason=reason.value,
            topic=address.topic,
            token=address.token,
            kid=address.kid,
            body=body.content,
            size=body.size,
            remote=remote,
            now=clock.real_now(),
        )
        store_poll_request(token=address.token)
        counters.count("callbacks.refused", reason.value)
        log.info("baidiyun.push_refused", reason=reason.value, topic=address.topic, size=body.size)
    answer = envelope(*ANSWERS[reason])
    answer.headers["X-Request-ID"] = number
    answer.verdict = reason.value  # type: ignore[attr-defined]
    return answer
