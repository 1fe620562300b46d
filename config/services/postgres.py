"""The PostgreSQL server of one instance: make the cluster, start, heal and stop it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.services.binaries import Program, find_postgres
from config.services.errors import ServicesError, explain
from config.services.identity import Identity, choose_identity
from config.services.instance import Instance, port_is_free
from config.services.process import Process, spawn_detached, tail, wait_until

NAME = "lastmile"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
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


@dataclass
class Postgres:
    """One cluster with one role and one database, both called ``lastmile``."""

    instance: Instance

    service = "postgres"
    variable = "DATABASE_URL"

    @property
    def pid_file(self) -> Path:
        """Where the running postmaster is remembered."""
        return self.instance.directory / "postgres.pid"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.instance.directory / "postgres.log"

    def data(self, identity: Identity | None = None) -> Path:
        """The data directory."""
        return (identity or choose_identity()).home(self.instance.directory) / "postgres"

    def url(self) -> str:
        """The address with the password, as DATABASE_URL takes it."""
        password, port = self.instance.password(self.service), self.instance.port(self.service)
        return f"postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"

    def running(self) -> Process | None:
        """The postmaster, also when our pid file was lost but the server was not."""
        return Process.read(self.pid_file) or self._postmaster()

    def start(self) -> str:
        """Bring the server up (making the cluster first if needed) and say how it went."""
        identity = choose_identity()
        home = identity.make_home(self.instance.directory)
        if self.running():
            return "was already up"
        notes = self._make_cluster(identity, home)
        notes += self._heal(identity)
        program = find_postgres(self._major(identity))
        self._launch(identity, home, program)
        return "; ".join([f"PostgreSQL {program.version} ({program.source}) started", *notes])

    def stop(self) -> bool:
        """Stop with open transactions rolled back; False when it was not up."""
        process = self.running()
        if process is None:
            return False
        process.stop(signal.SIGINT, signal.SIGQUIT, _STOP_SECONDS)
        self.pid_file.unlink(missing_ok=True)
        return True

    def _launch(self, identity: Identity, home: Path, program: Program) -> None:
        options = {**_SETTINGS, "port": str(self.instance.port(self.service))}
        if self.instance.name == "test":
            options |= _THROWAWAY
        command = [*identity.prefix, str(identity.reachable(program.path.parent, home) / "postgres")]
        command += ["-D", str(self.data(identity))]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self.log.unlink(missing_ok=True)
        child = spawn_detached(command, log=self.log, owner=identity.owner)
        process = Process.of(child.pid)
        if process is not None:
            process.write(self.pid_file)
        wait_until(lambda: child.poll() is not None or self._ready(child.pid), _START_SECONDS)
        if child.poll() is None and self._ready(child.pid):
            return
        child.poll() is None and child.kill()
        self.pid_file.unlink(missing_ok=True)
        raise self._failure("PostgreSQL did not start", tail(self.log))

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
            here = Path(os.readlink(f"/proc/{lines[0]}/cwd"))
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
        notes = []
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
        programs = identity.reachable(program.path.parent, home)
        secret = home / "postgres.secret"
        secret.unlink(missing_ok=True)
        secret.touch(0o600)
        secret.write_text(self.instance.password(self.service), encoding="utf-8")
        identity.give(secret)
        locale = ["--encoding=UTF8", "--locale=C"]
        if program.major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options = ["-D", str(draft), "-U", NAME, *locale, "--auth=scram-sha-256"]
        try:
            self._run(identity, [str(programs / "initdb"), *options, f"--pwfile={secret}"])
        finally:
            secret.unlink(missing_ok=True)
        single = [str(programs / "postgres"), "--single", "-D", str(draft), "postgres"]
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
            raise self._failure("a new database could not be made", said)

    def _heal(self, identity: Identity) -> list[str]:
        """Clear what a crash left behind: a stale lock file, a port somebody else took."""
        notes = []
        stale = self.data(identity) / "postmaster.pid"
        if stale.exists():
            stale.unlink()
            notes.append("recovered after a crash")
        port = self.instance.port(self.service)
        if not port_is_free(port):
            moved = self.instance.move_port(self.service)
            notes.append(f"port {port} is taken by another program, moved to {moved}")
        return notes

    def _failure(self, what: str, said: str) -> ServicesError:
        cause = explain(said)
        return ServicesError(f"{what}: {cause}" if cause else f"{what}; it said:\n{said}")
