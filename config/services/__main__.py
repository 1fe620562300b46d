"""``python -m config.services ACTION``: real servers without installing any."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from config.services import children
from config.services.errors import ServicesError
from config.services.instance import INSTANCES, Instance, port_is_free
from config.services.supervisor import Supervisor

_DOWN = 3


def _arguments(given: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The options, and the command behind ``--``."""
    split = given.index("--") if "--" in given else len(given)
    parser = argparse.ArgumentParser(prog="python -m config.services", description=__doc__)
    parser.add_argument("action", choices=("up", "down", "status", "env", "run", "wipe"))
    parser.add_argument("--instance", choices=INSTANCES, default="main")
    parser.add_argument(
        "--free",
        type=int,
        action="append",
        default=[],
        metavar="PORT",
        help="for run: refuse to begin when this port is taken",
    )
    parser.add_argument(
        "--bound", action="store_true", help="for run: stop when the process that began it dies"
    )
    arguments, command = parser.parse_args(given[:split]), list(given[split + 1 :])
    if bool(command) != (arguments.action == "run"):
        parser.error("`run` needs a command behind `--`, the other actions take none")
    return arguments, command


def _status(supervisor: Supervisor) -> int:
    found = supervisor.status()
    for service, pid in found.items():
        print(f"{service}: {f'up (pid {pid})' if pid else 'down'}")
    return 0 if all(found.values()) else _DOWN


def _env(supervisor: Supervisor) -> int:
    for name, value in supervisor.addresses().items():
        print(f"{name}={value}")
    return 0


def _refuse_taken(ports: Sequence[int]) -> None:
    for port in ports:
        if not port_is_free(port):
            raise ServicesError(
                f"port {port} is taken by another program; choose others, for example "
                f"`make run PORT={port + 1000}`"
            )


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(supervisor: Supervisor, command: Sequence[str]) -> int:
    """Run a command with the servers up and pass on its exit code and our signals."""
    for number in children.FORWARDED:
        signal.signal(number, _interrupt)
    with supervisor.up_while() as lines:
        children.watch_signals()
        print("\n".join(lines), file=sys.stderr, flush=True)
        env = {
            **os.environ,
            **supervisor.addresses(),
            "LASTMILE_INSTANCE": supervisor.instance.name,
        }
        try:
            child = children.start_child(command, own_session=False, env=env)
        except OSError as error:
            raise ServicesError(f"cannot start {command[0]} ({error.strerror})") from error
        while child not in (ended := children.collect(child)):
            heard = children.next_signal()
            by_kernel = heard is not None and heard.si_code > 0
            if heard is not None and heard.si_signo in children.FORWARDED and not by_kernel:
                children.send(child, heard.si_signo)
        return ended[child]


def _act(supervisor: Supervisor, arguments: argparse.Namespace, command: Sequence[str]) -> int:
    match arguments.action:
        case "status":
            return _status(supervisor)
        case "env":
            return _env(supervisor)
        case "run":
            _refuse_taken(arguments.free)
            if arguments.bound:
                children.die_with_parent(os.getppid())
            return _run(supervisor, command)
        case "wipe":
            print("\n".join(supervisor.wipe()))
        case "down":
            print("\n".join(supervisor.down()))
        case _:
            print("\n".join(supervisor.up()))
    return 0


def main(given: Sequence[str] | None = None) -> int:
    """Do one action and return the exit code; trouble is one sentence on stderr."""
    arguments, command = _arguments(sys.argv[1:] if given is None else given)
    try:
        return _act(Supervisor(Instance(arguments.instance)), arguments, command)
    except ServicesError as error:
        print(f"services: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
