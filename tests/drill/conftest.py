"""A platform that answers anything and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from apps.baidiyun import client
from apps.baidiyun.choices import Mode
from apps.core.http import Outbound

TRACK = {
    "message": "ok",
    "nu": "YT6186594166532",
    "ischeck": "0",
    "com": "yuantong",
    "status": "200",
    "state": "0",
    "data": [{"time": "2026-11-20 10:00:00", "ftime": "2026-11-20 10:00:00", "context": "已揽收"}],
}
ANSWERS: dict[str, object] = {
    "/autonumber/auto": [{"lengthPre": 15, "comCode": "yuantong", "name": "圆通速递"}],
    "/poll/query.do": TRACK,
}
REFUSED = {"success": False, "code": 30001, "message": "参数错误", "data": None, "time": 1}


@dataclass
class Asked:
    """What reached the platform, in order."""

    paths: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def live_platform(settings, monkeypatch) -> Iterator[Asked]:
    """Live credentials that lead to a stub on loopback, where live calls may go for once."""
    monkeypatch.setitem(client._clients, Mode.LIVE.value, Outbound(allow_private=True))
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            asked.paths.append(path)
            raw = json.dumps(ANSWERS.get(path, REFUSED), ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST

        def log_message(self, *args) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    asked.url = f"http://127.0.0.1:{server.server_port}"
    account = {"base_url": asked.url, "key": "liveKey", "customer": "C", "secret": "S"}
    settings.BAIDIYUN = {**settings.BAIDIYUN, "live": account}
    yield asked
    server.shutdown()
    thread.join()
    server.server_close()
