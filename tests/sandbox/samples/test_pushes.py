"""Pushes as bytes: read and verified the way each vendor sample's receiver does it."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus, unquote_to_bytes

import pytest

from apps.sandbox import services
from apps.sandbox.engine import outbound_send
from apps.sandbox.models import SandboxPush
from tests.sandbox.clients import booking
from tests.sandbox.conftest import run_until
from tests.sandbox.samples.products import PRODUCTS
from tests.sandbox.samples.wire import tell
from tests.support.vendor_languages import PHP_QUERY, REQUESTS, Call, md5_upper

SALT = "sält 1/2"
TAKEN = '{"result":true,"returnCode":"200","message":"成功"}'


class RawReceiver:
    """Keeps the very bytes of each push with its headers; answers what ``says`` says."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.says: tuple[int, bytes] = (200, TAKEN.encode())
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers.items()), raw))
                status, body = receiver.says
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/cb.php?orderId=1&x=a%20b"
        thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def shop() -> Iterator[RawReceiver]:
    taking = RawReceiver()
    yield taking
    taking.close()


def read_flask(raw: bytes) -> dict[str, str]:
    """Python: ``request.form``."""
    pairs = (pair.split("=", 1) for pair in raw.decode("ascii").split("&"))
    return {name: unquote_plus(value, encoding="utf-8", errors="strict") for name, value in pairs}


def read_node(raw: bytes) -> dict[str, str]:
    """Node: ``querystring.parse`` turns ``+`` into a space and then decodes."""
    pairs = (pair.split("=", 1) for pair in raw.decode("latin-1").split("&"))
    return {n: unquote_to_bytes(v.replace("+", "%20")).decode("utf-8") for n, v in pairs}


def read_php(raw: bytes) -> dict[str, str]:
    """PHP: ``$_POST``, ``parse_str`` over ``urldecode``."""
    fields = {}
    for pair in raw.split(b"&"):
        name, _, value = pair.partition(b"=")
        fields[name.decode()] = unquote_to_bytes(value.replace(b"+", b" ")).decode("utf-8")
    return fields


def read_java(raw: bytes) -> dict[str, str]:
    """Java: ``request.getParameter``, ``URLDecoder.decode(…, "UTF-8")``."""
    return read_php(raw)


READERS: tuple[Callable[[bytes], dict[str, str]], ...] = (
    read_flask,
    read_node,
    read_php,
    read_java,
)


def subscribe(base: str, shop: RawReceiver, salt: str = SALT) -> None:
    call = PRODUCTS["poll"].call
    parameters = {"callbackurl": shop.url, "salt": salt, "resultv2": "4"}
    answer = tell(
        base, PHP_QUERY, Call(call.path, {**call.param, "parameters": parameters}, "none")
    )
    assert answer["returnCode"] == "200"


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("salt", [SALT, ""])
def test_a_track_is_verified_by_each_samples_receiver(gateway, moving, shop, read, salt):
    subscribe(gateway, shop, salt)
    run_until(moving, moving.at + dt.timedelta(days=4))
    assert shop.got
    for path, headers, raw in shop.got:
        fields = read(raw)
        assert path == "/cb.php?orderId=1&x=a%20b"
        assert headers["Content-Type"].startswith("application/x-www-form-urlencoded")
        assert fields["sign"] == md5_upper(fields["param"] + salt)
        assert (
            json.loads(fields["param"])["lastResult"]["nu"] == PRODUCTS["poll"].call.param["number"]
        )


def test_a_track_is_compact_json_with_chinese_as_it_is(gateway, moving, shop):
    subscribe(gateway, shop)
    run_until(moving, moving.at + dt.timedelta(days=4))
    param = read_php(shop.got[0][2])["param"]
    spelled = json.dumps(json.loads(param), ensure_ascii=False, separators=(",", ":"))
    assert (param, "\\u" in param) == (spelled, False)


def test_an_orders_callback_is_signed_over_its_bytes_and_names_its_task(gateway, moving, shop):
    order = Call("/order/borderapi.do", booking(callBackUrl=shop.url, salt=SALT), method="bOrder")
    booked = tell(gateway, REQUESTS, order)["data"]
    run_until(moving, moving.at + dt.timedelta(days=1))
    for read in READERS:
        fields = read(shop.got[0][2])
        assert fields["taskId"] == booked["taskId"]
        assert fields["sign"] == md5_upper(fields["param"] + SALT)


def sends_of_the_first_push(moving, shop) -> int:
    """How often the first push came within three hours of when it was due."""
    run_until(moving, moving.at + dt.timedelta(hours=4))
    services.push_due(now=moving.now(), send=outbound_send())
    run_until(moving, moving.at + dt.timedelta(hours=3))
    first = shop.got[0][2]
    return sum(raw == first for _, _, raw in shop.got)


TAKING = (
    '{"result":true,"returnCode":"200","message":"成功"}',
    '{"result":true,"returnCode":200,"message":"success"}',
    ' {"message": "\\u6210\\u529f", "returnCode": "200", "result": true}\r\n',
    '{"result":true}',
    '{"result":"true","returnCode":"200","message":"成功","data":{"any":1}}',
)
REFUSING = (
    (200, '{"result":false,"returnCode":"200","message":"成功"}'),
    (200, '{"result":true,"returnCode":"500","message":"失败"}'),
    (200, '{"result":1,"returnCode":"200"}'),
    (200, "success"),
    (200, ""),
    (500, TAKEN),
    (302, TAKEN),
)


@pytest.mark.parametrize("words", TAKING)
def test_an_answer_that_says_true_ends_a_push(gateway, moving, shop, words):
    shop.says = (200, words.encode())
    subscribe(gateway, shop)
    assert sends_of_the_first_push(moving, shop) == 1
    assert not SandboxPush.objects.exclude(state="done").exists()


@pytest.mark.parametrize(("status", "words"), REFUSING)
def test_anything_else_brings_it_again_three_times_byte_for_byte(
    gateway, moving, shop, status, words
):
    shop.says = (status, words.encode())
    subscribe(gateway, shop)
    assert sends_of_the_first_push(moving, shop) == 4
    assert SandboxPush.objects.order_by("id")[0].state == "abandoned"
