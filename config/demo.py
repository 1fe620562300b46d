"""The demo's log-ins and keys, kept below `.local` for the README's tour and the shoppers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from config.env import LOCAL_DIR


@dataclass(frozen=True)
class Demo:
    """One password for all demo users; one sandbox key a merchant."""

    password: str
    users: list[str]
    merchants: list[dict[str, str]]


def demo_path() -> Path:
    """Return the file that holds the demo's secrets (mode 0600)."""
    return LOCAL_DIR / "demo.json"


def read_demo() -> Demo | None:
    """Return the demo of this desk, or None before it is seeded."""
    try:
        return Demo(**json.loads(demo_path().read_text()))
    except FileNotFoundError:
        return None


def write_demo(demo: Demo) -> None:
    """Keep the demo, and its first key alone in `demo.key` for copy and paste."""
    for path, text in (
        (demo_path(), json.dumps(asdict(demo), indent=1)),
        (LOCAL_DIR / "demo.key", demo.merchants[0]["api_key"]),
    ):
        path.touch(mode=0o600)
        path.write_text(text)
