"""``python -m config.services.keep NAME``: run one line of the Procfile and keep it running.

``python -m config.services.keep -- command…`` does the same for any command. A process that ends
is started again after a growing delay. Whatever it leaves behind is ended first, so that a new
one never meets an old one on its port, and nothing is left when the keeper itself ends.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from config.services import children
from config.services.instance import REPOSITORY

FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
HEALTHY_SECONDS = 10.0
_INSIST_SECONDS = 2.0
_LOOK_SECONDS = 1.0
_POLL_SECONDS = 0.05


def delay_after(previous: float, lived: float) -> float:
    """Seconds to wait after a life of ``lived`` seconds; ``previous`` is the last wait."""
    if previous == 0 or lived >= HEALTHY_SECONDS:
        return FIRST_DELAY
    return min(previous * 2, LONGEST_DELAY)


@dataclass
class Keeper:
    """Keeps one command running until it is told to stop.

    ``grace`` is how many seconds the command has to end by itself.
    """

    name: str
    command: Sequence[str]
    grace: float
    stopping: bool = False
    _asked: dict[int, float] = field(default_factory=dict)

    def run(self) -> int:
        """Start the command again and again; return when a signal asked to stop."""
        children.watch_signals()
        children.die_with_parent(os.getppid())
        children.adopt_orphans()
        delay = 0.0
        while True:
            began = time.monotonic()
            how = self._live()
            self._clear()
            if self.stopping:
                return 0
            delay = delay_after(delay, time.monotonic() - began)
            print(f"{self.name} {how}, starting again in {delay:.1f} s", flush=True)
            self._pause(delay)
            if self.stopping:
                return 0

    def _live(self) -> str:
        """One life of the command, from its start to its end; say how it ended."""
        try:
            child = children.start_child(self.command, own_session=True)
        except OSError as error:
            return f"cannot be started ({error.strerror})"
        deadline = None
        while True:
            ended = self._collect()
            if child in ended:
                return f"ended with code {ended[child]}"
            if deadline is not None and time.monotonic() >= deadline:
                return "did not stop in time"
            self._end_orphans(spared=child)
            heard = children.next_signal(_LOOK_SECONDS)
            if heard is not None and heard.si_signo in children.FORWARDED and not self.stopping:
                self.stopping = True
                deadline = time.monotonic() + self.grace
                children.send(child, heard.si_signo)

    def _clear(self) -> None:
        """End what the command left behind, itself included when it did not stop in time."""
        while children.family():
            self._end_orphans()
            self._wait(_POLL_SECONDS)
            self._collect()

    def _end_orphans(self, spared: int = 0) -> None:
        """End adopted processes: politely, then surely, and at once when we are stopping."""
        for pid in children.family():
            if pid == spared:
                continue
            now = time.monotonic()
            first = pid not in self._asked
            waited = now - self._asked.setdefault(pid, now)
            if waited >= _INSIST_SECONDS or (self.stopping and not spared):
                children.send(pid, signal.SIGKILL)
            elif first:
                children.send(pid, signal.SIGTERM)

    def _collect(self) -> dict[int, int]:
        ended = children.collect()
        for pid in ended:
            self._asked.pop(pid, None)
        return ended

    def _pause(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.stopping and (left := deadline - time.monotonic()) > 0:
            self._wait(left)

    def _wait(self, seconds: float) -> None:
        heard = children.next_signal(seconds)
        if heard is not None and heard.si_signo in children.FORWARDED:
            self.stopping = True


def procfile_command(name: str) -> list[str]:
    """The command of one line of the Procfile, read by a shell that it then replaces."""
    for line in (REPOSITORY / "Procfile").read_text(encoding="utf-8").splitlines():
        key, separator, command = line.partition(":")
        if separator and key.strip() == name:
            return ["/bin/sh", "-c", f"exec {command.strip()}"]
    raise SystemExit(f"keep: the Procfile has no line {name!r}")


def main(given: Sequence[str] | None = None) -> int:
    """Keep what the command line names."""
    given = sys.argv[1:] if given is None else given
    split = given.index("--") if "--" in given else len(given)
    parser = argparse.ArgumentParser(prog="python -m config.services.keep", description=__doc__)
    parser.add_argument("name", help="a line of the Procfile, or what to call the command")
    parser.add_argument("--grace", type=float, default=4.0, help="seconds to stop by itself")
    arguments = parser.parse_args(given[:split])
    command = list(given[split + 1 :]) or procfile_command(arguments.name)
    return Keeper(arguments.name, command, arguments.grace).run()


if __name__ == "__main__":
    sys.exit(main())
