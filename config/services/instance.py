"""One set of servers with its own directory, ports and passwords, by the name of its use."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from apps.core.private_file import write_private
from config.services.errors import ServicesError

REPOSITORY = Path(__file__).resolve().parents[2]
INSTANCES = ("main", "test", "bench", "chaos", "faults")
PREFERRED_PORTS = {
    "main": {"postgres": 15432, "redis": 16379},
    "test": {"postgres": 15442, "redis": 16389},
    "bench": {"postgres": 15452, "redis": 16399},
    "chaos": {"postgres": 15462, "redis": 16409},
    "faults": {"postgres": 15472, "redis": 16419},
}
_PORTS_TRIED = 200


def local_directory() -> Path:
    """Where everything of this machine lives: ``.local``, or what LASTMILE_LOCAL names."""
    return Path(os.environ.get("LASTMILE_LOCAL") or REPOSITORY / ".local").resolve()


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@dataclass
class Instance:
    """The directory of one instance and what is remembered there between starts."""

    name: str
    local: Path = field(default_factory=local_directory)

    def __post_init__(self) -> None:
        if self.name not in INSTANCES:
            raise ServicesError(f"there is no instance {self.name!r}, only {', '.join(INSTANCES)}")

    @property
    def directory(self) -> Path:
        """``.local/<instance>``: pid files, logs and (normally) the data."""
        return self.local / self.name

    @property
    def env_file(self) -> Path:
        """The addresses that ``config/env.py`` reads when nothing is set in the environment."""
        return (self.local if self.name == "main" else self.directory) / "services.env"

    def create(self) -> None:
        """Make the directory, closed to other accounts."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ServicesError(
                f"cannot make {self.directory} ({error.strerror}): "
                "give this user the right to write there, or set LASTMILE_LOCAL"
            ) from error

    def port(self, service: str) -> int:
        """The remembered port of a service, chosen now if there is none yet."""
        remembered = self._read().get(f"{service}_port")
        return int(remembered) if remembered else self.move_port(service)

    def move_port(self, service: str) -> int:
        """Choose a free loopback port near the preferred one and remember it."""
        first = PREFERRED_PORTS[self.name][service]
        taken = {int(v) for k, v in self._read().items() if k.endswith("_port")}
        for port in range(first, first + _PORTS_TRIED):
            if port not in taken and port_is_free(port):
                self._remember({f"{service}_port": str(port)})
                return port
        raise ServicesError(
            f"no free port for {service} between {first} and {first + _PORTS_TRIED - 1}"
        )

    def password(self, service: str) -> str:
        """The remembered random password of a service, made now if there is none yet."""
        key = f"{service}_password"
        if key not in self._read():
            self._remember({key: secrets.token_urlsafe(24)})
        return self._read()[key]

    def write_env(self, addresses: Mapping[str, str]) -> None:
        """Publish the addresses of the servers that were started here."""
        lines = [f"{name}={value}\n" for name, value in sorted(addresses.items())]
        write_private(self.env_file, "".join(lines))

    def _read(self) -> dict[str, str]:
        path = self.directory / "instance.json"
        if not path.is_file():
            return {}
        try:
            kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ServicesError(
                f"{path} is damaged; `make reset` makes a new instance (its data is lost)"
            ) from error
        return kept

    def _remember(self, values: Mapping[str, str]) -> None:
        kept = {**self._read(), **values}
        write_private(self.directory / "instance.json", json.dumps(kept, indent=2) + "\n")
