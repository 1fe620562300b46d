"""Processes that are started again, and what they must not leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.drill.processes import free_port
from config.services import children, keep
from config.services.instance import REPOSITORY
from config.services.process import start_time

Begin = Callable[..., subprocess.Popen[bytes]]
Eventually = Callable[..., None]

# A master like gunicorn's or Celery's: it holds a port and shares it with a child. The child is in
# a session of its own, so that only a thorough keeper finds it.
_MASTER = """
import os, pathlib, signal, socket, sys
folder, port, escape = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "escape"
listener = socket.create_server(("127.0.0.1", port))
os.set_inheritable(listener.fileno(), True)
if (child := os.fork()) == 0:
    if escape:
        os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pause()
def stop(*_):
    os.kill(child, signal.SIGKILL)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
draft = folder / "draft"
draft.write_text(f"{os.getpid()} {child}")
draft.rename(folder / f"life-{os.getpid()}")
while True:
    signal.pause()
"""

_STUBBORN = """
import os, pathlib, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
mark = pathlib.Path(sys.argv[1])
draft = mark.with_suffix(".draft")
draft.write_text(str(os.getpid()))
draft.rename(mark)
while True:
    signal.pause()
"""


def _lives(folder: Path) -> list[tuple[int, int]]:
    """(master, child) of every life so far, oldest first."""
    found = sorted(folder.glob("life-*"), key=lambda path: path.stat().st_mtime_ns)
    return [tuple(map(int, path.read_text().split())) for path in found]  # type: ignore[misc]


def _keep(begin: Begin, *command: str | Path, grace: float = 4.0) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "config.services.keep", "thing", "--grace", str(grace)]
    return begin(*words, "--", *command)


@pytest.mark.parametrize("how", ["group", "escape"])
def test_a_killed_process_comes_back_and_its_children_do_not_hold_the_port(
    begin: Begin, eventually: Eventually, tmp_path: Path, how: str
) -> None:
    keeper = _keep(begin, sys.executable, "-c", _MASTER, tmp_path, str(free_port()), how)
    for life in range(1, 3):
        eventually(lambda life=life: len(_lives(tmp_path)) == life, f"life {life}")
        master, child = _lives(tmp_path)[-1]
        os.kill(master, signal.SIGKILL)
        eventually(lambda child=child: start_time(child) is None, "its child is ended")
    eventually(lambda: len(_lives(tmp_path)) == 3, "a third life on the same port")
    keeper.terminate()
    assert keeper.wait(timeout=10) == 0
    assert all(start_time(pid) is None for life in _lives(tmp_path) for pid in life)


def test_the_kept_process_ends_when_the_keeper_is_killed(
    begin: Begin, eventually: Eventually, tmp_path: Path
) -> None:
    keeper = _keep(begin, sys.executable, "-c", _MASTER, tmp_path, str(free_port()), "group")
    eventually(lambda: len(_lives(tmp_path)) == 1, "the first life")
    keeper.kill()
    keeper.wait()
    master, child = _lives(tmp_path)[0]
    eventually(lambda: start_time(master) is None, "the process has ended")
    eventually(lambda: start_time(child) is None, "its child has ended")


def test_a_stubborn_process_is_killed_after_its_grace(
    begin: Begin, eventually: Eventually, tmp_path: Path
) -> None:
    keeper = _keep(begin, sys.executable, "-c", _STUBBORN, tmp_path / "mark", grace=0.2)
    eventually((tmp_path / "mark").exists, "the process has begun")
    keeper.terminate()
    assert keeper.wait(timeout=10) == 0
    assert start_time(int((tmp_path / "mark").read_text())) is None


@pytest.mark.parametrize(
    ("command", "words"),
    [(["sh", "-c", "exit 3"], "ended with code 3"), (["no-such-program"], "cannot be started")],
)
def test_what_keeps_failing_is_tried_again_and_says_so(
    begin: Begin, eventually: Eventually, tmp_path: Path, command: list[str], words: str
) -> None:
    log = tmp_path / "log"
    keeping = [sys.executable, "-m", "config.services.keep", "thing", "--", *command]
    keeper = begin("/bin/sh", "-c", f'exec "$@" > {log}', "sh", *keeping)
    eventually(lambda: log.exists() and log.read_text().count("\n") >= 2, "two lines")
    keeper.terminate()
    assert keeper.wait(timeout=10) == 0
    first, second = log.read_text().splitlines()[:2]
    assert first.startswith(f"thing {words}")
    assert first.endswith("starting again in 0.2 s")
    assert second.endswith("starting again in 0.4 s")


def test_the_delay_grows_to_a_limit_and_a_long_life_resets_it() -> None:
    delays = [0.0]
    for _life in range(7):
        delays.append(keep.delay_after(delays[-1], lived=1.0))
    assert delays[1:] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert keep.delay_after(5.0, lived=10.0) == 0.2


def test_children_are_found_with_and_without_the_kernels_list() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        try:
            assert child.pid in children.family()
            assert child.pid in children._search_family()
        finally:
            child.kill()
    assert child.pid not in children.family()
    assert child.pid not in children._search_family()


def test_a_line_of_the_procfile_replaces_its_shell() -> None:
    shell, option, command = keep.procfile_command("drain")
    assert (shell, option) == ("/bin/sh", "-c")
    assert command == "exec .venv/bin/python manage.py drain"
    with pytest.raises(SystemExit, match="no line 'nothing'"):
        keep.procfile_command("nothing")


def test_everything_in_the_procfile_is_kept_in_development_too() -> None:
    kept = {
        line.partition(":")[0]: line
        for line in (REPOSITORY / "Procfile.dev").read_text().splitlines()
    }
    names = [line.partition(":")[0] for line in (REPOSITORY / "Procfile").read_text().splitlines()]
    assert set(kept) == {*names, "sandbox"}
    for name, line in kept.items():
        assert f"exec .venv/bin/python -m config.services.keep {name}" in line
