"""How far many processes sharing one bucket overshoot it: real Redis, real processes."""

from __future__ import annotations

import multiprocessing
import threading
import time
from typing import Any, NamedTuple

from redis import Redis

from apps.baidiyun.limits.bucket import Rate
from apps.baidiyun.limits.redis_store import RedisStore
from apps.baidiyun.limits.store import Quota

SHARED = Quota("query", Rate(400.0, 40))
PREFIX = "lastmile-bench"


class BucketFigures(NamedTuple):
    """What was granted, what the bucket allows in that time, and their ratio less one."""

    granted: int
    allowed: float
    overshoot: float


def measure_bucket(
    url: str, *, processes: int = 8, connections: int = 25, seconds: float = 3.0
) -> BucketFigures:
    """Let ``processes`` × ``connections`` ask as fast as they can and count what is granted.

    The allowed number is burst + rate × the time Redis itself says went by.
    """
    redis = Redis.from_url(url)
    scope = f"bench-{time.time_ns()}"
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(processes * connections + 1, timeout=120)
    results: Any = context.Queue()
    workers = [
        context.Process(target=hammer, args=(url, scope, (connections, seconds), gate, results))
        for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    _wait_until(lambda: gate.n_waiting == processes * connections, seconds=100)
    began = redis.time()
    gate.wait()
    granted = sum(results.get(timeout=60) for _ in workers)
    ended = redis.time()
    for worker in workers:
        worker.join()
    elapsed = ended[0] - began[0] + (ended[1] - began[1]) / 1e6
    allowed = SHARED.rate.burst + SHARED.rate.per_second * elapsed
    return BucketFigures(granted, allowed, granted / allowed - 1)


def hammer(url: str, scope: str, load: tuple[int, float], gate: Any, results: Any) -> None:
    """One process: threads with a connection of their own, asking as fast as they can."""
    connections, seconds = load
    counts = [0] * connections

    def ask(position: int) -> None:
        store = RedisStore(Redis.from_url(url), prefix=PREFIX)
        store.view(scope, [SHARED])
        gate.wait()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            counts[position] += store.admit(scope, "query", [SHARED]).allowed

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(sum(counts))


def _wait_until(question: Any, *, seconds: float) -> None:
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            raise TimeoutError("the processes of the bench did not get ready")
        pause.wait(0.05)
