"""Random keys for one's own desk, made once and kept below `.local`, never committed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def local_key(folder: Path, name: str) -> str:
    """Return the key called ``name``, making it (mode 0600) the first time.

    Two processes starting at once agree: the file is linked into place, and who comes second
    reads what the first wrote.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.key"
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            return path.read_text().strip()
        finally:
            draft.unlink()
    return path.read_text().strip()
