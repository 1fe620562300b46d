"""Rows about the simulated carrier cloud: how fast it answers, how fast a week passes."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any

from django.conf import settings

from apps.sandbox.bench.calls import build_calls
from config.bench.database import drop, ready
from config.bench.load import CONNECTIONS, Gun, Volley
from config.bench.rows import Figure, Row
from config.bench.server import cpu_seconds

DATABASE = "lastmile_sandbox"
FILL, WEEK = "apps.sandbox.bench.fill", "apps.sandbox.bench.week"
PARCELS, WEEK_PARCELS = 100_000, 10_000
PER_SECOND, SECONDS, ROUNDS = 100, 12, 5
WARM_UP_SECONDS = 4
CORE = 0


class Pacer(Gun):
    """Fires requests at fixed moments; a delay counts from the moment, not from the sending."""

    def pace(self, requests: Sequence[bytes], *, per_second: float) -> Volley:
        """Send request n at n ÷ ``per_second`` seconds over the connection free the longest.

        So each is used in its turn, and none idles until the server closes it.
        """
        volley, free, at = Volley(), deque(self._by_number), dict[int, float]()
        cpu, began, following = time.process_time(), time.perf_counter(), 0
        while following < len(requests) or at:
            now = time.perf_counter() - began
            while following < len(requests) and free and following / per_second <= now:
                number = free.popleft()
                at[number] = began + following / per_second
                self._by_number[number].sendall(requests[following])
                following += 1
            due = following / per_second if following < len(requests) and free else now + 5
            for number, _ in self._poll.poll(max(0.0, due - now)):
                accepted = self._read(number)
                volley.delays.append(time.perf_counter() - at.pop(number))
                free.append(number)
                volley.accepted += accepted
                volley.refused += not accepted
        volley.seconds = time.perf_counter() - began
        volley.own_cpu = time.process_time() - cpu
        return volley


def _env(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.local"}


def _run(url: str, *command: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env=_env(url), cwd=settings.BASE_DIR, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    value: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return value


@contextmanager
def sandbox_server(url: str) -> Iterator[tuple[int, int]]:
    """The real process of ``manage.py sandbox`` on one core; yields its port and its process."""
    command = [
        sys.executable, "manage.py", "sandbox", "--port", "0", "--speed", "1", "--seed", "7",
        "--orders-per-minute", "0",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, env=_env(url), cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {CORE}),  # noqa: PLW1509
    )  # fmt: skip
    try:
        yield _port(process), process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _port(process: subprocess.Popen[str]) -> int:
    said = process.stdout
    if said is not None and select.select([said], [], [], 60)[0]:
        for line in said:
            if "http://127.0.0.1:" in line:
                return int(line.split("http://127.0.0.1:")[1].split(",")[0].split("/")[0])
    raise RuntimeError("the sandbox did not start")


def answer_p99() -> Figure:
    """99th percentile of the answers in ms, from the moment a request was due."""
    drop(DATABASE)
    url = ready(DATABASE)
    with sink(url) as target:
        sample = _run(url, FILL, "--parcels", str(PARCELS), "--url", target)
        figure = _measure_answers(url, sample)
    drop(DATABASE)
    return figure


def _measure_answers(url: str, sample: dict[str, Any]) -> Figure:
    with sandbox_server(url) as (port, pid):
        gun = Pacer(port, CONNECTIONS // 2)
        gun.pace(build_calls(PER_SECOND * WARM_UP_SECONDS, sample), per_second=PER_SECOND)
        volleys, before, began = [], cpu_seconds(pid), time.perf_counter()
        for n in range(ROUNDS):
            first = PER_SECOND * (WARM_UP_SECONDS + n * SECONDS)
            calls = build_calls(PER_SECOND * SECONDS, sample, first=first)
            volleys.append(gun.pace(calls, per_second=PER_SECOND))
        share = (cpu_seconds(pid) - before) / (time.perf_counter() - began)
        gun.close()
    refused = sum(volley.refused for volley in volleys)
    if refused:
        raise RuntimeError(f"{refused} calls were not answered with 200")
    late = [volley.delay(0.99) for volley in volleys]
    own = max(volley.own_cpu / volley.seconds for volley in volleys)
    usual = median(volley.delay(0.5) for volley in volleys)
    said = (
        f"{ROUNDS} rounds of {SECONDS} s at {PER_SECOND}/s, {sample['parcels']} parcels, median "
        f"{usual:.1f} ms, server {share:.2f} core, generator {own:.2f} core"
    )
    return Figure(median(late), max(late), said)


@contextmanager
def sink(url: str) -> Iterator[str]:
    """A receiver in a process of its own that takes every push; yields its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.sandbox.bench.sink"],
        env=_env(url), cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        line = process.stdout.readline() if process.stdout is not None else ""
        yield f"http://127.0.0.1:{int(line)}/cb"
    finally:
        process.terminate()
        process.wait(10)


def week_seconds() -> Figure:
    """Seconds for a week of ten thousand parcels, booked, moved and pushed over HTTP."""
    drop(DATABASE)
    url = ready(DATABASE)
    with sink(url) as target:
        told = _run(url, WEEK, "--parcels", str(WEEK_PARCELS), "--url", target)
    drop(DATABASE)
    if told["accepted"] != told["pushes"] or told["parcels"] != WEEK_PARCELS:
        raise RuntimeError(f"a push was lost: {told}")
    said = (
        f"{told['parcels']} parcels, {told['pushes']} pushes over HTTP to a loopback receiver, "
        f"{told['cpu_s']:.0f} s of CPU, one run"
    )
    return Figure(told["seconds"], told["seconds"], said)


ROWS = (
    Row(
        "sandbox_p99_ms",
        "99th percentile of the sandbox's answers at 100 a second, on one core, 100,000 parcels",
        "ms",
        50.0,
        answer_p99,
    ),
    Row(
        "sandbox_week_s",
        "a simulated week of 10,000 parcels with every push sent",
        "s",
        180.0,
        week_seconds,
    ),
)
