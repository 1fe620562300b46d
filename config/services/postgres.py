"""The PostgreSQL server of one instance: make the cluster, start, heal and stop it."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from pathlib import Path

from config.services.binaries import Program, find_postgres
from config.services.errors import ServicesError
from config.services.identity import Identity, choose_identity
from config.services.process import Process, wait_until
from config.services.server import Server, failure

NAME = "lastmile"
_ORPHANS_SECONDS = 10.0
_BYTES_NEEDED = 150 * 1024 * 1024
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
}
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_MEASURED = {"shared_buffers": "1GB", "max_wal_size": "4GB", "maintenance_work_mem": "512MB"}


class Postgres(Server):
    """One cluster with one role and one database, both called ``lastmile``."""

    service = "postgres"
    title = "PostgreSQL"
    variable = "DATABASE_URL"
    stop_signals = (signal.SIGINT, signal.SIGQUIT)
    stop_seconds = 20.0

    def data(self, identity: Identity | None = None) -> Path:
        """The data directory."""
        return (identity or choose_identity()).home(self.instance.directory) / "postgres"

    def url(self) -> str:
        """The address with the password, as DATABASE_URL takes it."""
        return f"postgres://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    def running(self) -> Process | None:
        """The postmaster, also when our pid file was lost but the server was not."""
        return super().running() or self._postmaster()

    def start(self) -> str:
        """Bring the server up (making the cluster first if needed) and say how it went."""
        identity = choose_identity()
        home = identity.make_home(self.instance.directory)
        if self.running():
            return "was already up"
        notes = self._make_cluster(identity, home)
        notes += self._heal(identity)
        program = find_postgres(self._major(identity))
        self.launch(identity, lambda: self._command(identity, home, program), self._ready)
        return "; ".join([f"PostgreSQL {program.version} ({program.source}) started", *notes])

    def _command(self, identity: Identity, home: Path, program: Program) -> list[str]:
        options = {**_SETTINGS, "port": str(self.port)}
        if self.instance.name == "test":
            options |= _THROWAWAY
        if self.instance.name == "bench":
            options |= _MEASURED
        command = [str(identity.reachable(program, home)), "-D", str(self.data(identity))]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _ready(self, pid: int) -> bool:
        lines = self._postmaster_file()
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _postmaster_file(self) -> list[str]:
        try:
            text = (self.data() / "postmaster.pid").read_text(encoding="utf-8")
        except OSError:
            return []
        return text.splitlines()

    def _postmaster(self) -> Process | None:
        """The process of ``postmaster.pid`` if it is a server in our data directory."""
        lines = self._postmaster_file()
        if not lines or not lines[0].isdigit():
            return None
        process = Process.of(int(lines[0]))
        try:
            here = Path(f"/proc/{lines[0]}/cwd").readlink()
        except OSError:
            return None
        return process if process and here == self.data().resolve() else None

    def _major(self, identity: Identity) -> int | None:
        try:
            text = (self.data(identity) / "PG_VERSION").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return int(text.strip())

    def _make_cluster(self, identity: Identity, home: Path) -> list[str]:
        """Run initdb beside the final name and move it there when it is complete."""
        data, draft = self.data(identity), home / "postgres.new"
        notes: list[str] = []
        shutil.rmtree(draft, ignore_errors=True)
        if self._major(identity) is not None:
            return notes
        if data.exists() and any(data.iterdir()):
            aside = data.with_name(f"postgres.broken-{int(data.stat().st_mtime)}")
            data.rename(aside)
            notes.append(f"an incomplete data directory was moved to {aside}")
        elif data.exists():
            data.rmdir()
        free = shutil.disk_usage(home).free
        if free < _BYTES_NEEDED:
            raise ServicesError(
                f"only {free // 2**20} MB are free at {home}, a new database needs "
                f"{_BYTES_NEEDED // 2**20} MB: free some space and start again"
            )
        self._initdb(identity, home, draft)
        draft.rename(data)
        return [*notes, "a new empty database was made"]

    def _initdb(self, identity: Identity, home: Path, draft: Path) -> None:
        program = find_postgres()
        postgres = identity.reachable(program, home)
        secret = home / "postgres.secret"
        secret.unlink(missing_ok=True)
        secret.touch(0o600)
        secret.write_text(self.password, encoding="utf-8")
        identity.give(secret)
        locale = ["--encoding=UTF8", "--locale=C"]
        if program.major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options = ["-D", str(draft), "-U", NAME, *locale, "--auth=scram-sha-256"]
        try:
            self._run(identity, [str(postgres.with_name("initdb")), *options, f"--pwfile={secret}"])
        finally:
            secret.unlink(missing_ok=True)
        single = [str(postgres), "--single", "-D", str(draft), "postgres"]
        self._run(identity, single, f"CREATE DATABASE {NAME};\n")

    def _run(self, identity: Identity, command: list[str], words: str = "") -> None:
        uid, gid = identity.owner if identity.owner else (None, None)
        done = subprocess.run(
            [*identity.prefix, *command],
            input=words,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=uid,
            group=gid,
            extra_groups=[] if identity.owner else None,
        )
        if done.returncode:
            said = (done.stdout + done.stderr)[-2000:]
            raise failure("a new database could not be made", said)

    def _heal(self, identity: Identity) -> list[str]:
        """Clear what a crash left behind: a stale lock file, a port somebody else took."""
        notes: list[str] = []
        stale = self.data(identity) / "postmaster.pid"
        if stale.exists():
            if not wait_until(lambda: not self._left_behind(), _ORPHANS_SECONDS):
                raise ServicesError(
                    f"processes {self._left_behind()} of a killed PostgreSQL still work in "
                    f"{self.data(identity)}: end them, then start again"
                )
            stale.unlink()
            notes.append("recovered after a crash")
        return [*notes, *self.settle_port()]

    def _left_behind(self) -> list[int]:
        """Processes in our data directory; beside them a new server would destroy the data."""
        here, found = self.data().resolve(), []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (entry / "cwd").readlink() == here:
                    found.append(int(entry.name))
        return found
