"""A whole portal of its own: real processes from Procfile.dev, own database, own ports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import requests

from config.drill.processes import free_port
from config.env import BASE_DIR
from tests.support.waiting import wait_for

MARK = "LASTMILE_E2E"
PROCESSES = {
    "web": "gunicorn",
    "worker": "config worker",
    "beat": "config beat",
    "drain": "manage.py drain",
    "watch": "manage.py watch",
    "sandbox": "manage.py sandbox",
}


@dataclass
class RunningPortal:
    """Starts, asks, wounds and stops one portal."""

    folder: Path
    database_url: str
    redis_url: str
    speed: int = 3_600
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """The portal's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the processes see; nothing of the test suite's own settings."""
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return keep | {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "LASTMILE_LOCAL": str(self.folder),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PORT": str(self.port),
            "LASTMILE_PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "SANDBOX_SPEED": str(self.speed),
            "SANDBOX_ORDERS_PER_MINUTE": "0",
            "WEB_WORKERS": "1",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "INFO",
            "LOG_REQUESTS": "1",
            MARK: str(self.folder),
        }

    def manage(self, *arguments: str) -> str:
        """Run a management command of this portal and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        """Prepare the database and start every process of Procfile.dev under honcho."""
        self.create_database()
        self.manage("prepare", "--history", "0")
        log = (self.folder / "honcho.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "honcho", "-f", "Procfile.dev", "start"],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wait_for(self.answers, what="every process to be up", seconds=60)

    def answers(self) -> bool:
        """Tell whether web and sandbox answer and every process is there."""
        try:
            up = requests.get(f"{self.base}/healthz", timeout=2).ok
            requests.get(f"http://127.0.0.1:{self.sandbox_port}/", timeout=2)
        except requests.RequestException:
            return False
        return up and all(self.pids(name) for name in PROCESSES)

    def stop(self) -> None:
        """Stop as Ctrl-C would, and fail if anything stays behind."""
        if self.process is None:
            return
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(30)
        finally:
            for name in PROCESSES:
                for pid in self.pids(name):
                    os.kill(pid, signal.SIGKILL)
            self.drop_database()

    def pids(self, name: str) -> list[int]:
        """Return the processes of one line of the Procfile, the parent first."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and self._is_ours(entry, PROCESSES[name]):
                found.append(int(entry.name))
        return sorted(found)

    def _is_ours(self, entry: Path, words: str) -> bool:
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (entry / "environ").read_bytes()
        except OSError:
            return False
        ours = f"{MARK}={self.folder}".encode() in environment
        return ours and words in command and "services.keep" not in command

    def kill(self, name: str) -> int:
        """SIGKILL the parent process of one line; returns its pid."""
        pid = wait_for(lambda: self.pids(name), what=f"{name} to be there", seconds=20)[0]
        os.kill(pid, signal.SIGKILL)
        return pid

    def keys(self) -> list[str]:
        """Return the demo merchants' API keys."""
        demo = json.loads((self.folder / "demo.json").read_text())
        return [merchant["api_key"] for merchant in demo["merchants"]]

    def api(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, repeat: str = ""
    ) -> requests.Response:
        """Call the public API; a connection that breaks is tried again with the same key."""
        headers = {"Authorization": f"Bearer {key or self.keys()[0]}"}
        if repeat:
            headers["Idempotency-Key"] = repeat
        return requests.request(
            method, f"{self.base}/api/v1{path}", json=body, headers=headers, timeout=10
        )

    def status(self) -> dict[str, Any]:
        """Return what `manage.py status --json` prints."""
        return json.loads(self.manage("status", "--json"))  # type: ignore[no-any-return]

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the portal's database directly."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(sql, values).fetchall()  # type: ignore[arg-type]

    def lines_about(self, number: str) -> dict[str, set[str]]:
        """Return process → events of its log lines that name a request."""
        found: dict[str, set[str]] = {}
        for line in (self.folder / "honcho.log").read_text(errors="replace").splitlines():
            head, _, said = line.partition("| ")
            if number in said and said.startswith("{"):
                process = head.split()[-1].partition(".")[0]
                found.setdefault(process, set()).add(json.loads(said)["event"])
        return found

    def create_database(self) -> None:
        """Make the database of this portal, empty."""
        self._administer(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
        self._administer(f'CREATE DATABASE "{self._name}"')

    def drop_database(self) -> None:
        """Remove it again."""
        self._administer(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    @property
    def _name(self) -> str:
        return urlsplit(self.database_url).path.lstrip("/")

    def _administer(self, sql: str) -> None:
        parts = urlsplit(self.database_url)
        server = urlunsplit(parts._replace(path="/postgres"))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql)  # type: ignore[call-overload]
