"""``python -m config.services up|down|status|env|run``: real servers without installing any."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from config.services.errors import ServicesError
from config.services.instance import INSTANCES, Instance
from config.services.supervisor import Supervisor

_DOWN = 3


def _arguments(given: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The options, and the command behind ``--``."""
    split = given.index("--") if "--" in given else len(given)
    parser = argparse.ArgumentParser(prog="python -m config.services", description=__doc__)
    parser.add_argument("action", choices=("up", "down", "status", "env", "run"))
    parser.add_argument("--instance", choices=INSTANCES, default="main")
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


def main(given: Sequence[str] | None = None) -> int:
    """Do one action and return the exit code; trouble is one sentence on stderr."""
    arguments, _command = _arguments(sys.argv[1:] if given is None else given)
    os.umask(0o077)
    try:
        supervisor = Supervisor(Instance(arguments.instance))
        if arguments.action == "status":
            return _status(supervisor)
        if arguments.action == "env":
            return _env(supervisor)
        lines = supervisor.up() if arguments.action == "up" else supervisor.down()
        print("\n".join(lines))
    except ServicesError as error:
        print(f"services: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
