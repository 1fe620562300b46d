"""What recording costs, in a process of its own on a database of the bench.

``python -m config.bench.recording_actors cost`` prints one JSON value on the last line. Recording
is the difference between an answer that is recorded and the same one that is not, the writing of
the book included: after every 600 answers, two seconds' worth at 300 a second. Beside it stand
whole answers of the portal, made in the same process.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import django

from config.bench.web.keys import SALT_KEYS

ROUNDS = 9
ANSWERS = 6_000
A_FLUSH = 600
WHOLE = 400


def cost() -> dict[str, Any]:
    """CPU in µs: ``request`` and ``push`` of recording one, ``api`` and ``door`` of answering it.

    ``postgres`` is what its server pays to write one request down, ``rows`` how many rows a
    writing has. Everything is measured in turns.
    """
    from apps.core.metrics import book
    from apps.core.metrics.recorder import recorder, recorder_connection
    from config.bench.recording_answers import Api, Door, Pushes, Requests
    from config.bench.server import cpu_seconds

    # writes here are counted by answers and not by seconds: the thread itself must not run
    recorder._thread = threading.current_thread()
    own = recorder_connection()
    book.flush(own)
    own.ensure_connection()
    server = own.connection.info.backend_pid
    requests, pushes, api, door = Requests(), Pushes(), Api(), Door()
    told: dict[str, list[float]] = {name: [] for name in ("request", "push", "api", "door", "rows")}
    _recorded(requests, own, [])
    paid = cpu_seconds(server)
    for _round in range(ROUNDS):
        told["request"].append(_recorded(requests, own, told["rows"]))
    paid = cpu_seconds(server) - paid
    for _round in range(ROUNDS):
        told["push"].append(_recorded(pushes, own, told["rows"]))
        told["api"].append(_micros(api.ask, WHOLE))
        told["door"].append(_micros(door.ask, WHOLE))
    recorder._thread = None
    return {**told, "postgres": paid / ROUNDS / ANSWERS * 1e6}


def _recorded(answers: Any, own: Any, rows: list[float]) -> float:
    """Return the µs of recording one answer: with recording and writing, less without."""
    from apps.core.metrics import book

    bare = _micros(answers.bare, ANSWERS)
    began = time.process_time()
    for _flush in range(ANSWERS // A_FLUSH):
        for _answer in range(A_FLUSH):
            answers.measured()
        rows.append(book.flush(own))
    return (time.process_time() - began) / ANSWERS * 1e6 - bare


def _micros(work: Callable[[], Any], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


if __name__ == "__main__":
    os.environ["BAIDIYUN_SALT_KEYS"] = ",".join(f"{kid}:{key}" for kid, key in SALT_KEYS.items())
    os.environ["API_RATE_PER_MINUTE"] = "1000000000"
    django.setup()
    sys.stdout.write(json.dumps(cost()) + "\n")
