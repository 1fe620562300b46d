"""The row about flags: how soon a fault is in the queue, from the API to the reviewer's list.

The portal runs as the Procfile says, with a broker of its own. Five hundred vans with two
parcels each report every five seconds; now and then a report has a fault.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection
from statistics import median
from typing import Any

import psycopg
import redis
from django.conf import settings

from config.bench.database import connect, drop, ready
from config.bench.flag_actors import DEGREE, METRES, PARCELS_EACH, SECONDS_APART, VANS, longitude_of
from config.bench.processes import portal, told_by
from config.bench.rows import Figure, Row
from config.drill.processes import free_port

FLOW = "lastmile_flow"
REDIS_DATABASE = 9
"""A broker of its own, so that no other worker takes the tasks."""
PER_SECOND, BATCH, SECONDS = 200, 20, 60
FAULTS = ("zero", "jump", "swap", "future")
FAULTY_VANS = 0.6
"""The share of vans that have a fault on the way, each of them one."""
LOOK_EVERY, PATIENCE, WARM_UP = 0.05, 20.0, 8.0
SEED = 20261122
OPEN = """
SELECT s.uid, f.kind, f.id FROM exceptions_flag f JOIN shipments_shipment s ON s.id = f.shipment_id
WHERE f.state = 'open'
"""


@dataclass
class Course:
    """What happened to parcels: when a fault of which kind was sent, and when a flag was seen.

    ``early`` are flags on parcels that had no fault yet; ``behind`` seconds by which the sender
    was late at most.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    early: set[int] = field(default_factory=set)
    behind: float = 0.0
    fixes: int = 0

    @property
    def waits(self) -> list[float]:
        """Seconds each fault waited, in order; one that no flag came for raises RuntimeError."""
        if missing := [uid for uid in self.sent if uid not in self.seen]:
            kinds = sorted({self.kinds[uid] for uid in missing})
            raise RuntimeError(f"{len(missing)} of {len(self.sent)} faults raised no flag: {kinds}")
        return sorted(self.seen[uid] - self.sent[uid] for uid in self.sent)


class Sender:
    """Posts batches of fixes at a steady rate and watches the queue meanwhile."""

    def __init__(self, port: int, fleet: dict[str, Any], raw: psycopg.Connection[Any]) -> None:
        self.http = HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {
            "Authorization": f"Bearer {fleet['key']}", "Content-Type": "application/json",
        }  # fmt: skip
        self.uids: list[str] = fleet["shipments"]
        self.raw = raw
        self.began = 0.0
        self.course = Course()
        rng = random.Random(SEED)  # noqa: S311
        laps = range(1, SECONDS // SECONDS_APART - 1)
        faulty = rng.sample(range(VANS), int(VANS * FAULTY_VANS))
        self.faults = {(van, rng.choice(laps)): FAULTS[n % 4] for n, van in enumerate(faulty)}

    def run(self) -> Course:
        """Send for the whole time, then wait until every fault has a flag or patience ends."""
        self.began = time.time()
        looked = 0.0
        for first in range(0, PER_SECOND * SECONDS, BATCH):
            while (now := time.time()) < (due := self.began + first / PER_SECOND):
                if now - looked >= LOOK_EVERY:
                    looked = now
                    self._look()
                time.sleep(max(0.0, min(0.005, due - time.time())))
            self.course.behind = max(self.course.behind, now - due)
            self._post(first)
        until = time.time() + PATIENCE
        while len(self.course.seen) < len(self.course.sent) and time.time() < until:
            self._look()
            time.sleep(LOOK_EVERY)
        return self.course

    def _post(self, first: int) -> None:
        """Send the reports of some vans, of both parcels each."""
        points = []
        sent = time.time()
        for n in range(first // PARCELS_EACH, (first + BATCH) // PARCELS_EACH):
            lap, van = divmod(n, VANS)
            uids = self.uids[van * PARCELS_EACH : (van + 1) * PARCELS_EACH]
            fault = self.faults.get((van, lap), "")
            points += [_fix(uid, van, lap, sent, fault) for uid in uids]
            if fault:
                self.course.sent |= dict.fromkeys(uids, sent)
                self.course.kinds |= dict.fromkeys(uids, fault)
        self.http.request(
            "POST", "/api/v1/positions", json.dumps({"positions": points}), self.headers
        )
        answer = self.http.getresponse()
        told = json.loads(answer.read())
        if answer.status != 200 or told["stored"] != len(points):
            raise RuntimeError(f"fixes were answered with {answer.status} {str(told)[:300]}")
        self.course.fixes += len(points)

    def _look(self) -> None:
        now = time.time()
        for uid, kind, flag_id in self.raw.execute(OPEN).fetchall():
            if uid not in self.course.sent:
                self.course.early.add(flag_id)
            elif uid not in self.course.seen:
                self.course.seen[uid] = now
                self.course.named[uid] = kind


def _fix(uid: str, van: int, lap: int, sent: float, fault: str) -> dict[str, Any]:
    """Return a van's report of this lap on its way north, with a fault where there is one."""
    place = {"lat": 30 + (lap + 1) * METRES * DEGREE, "lon": longitude_of(van)}
    if fault == "zero":
        place = {"lat": 0.0, "lon": 0.0}
    elif fault == "jump":
        place["lat"] += 4_000 * DEGREE
    elif fault == "swap":
        place = {"lat": place["lon"], "lon": place["lat"]}
    moment = dt.datetime.fromtimestamp(sent + (86_400 * 3 if fault == "future" else 0), dt.UTC)
    return {"shipment": uid, "device": f"van-{van}", "at": moment.isoformat(), **place}


def measure_flagging() -> Figure:
    """Seconds from sending a faulty fix to seeing its flag in the queue, p99; worst of all.

    Raises RuntimeError when a fault has no flag.
    """
    drop(FLOW)
    url = ready(FLOW)
    broker = f"{settings.REDIS_URL.rpartition('/')[0]}/{REDIS_DATABASE}"
    redis.Redis.from_url(broker).flushdb()
    port = free_port()
    env = {
        "DATABASE_URL": url, "REDIS_URL": broker, "PORT": str(port),
        "API_RATE_PER_MINUTE": "1000000",
    }  # fmt: skip
    fleet = told_by("config.bench.flag_actors", "fleet", url=url)
    with connect(FLOW) as raw, portal("web", "worker", "beat", env=env):
        time.sleep(WARM_UP)
        course = Sender(port, fleet, raw).run()
    waits = course.waits
    wrong = Counter(
        f"{kind} for {course.named[uid]}"
        for uid, kind in course.kinds.items() if kind != course.named[uid]
    )  # fmt: skip
    said = (
        f"p50 {median(waits):.2f} s; {len(waits)} faults of {course.fixes} fixes in {SECONDS} s,"
        f" none without a flag, {len(course.early)} flags without a fault;"
        f" taken: {', '.join(f'{name} {n}' for name, n in wrong.items()) or 'none for another'};"
        f" the sender was {course.behind:.2f} s late at most"
    )
    return Figure(waits[int(len(waits) * 0.99)], waits[-1], said)


ROWS = (
    Row(
        "fix_to_flag_p99_s",
        "a faulty fix, sent to the API, has its flag in the queue, at 200 fixes a second, p99",
        "s", 5.0, measure_flagging,
    ),
)  # fmt: skip
