"""A platform on loopback that fails as often as it is told and remembers everything."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

BUSY = "<html><body>502 Bad Gateway</body></html>"
SERVER_ERROR = '{"result":false,"returnCode":"500","message":"服务器错误"}'
SUBSCRIBED = '{"result":true,"returnCode":"200","message":"提交成功"}'


@dataclass
class StormPlatform:
    """``share`` of the requests fail: as a web page, as a server error, or with the answer lost
    after the work was done. ``arrivals`` holds (product, second); ``orders`` counts bookings made
    under each of our references; ``asked`` the seconds at which each number was queried."""

    second: Callable[[], float]
    seed: int = 7
    share: float = 0.0
    arrivals: list[tuple[str, float]] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    repeats: Counter[str] = field(default_factory=Counter)
    asked: dict[str, list[float]] = field(default_factory=dict)
    followed: set[str] = field(default_factory=set)
    failed: int = 0
    url: str = ""
    _chance: random.Random = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - a repeatable drill

    def answer(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """Return status and body; status 0 means the connection breaks without an answer."""
        with self._lock:
            param = json.loads(fields["param"])
            done = self._work(path, param)
            if self._chance.random() >= self.share:
                return 200, done()
            self.failed += 1
            kind = self._chance.randrange(3)
            if kind == 0:
                return 502, BUSY
            if kind == 1:
                return 200, SERVER_ERROR if path != "/poll/query.do" else "<html></html>"
            done()
            return 0, ""

    def _work(self, path: str, param: dict[str, Any]) -> Callable[[], str]:
        now = self.second()
        if path == "/poll":
            self.arrivals.append(("subscribe", now))
            return lambda: self._follow(param)
        if path == "/poll/query.do":
            self.arrivals.append(("query", now))
            self.asked.setdefault(param["num"], []).append(now)
            return lambda: self._track(param)
        self.arrivals.append(("book", now))
        return lambda: self._book(param)

    def _follow(self, param: dict[str, Any]) -> str:
        self.followed.add(param["number"])
        return SUBSCRIBED

    def _track(self, param: dict[str, Any]) -> str:
        node = {"time": "2026-11-11 10:00:00", "ftime": "2026-11-11 10:00:00", "context": "已揽收"}
        body = {
            "message": "ok",
            "nu": param["num"],
            "ischeck": "0",
            "com": param["com"],
            "status": "200",
            "state": "1",
            "data": [{**node, "context": f"已揽收 {len(self.asked[param['num']])}"}],
        }
        return json.dumps(body, ensure_ascii=False)

    def _book(self, param: dict[str, Any]) -> str:
        ours = param["thirdOrderId"]
        self.repeats[ours] += 1
        order = self.orders.setdefault(ours, f"O{len(self.orders) + 1}")
        data = {"taskId": f"T{order}", "orderId": order, "kuaidinum": f"YT{order}", "attach": None}
        return json.dumps(
            {"result": True, "returnCode": "200", "message": "提交成功", "data": data},
            ensure_ascii=False,
        )


@contextmanager
def running(platform: StormPlatform) -> Iterator[StormPlatform]:
    """Serve the platform on a free port of loopback for the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, text = platform.answer(self.path, dict(parse_qsl(raw, keep_blank_values=True)))
            if status == 0:
                self.close_connection = True
                return
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
