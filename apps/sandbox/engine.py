"""The world's heart: a clock that beats once a second and a ticker that sends what is due."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection

from apps.core import clock
from apps.core.services import set_world_clock
from apps.sandbox import services, world
from apps.sandbox.models import SandboxPush
from apps.sandbox.sending import outbound_send
from apps.sandbox.services.call_book import BOOK, forget_old_calls, write_calls
from apps.sandbox.services.controlling import obey
from apps.sandbox.services.pushing import Answer, Send
from apps.sandbox.travel import settle, travel
from apps.sandbox.world import RunningClock

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 1.0
TICK_SECONDS = 0.2
TROUBLE_SECONDS = 1.0
SENDERS = 12
CLEAN_EVERY_TICKS = 1500
MOST_IN_FLIGHT = 200


class Engine:
    """Runs one world until ``stop``; survives a database that goes away.

    A refused push is repeated after half a world hour, which a fast world has over before a
    portal is back that somebody restarts: ``retry_floor`` is the least distance in real
    seconds, 0 for the vendor's rule alone.
    """

    def __init__(
        self, *, running_clock: RunningClock, send: Send | None = None, retry_floor: float = 0
    ) -> None:
        self.clock = running_clock
        self.retry_floor = retry_floor
        self._jump_to: dt.datetime | None = None
        self.send = send or outbound_send()
        self.stopping = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=SENDERS, thread_name_prefix="push")
        self._flying: dict[Future[Answer], SandboxPush] = {}
        self._threads: list[threading.Thread] = []
        self._ticks = 0

    def start(self) -> None:
        """Start the heartbeat and the ticker."""
        for name, work, pause in (
            ("clock", self.beat, HEARTBEAT_SECONDS),
            ("ticker", self.tick, TICK_SECONDS),
        ):
            thread = threading.Thread(
                target=self._repeat, args=(work, pause), name=f"sandbox-{name}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop both and leave the world standing where it is."""
        self.stopping.set()
        for thread in self._threads:
            thread.join(timeout=3)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._guarded(lambda: self.beat(running=False))

    def beat(self, *, running: bool = True) -> None:
        """Do what the desk wants, and tell the database what time the world has."""
        self._jump_to = obey(running=self.clock) or self._jump_to
        write_calls(tallies=BOOK.take())
        running = running and not self.clock.is_paused
        set_world_clock(world_at=self.clock.now(), speed=self.clock.speed, running=running)

    def tick(self) -> None:
        """Collect answers, make what is due, send it; first of all, jump where it is wanted."""
        jump_to = self._jump_to
        if jump_to is not None:
            self.jump(jump_to)
            self._jump_to = None if self._jump_to == jump_to else self._jump_to
        now = self.clock.now()
        if self._ticks % CLEAN_EVERY_TICKS == 0:
            services.forget_old_pushes()
            forget_old_calls()
        self._ticks += 1
        self._collect(now)
        services.advance_orders(now=now)
        services.advance_subscriptions(now=now)
        services.advance_rides(now=now)
        room = MOST_IN_FLIGHT - len(self._flying)
        for push in services.claim_pushes(now=now, limit=room) if room > 0 else []:
            fields = services.push_fields(push)
            self._flying[self._pool.submit(self.send, push.url, fields)] = push

    def jump(self, to: dt.datetime) -> int:
        """Bring the world to a later moment: everything due in between happens in its order.

        Returns how many pushes were sent; what is in flight is waited for first.
        """
        wait(self._flying)
        self._collect(self.clock.now())

        def settle_by(now: dt.datetime) -> int:
            floor = self._floor()
            return settle(now=now, send=self.send, pool=self._pool, retry_floor=floor)

        return travel(running=self.clock, to=to, settle=settle_by, stop=self.stopping.is_set)

    def _floor(self) -> int:
        return int(self.retry_floor * self.clock.speed)

    def _collect(self, now: dt.datetime) -> None:
        done = [future for future in self._flying if future.done()]
        answers = [(self._flying[future], _answer_of(future)) for future in done]
        services.record_answers(answers=answers, now=now, retry_floor=self._floor())
        for future in done:
            del self._flying[future]

    def _repeat(self, work: Callable[[], None], pause: float) -> None:
        while not self.stopping.is_set():
            started = time.monotonic()
            healthy = self._guarded(work)
            rest = pause - (time.monotonic() - started) if healthy else TROUBLE_SECONDS
            self.stopping.wait(max(0.01, rest))
        connection.close()

    def _guarded(self, work: Callable[[], None]) -> bool:
        try:
            close_old_connections()
            work()
        except DatabaseTrouble as trouble:
            log.warning("sandbox waits for the database", trouble=str(trouble).strip()[:200])
            connection.close()
            return False
        except Exception:
            log.exception("sandbox step failed")
            return False
        return True


def _answer_of(future: Future[Answer]) -> Answer:
    error = future.exception()
    return future.result() if error is None else Answer(0, f"{type(error).__name__}: {error}")


def resume_clock(speed: float) -> RunningClock:
    """The clock where the world stopped, or at the present when there was none."""
    clock.forget()
    state = clock.world()
    return RunningClock(state.world_at if state else clock.real_now(), speed)


def open_world(*, speed: float, seed: int) -> RunningClock:
    """Make this process the world: its clock, its seed, its account, nothing half sent."""
    running = resume_clock(speed)
    world.configure(now=running.now, seed=seed)
    services.ensure_account()
    released = services.release_claims()
    log.info("sandbox world open", world_at=running.now().isoformat(), resent=released)
    return running
