"""Answers under measurement: bare, recorded, and whole ones of the portal, all in this process."""

from __future__ import annotations

import io
import itertools
import random
import time
import types
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import Merchant
from apps.accounts.services import issue_api_key
from apps.baidiyun import ingress
from apps.core.actions import Actor
from apps.core.metrics import web
from config.bench.callbacks import DOOR, build_callbacks

ROUTES, MERCHANTS, MADE = 12, 8, 600
PUSHES = 5_000
SEED = 20261123
SCOPES = ["shipments:read"]


def clock_of(rng: random.Random) -> types.SimpleNamespace:
    """Return a clock that says answers took 30 ms in the middle, 5 to 200 ms mostly."""
    taken = [rng.lognormvariate(-3.5, 0.7) for _ in range(MADE)]
    told = itertools.cycle(moment for seconds in taken for moment in (0.0, seconds))
    return types.SimpleNamespace(perf_counter=told.__next__)


class Requests:
    """Requests of the API by twelve routes and eight merchants, answered at once.

    Their middleware has another clock in this process from then on (`clock_of`), so that a writing
    has as many rows as answers of different lengths make.
    """

    def __init__(self) -> None:
        rng = random.Random(SEED)  # noqa: S311
        self._made = [self._request(n % ROUTES, rng.randrange(MERCHANTS)) for n in range(MADE)]
        self._next = 0
        web.time = clock_of(rng)  # type: ignore[assignment]
        response = HttpResponse()
        self._answer = lambda _request: response
        self._measured = web.Measured(self._answer)

    def bare(self) -> None:
        """Answer one without recording it."""
        self._answer(self._one())

    def measured(self) -> None:
        """Answer one and record it."""
        self._measured(self._one())

    def _one(self) -> HttpRequest:
        self._next = (self._next + 1) % MADE
        return self._made[self._next]

    @staticmethod
    def _request(route: int, merchant: int) -> HttpRequest:
        request: Any = HttpRequest()
        request.path_info = "/api/v1/shipments"
        request.resolver_match = types.SimpleNamespace(view_name=f"api-route-{route}")
        request.auth = types.SimpleNamespace(merchant_id=merchant + 1)
        return request


class Pushes:
    """Pushes at the door, taken in without doing anything."""

    def __init__(self) -> None:
        response = HttpResponse()
        self._request = HttpRequest()
        self._path = f"tracking/k1/{'t' * 32}"
        self._take_in = lambda request, path: response
        clock = clock_of(random.Random(SEED))  # noqa: S311
        door = {**vars(ingress), "take_in": self._take_in, "time": clock}
        self._measured = types.FunctionType(ingress._measured.__code__, door)

    def bare(self) -> None:
        """Answer one without recording it."""
        self._take_in(self._request, self._path)

    def measured(self) -> None:
        """Answer one and record it."""
        self._measured(self._request, self._path)


class _Portal:
    """The whole portal, asked as a web server asks it."""

    def __init__(self) -> None:
        self._application = get_wsgi_application()

    def answered(self, method: str, path: str, body: bytes = b"", **more: str) -> None:
        """Ask one thing. Raises RuntimeError for any answer but 200."""
        said: list[str] = []
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SERVER_PORT": "80",
            "SERVER_NAME": "127.0.0.1", "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1",
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
            "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), **more,
        }  # fmt: skip

        def start(status: str, headers: Any, *rest: Any) -> Any:
            said.append(status)

        response = self._application(environ, start)
        b"".join(response)
        response.close()
        if not said[0].startswith("200"):
            raise RuntimeError(f"{method} {path} was answered with {said[0]}")


class Api(_Portal):
    """The lightest good answer of the API: an empty list of shipments."""

    def __init__(self) -> None:
        super().__init__()
        merchant, _ = Merchant.objects.get_or_create(slug="bench-recording", name="bench")
        _, plain = issue_api_key(
            merchant=merchant, name="bench", scopes=SCOPES, mode="live", actor=Actor.system("bench")
        )
        self._key = f"Bearer {plain}"

    def ask(self) -> None:
        """Get one answer."""
        self.answered("GET", "/api/v1/shipments", HTTP_AUTHORIZATION=self._key)


class Door(_Portal):
    """Signed pushes of ten events, each new."""

    def __init__(self) -> None:
        super().__init__()
        first = int(time.time()) * 1_000_000
        self._made = iter(build_callbacks(DOOR, first, PUSHES))

    def ask(self) -> None:
        """Hand in one push; there are 5,000."""
        head, _, body = next(self._made).partition(b"\r\n\r\n")
        path = head.split(b" ", 2)[1].decode()
        kind = "application/x-www-form-urlencoded; charset=utf-8"
        self.answered("POST", path, body, CONTENT_TYPE=kind)
