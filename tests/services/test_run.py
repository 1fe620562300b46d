"""Servers for the length of a command."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from config.services.process import start_time
from tests.services.conftest import Place

Eventually = Callable[..., None]
_WAIT = "import os, pathlib, signal, sys; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); "


def _waiting(mark: Path) -> list[str]:
    """A command that writes its pid to a file and waits for a signal."""
    return [sys.executable, "-c", _WAIT + "signal.pause()", str(mark)]


def _pid(mark: Path, eventually: Eventually) -> int:
    eventually(lambda: mark.exists() and mark.read_text() != "", "the command has begun")
    return int(mark.read_text())


def test_the_command_gets_addresses_and_its_exit_code_is_passed_on(place: Place) -> None:
    script = 'echo "$DATABASE_URL $REDIS_URL $LASTMILE_INSTANCE"; exit 7'
    done = place.services("run", "--instance", "test", "--", "sh", "-c", script)
    assert done.returncode == 7
    published = place.addresses("test/services.env")
    expected = [published["DATABASE_URL"], published["REDIS_URL"], "test"]
    assert done.stdout.split() == expected


def test_servers_that_the_run_started_are_stopped_after_it(place: Place) -> None:
    assert place.services("run", "--", "true").returncode == 0
    assert place.pids() == {}


def test_servers_that_were_up_stay_up(place: Place) -> None:
    place.services("up")
    before = place.pids()
    place.services("run", "--", "true")
    assert place.pids() == before


def test_a_signal_reaches_the_command_and_the_servers_stop(
    place: Place, tmp_path: Path, eventually: Eventually
) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        mark = tmp_path / number.name
        run = place.begin("run", "--", *_waiting(mark))
        command = _pid(mark, eventually)
        run.send_signal(number)
        assert run.wait(timeout=20) in {1, 128 + number}
        assert start_time(command) is None
        assert place.pids() == {}


def test_a_killed_run_takes_its_command_along_and_the_next_one_tidies_up(
    place: Place, tmp_path: Path, eventually: Eventually
) -> None:
    run = place.begin("run", "--", *_waiting(tmp_path / "mark"))
    command = _pid(tmp_path / "mark", eventually)
    run.kill()
    run.wait()
    eventually(lambda: start_time(command) is None, "the command has ended")
    assert set(place.pids()) == {"postgres", "redis"}
    assert "was already up" in place.services("run", "--", "true").stderr
    assert place.pids() == {}


def test_the_last_of_two_runs_stops_the_servers(
    place: Place, tmp_path: Path, eventually: Eventually
) -> None:
    long = place.begin("run", "--", *_waiting(tmp_path / "mark"))
    _pid(tmp_path / "mark", eventually)
    place.services("run", "--", "true")
    assert set(place.pids()) == {"postgres", "redis"}
    long.terminate()
    long.wait(timeout=20)
    assert place.pids() == {}


def test_a_bound_run_ends_with_who_began_it(
    place: Place, tmp_path: Path, eventually: Eventually
) -> None:
    mark = tmp_path / "mark"
    words = [sys.executable, "-m", "config.services", "run", "--bound", "--", *_waiting(mark)]
    starter = os.posix_spawn(
        "/bin/sh", ["sh", "-c", '"$@"; true', "sh", *words], {**place.env, "PYTHONPATH": "."}
    )
    command = _pid(mark, eventually)
    os.kill(starter, signal.SIGKILL)
    os.waitpid(starter, 0)
    eventually(lambda: start_time(command) is None, "the command has ended")
    eventually(lambda: place.pids() == {}, "the servers are stopped")


def test_a_taken_port_is_named_and_nothing_begins(bare_place: Place, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        mark = tmp_path / "mark"
        done = bare_place.services("run", "--free", str(port), "--", "touch", str(mark))
    assert done.returncode == 1
    assert f"port {port} is taken by another program" in done.stderr
    assert not mark.exists()
    assert not bare_place.local.exists()


def test_a_missing_program_is_named(place: Place) -> None:
    done = place.services("run", "--", "no-such-program")
    assert done.returncode == 1
    assert "cannot start no-such-program" in done.stderr
    assert place.pids() == {}


def test_run_without_a_command_is_refused(place: Place) -> None:
    assert place.services("run").returncode == 2
    assert place.services("up", "--", "true").returncode == 2
