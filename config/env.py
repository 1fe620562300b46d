"""The one place where the portal reads its environment.

Every value may be given as ``X`` or, for secrets, as the path of a file in ``X_FILE``.
Where ``DATABASE_URL`` or ``REDIS_URL`` is not set, the addresses of the servers that
``make services`` started are read from ``.local/services.env`` (or, for the instance the
tests use, from ``.local/test/services.env``).
"""

from __future__ import annotations

import os
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = Path(os.environ.get("LASTMILE_LOCAL", BASE_DIR / ".local"))

env = environ.FileAwareEnv()


def procfile_names() -> tuple[str, ...]:
    """Return the names of the Procfile's lines: the processes a whole portal consists of."""
    lines = (BASE_DIR / "Procfile").read_text(encoding="utf-8").splitlines()
    return tuple(line.partition(":")[0].strip() for line in lines if ":" in line)


def load_services() -> None:
    """Take up the addresses of the embedded servers without overriding what is set.

    ``LASTMILE_INSTANCE`` chooses them: ``main`` (default), ``test``, ``bench``, ``chaos`` or
    ``faults``.
    """
    instance = os.environ.get("LASTMILE_INSTANCE", "main")
    folder = LOCAL_DIR if instance == "main" else LOCAL_DIR / instance
    if (folder / "services.env").is_file():
        environ.Env.read_env(str(folder / "services.env"), overwrite=False)


def parse_salt_keys(text: str) -> dict[str, str]:
    """Read ``kid:key,kid:key`` (first kid signs, all verify) into an ordered table."""
    pairs = (part.split(":", 1) for part in text.split(",") if part.strip())
    return {kid.strip(): key.strip() for kid, key in pairs}
