"""Who the servers run as: PostgreSQL refuses root, and root may live below a closed home."""

from __future__ import annotations

import functools
import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.services.binaries import Program
from config.services.errors import ServicesError

_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
_OUTSIDE = Path("/var/lib/lastmile")


@dataclass(frozen=True)
class Identity:
    """How to start a server: a command to put in front, or an account to drop to."""

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None

    def home(self, directory: Path) -> Path:
        """Where this identity can keep its data: the instance's directory if it may enter it."""
        if self.owner is None:
            return directory
        mark = hashlib.sha256(str(directory).encode()).hexdigest()[:12]
        return _OUTSIDE / f"{mark}-{directory.name}"

    def give(self, path: Path) -> None:
        """Hand a file or directory over to the account the server runs as."""
        if self.owner is not None:
            os.chown(path, *self.owner)

    def make_home(self, directory: Path) -> Path:
        """Create the data's parent directory for this identity and return it."""
        home = self.home(directory)
        if self.owner is not None:
            _OUTSIDE.mkdir(mode=0o711, parents=True, exist_ok=True)
            home.mkdir(mode=0o700, exist_ok=True)
            self.give(home)
        return home

    def reachable(self, program: Program, home: Path) -> Path:
        """The program where this identity can run it: copied, libraries too, if it is closed."""
        if self.owner is None or program.site is None or _open_to_all(program.path):
            return program.path
        package = program.path.relative_to(program.site).parts[0]
        copy = home / f"programs-{package}-{program.version}"
        if not copy.is_dir():
            draft = home / f"{copy.name}.new"
            shutil.rmtree(draft, ignore_errors=True)
            for part in (package, f"{package}.libs"):
                if (program.site / part).is_dir():
                    shutil.copytree(program.site / part, draft / part, symlinks=True)
            for path in (draft, *draft.rglob("*")):
                os.chown(path, *self.owner, follow_symlinks=False)
            draft.rename(copy)
        return copy / program.path.relative_to(program.site)


def _open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


@functools.cache
def namespaces_allowed() -> bool:
    """Whether this machine lets us map ourselves to an ordinary user in a new namespace."""
    if os.environ.get("LASTMILE_NO_NAMESPACE") or not shutil.which("unshare"):
        return False
    probe = subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False)
    return probe.returncode == 0


@functools.cache
def choose_identity() -> Identity:
    """An ordinary user as is; root in a user namespace; else root drops to another account."""
    if os.geteuid() != 0:
        return Identity()
    if namespaces_allowed():
        return Identity(prefix=_NAMESPACE)
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(owner=(account.pw_uid, account.pw_gid))
    raise ServicesError(
        "PostgreSQL does not run as root, user namespaces are forbidden here and there is no "
        "account to use instead: start as an ordinary user, or set DATABASE_URL and REDIS_URL"
    )
