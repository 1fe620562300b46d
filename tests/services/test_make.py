"""The commands as they are written down; what they start is proved elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from config.services.instance import REPOSITORY

_PINS = sorted((REPOSITORY / "requirements").glob("*.txt"))


def _make(*words: str) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    for name in ("PORT", "SANDBOX_PORT"):
        env.pop(name, None)
    done = subprocess.run(
        ["make", *words], cwd=REPOSITORY, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_port_moves_the_address_and_the_sandbox_with_it() -> None:
    usual = _make("--dry-run", "run")
    assert "PORT=8000 LASTMILE_PORT=8000 SANDBOX_PORT=8100" in usual
    moved = _make("--dry-run", "run", "PORT=9000")
    assert "PORT=9000 LASTMILE_PORT=9000 SANDBOX_PORT=9100" in moved
    assert "--free 9000 --free 9100" in moved
    assert "SANDBOX_PORT=9555" in _make("--dry-run", "run", "PORT=9000", "SANDBOX_PORT=9555")


def test_every_process_gets_the_portals_own_port_back() -> None:
    lines = (REPOSITORY / "Procfile.dev").read_text().splitlines()
    assert all("PORT=${LASTMILE_PORT:-8000} exec " in line for line in lines)


def test_plain_make_lists_the_commands() -> None:
    said = _make()
    for name in ("run", "test", "check", "setup", "services", "stop", "seed", "reset"):
        assert re.search(rf"^  make {name} ", said, re.MULTILINE)


def test_nothing_fails_in_silence() -> None:
    text = (REPOSITORY / "Makefile").read_text()
    assert "|| true" not in text
    assert not re.search(r"^\t@?-", text, re.MULTILINE)


def test_reset_asks_and_a_closed_stdin_is_a_no(tmp_path: Path) -> None:
    done = subprocess.run(
        ["make", "reset"],
        cwd=REPOSITORY,
        env={**os.environ, "LASTMILE_LOCAL": str(tmp_path), "FORCE": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "deleted" not in done.stdout


def test_ci_runs_the_tests_and_the_checks() -> None:
    script = REPOSITORY / ".ci/run"
    assert os.access(script, os.X_OK)
    lines = script.read_text().splitlines()
    assert "set -euo pipefail" in lines
    assert [line for line in lines if line.startswith("make ")] == ["make test", "make check"]


@pytest.mark.parametrize("path", _PINS, ids=lambda path: path.name)
def test_everything_installed_is_pinned_with_hashes_and_names_no_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text, flags=re.IGNORECASE)[1:]
    assert blocks
    for block in blocks:
        assert re.match(r"[\w.\-\[\]]+==[\w.]+", block), block
        assert "--hash=sha256:" in block, block
    assert "://" not in text
    assert "--index-url" not in text
    assert str(REPOSITORY) not in text
