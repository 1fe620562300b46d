"""What must be known without PostgreSQL, in a sealed file below LASTMILE_LOCAL (mode 0600).

The robots' keys and the mail addresses, the watch's own rules, and what was said by the watch and
is not in the tables yet: so that a watch started while PostgreSQL is gone knows whom to tell, and
one that is started again does not say it twice. Sealed whole under CREDENTIAL_KEYS; without a key
there is no file, and only a running watch knows.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from apps.core import vault
from apps.core.private_file import write_private
from apps.monitoring.watching.episodes import Episode
from apps.monitoring.watching.own_rules import OwnRule

log = structlog.get_logger(__name__)
PURPOSE = b"lastmile watch"
FILE, LOCK = "watch.sealed", "watch.lock"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the file holds. ``channels`` is sealed by notifications itself, "" for none."""

    channels: str = field(default="", repr=False)
    rules: tuple[OwnRule, ...] = ()
    episodes: tuple[Episode, ...] = ()
    said: tuple[dict[str, Any], ...] = ()


@dataclass
class Keepsake:
    """The file and its lock. ``keys`` are those of CREDENTIAL_KEYS."""

    folder: Path
    keys: Sequence[str]
    _last: str = ""

    def read(self) -> Remembered:
        """Return what is remembered; nothing where the file is missing or cannot be opened."""
        try:
            sealed = (self.folder / FILE).read_text(encoding="utf-8")
            values = json.loads(vault.unseal(sealed, self.keys, purpose=PURPOSE))
            return Remembered(
                channels=values["channels"],
                rules=tuple(OwnRule.from_values(rule) for rule in values["rules"]),
                episodes=tuple(Episode.from_values(episode) for episode in values["episodes"]),
                said=tuple(values["said"]),
            )
        except FileNotFoundError:
            return Remembered()
        except (OSError, vault.VaultClosed, ValueError, TypeError, KeyError) as error:
            log.warning("watch.keepsake_not_read", reason=type(error).__name__)
            return Remembered()

    def write(self, kept: Remembered) -> None:
        """Replace the file where something changed; a failure is logged, never raised."""
        text = json.dumps(
            {
                "channels": kept.channels,
                "rules": [rule.as_values() for rule in kept.rules],
                "episodes": [episode.as_values() for episode in kept.episodes],
                "said": list(kept.said),
            }
        )
        if text == self._last:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self.folder / FILE, vault.seal(text, self.keys, purpose=PURPOSE))
        except (OSError, vault.VaultClosed) as error:
            log.warning("watch.keepsake_not_written", reason=type(error).__name__)
        else:
            self._last = text


class HostLock:
    """Which watch of this host speaks without PostgreSQL; the kernel frees it with its holder.

    Two hosts that both lose PostgreSQL both say so: without it nothing tells them of each other.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOCK
        self._held: int | None = None

    def take(self) -> bool:
        """Whether it is ours, now or already."""
        if self._held is not None:
            return True
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._held = descriptor
        return True

    def release(self) -> None:
        """Let the next one have it."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
