"""`make run` below its surface: run, keep, honcho and a keeper for every line, with small stand-ins
for the portal's processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.services.instance import REPOSITORY
from config.services.process import start_time

Eventually = Callable[..., None]

_STAND_IN = """
import os, pathlib, signal, sys
folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
child = os.fork()
if child == 0:
    while True:
        signal.pause()
draft = folder / f"{name}.draft"
draft.write_text(f"{os.getpid()} {child} {os.getppid()} {os.environ['PORT']}")
draft.rename(folder / name)
while True:
    signal.pause()
"""
_NAMES = ("web", "worker")


class Stack:
    """A directory that looks like the repository and the processes that were started in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(REPOSITORY / "config/services", folder / "config/services")
        shutil.copy(REPOSITORY / "config/__init__.py", folder / "config")
        (folder / "apps/core").mkdir(parents=True)
        shutil.copy(REPOSITORY / "apps/core/private_file.py", folder / "apps/core")
        (folder / ".venv/bin").mkdir(parents=True)
        (folder / ".venv/bin/python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        (folder / ".venv/bin/python").chmod(0o755)
        (folder / "stand_in.py").write_text(_STAND_IN)
        procfile = [f"{name}: .venv/bin/python stand_in.py {folder} {name}" for name in _NAMES]
        (folder / "Procfile").write_text("\n".join(procfile) + "\n")
        real = (REPOSITORY / "Procfile.dev").read_text().splitlines()
        lines = [line for line in real if line.partition(":")[0] in _NAMES]
        (folder / "Procfile.dev").write_text("\n".join(lines) + "\n")

    def begin(self) -> subprocess.Popen[bytes]:
        """Start it as `make run` does, on servers that the environment names."""
        given = {"DATABASE_URL": "postgres://x/x", "REDIS_URL": "redis://x/0"}
        env = {**os.environ, **given, "LASTMILE_LOCAL": str(self.folder / "local")}
        python = sys.executable
        words = [python, "-m", "config.services", "run", "--bound", "--"]
        words += [python, "-m", "config.services.keep", "portal", "--grace", "8", "--"]
        words += [python, "-m", "honcho", "-f", "Procfile.dev", "start"]
        env |= {"LASTMILE_PORT": "8642", "PORT": "8642", "PYTHONUNBUFFERED": "1"}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                words, cwd=self.folder, env=env, stdout=log, stderr=log, start_new_session=True
            )

    def facts(self, name: str) -> list[int]:
        """(process, its child, its keeper, its PORT) of a line, empty before it has begun."""
        path = self.folder / name
        return [int(word) for word in path.read_text().split()] if path.exists() else []

    def up(self) -> bool:
        """Whether every line's process lives."""
        found = [self.facts(name) for name in _NAMES]
        return all(fact and start_time(fact[0]) is not None for fact in found)

    def everybody(self) -> list[int]:
        """Every living process of this stack."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                here = (entry / "cwd").readlink()
            except OSError:
                continue
            if here == self.folder and start_time(int(entry.name)) is not None:
                found.append(int(entry.name))
        return found

    def honcho(self) -> int:
        """The first process of honcho."""
        for pid in sorted(self.everybody()):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if command[1:3] == [b"-m", b"honcho"]:
                return pid
        raise AssertionError("there is no honcho")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(tmp_path.resolve())
    yield made
    for pid in made.everybody():
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_stops_everything(
    stack: Stack, eventually: Eventually, number: signal.Signals
) -> None:
    run = stack.begin()
    eventually(stack.up, "every process lives")
    run.send_signal(number)
    assert run.wait(timeout=20) == 0
    eventually(lambda: stack.everybody() == [], "nothing is left")


def test_ctrl_c_to_the_whole_group_stops_everything(stack: Stack, eventually: Eventually) -> None:
    run = stack.begin()
    eventually(stack.up, "every process lives")
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(timeout=20) == 0
    eventually(lambda: stack.everybody() == [], "nothing is left")


def test_every_process_sees_the_portals_port(stack: Stack, eventually: Eventually) -> None:
    stack.begin()
    eventually(stack.up, "every process lives")
    assert [stack.facts(name)[3] for name in _NAMES] == [8642, 8642]


@pytest.mark.parametrize("victim", ["process", "keeper", "honcho"])
def test_whoever_is_killed_everything_comes_back_once(
    stack: Stack, eventually: Eventually, victim: str
) -> None:
    stack.begin()
    eventually(stack.up, "every process lives")
    process, child, keeper, _port = stack.facts("web")
    os.kill(
        {"process": process, "keeper": keeper, "honcho": stack.honcho()}[victim], signal.SIGKILL
    )
    eventually(lambda: start_time(process) is None, "the old process has ended")
    eventually(lambda: start_time(child) is None, "its child has ended")
    eventually(lambda: stack.up() and stack.facts("web")[0] != process, "a new one lives", 30)
    running = [pid for pid in stack.everybody() if _is_stand_in(pid)]
    assert len(running) == 2 * len(_NAMES)


def test_killing_the_whole_run_leaves_nothing(stack: Stack, eventually: Eventually) -> None:
    run = stack.begin()
    eventually(stack.up, "every process lives")
    run.kill()
    run.wait()
    eventually(lambda: stack.everybody() == [], "nothing is left")


def _is_stand_in(pid: int) -> bool:
    return b"stand_in.py" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[1:2]
