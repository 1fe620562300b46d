from __future__ import annotations

import socket
from pathlib import Path

import pytest

from config.services.errors import ServicesError, explain
from config.services.instance import PREFERRED_PORTS, Instance, port_is_free


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    made = Instance("main", tmp_path)
    made.create()
    return made


def test_a_port_is_chosen_once_and_remembered(instance: Instance) -> None:
    port = instance.port("postgres")
    assert port >= PREFERRED_PORTS["main"]["postgres"]
    assert Instance("main", instance.local).port("postgres") == port


def test_a_port_somebody_listens_on_is_not_chosen(instance: Instance) -> None:
    with socket.create_server(("127.0.0.1", instance.port("redis"))) as other:
        taken = other.getsockname()[1]
        assert not port_is_free(taken)
        assert instance.move_port("redis") != taken


def test_two_services_never_share_a_port(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PREFERRED_PORTS, "main", {"postgres": 23456, "redis": 23456})
    assert instance.port("postgres") != instance.port("redis")


def test_passwords_are_random_remembered_and_private(instance: Instance) -> None:
    first = instance.password("postgres")
    assert len(first) >= 32
    assert instance.password("postgres") == first
    assert instance.password("redis") != first
    assert (instance.directory / "instance.json").stat().st_mode & 0o777 == 0o600
    assert instance.directory.stat().st_mode & 0o777 == 0o700


def test_the_addresses_are_private(instance: Instance) -> None:
    instance.env_file.touch(0o644)
    instance.write_env({"REDIS_URL": "redis://:secret@127.0.0.1:1/0"})
    assert instance.env_file == instance.local / "services.env"
    assert instance.env_file.read_text() == "REDIS_URL=redis://:secret@127.0.0.1:1/0\n"
    assert instance.env_file.stat().st_mode & 0o777 == 0o600


def test_the_test_instance_publishes_beside_its_data(tmp_path: Path) -> None:
    assert Instance("test", tmp_path).env_file == tmp_path / "test/services.env"


def test_a_damaged_memory_says_how_to_go_on(instance: Instance) -> None:
    (instance.directory / "instance.json").write_text("{")
    with pytest.raises(ServicesError, match="make reset"):
        instance.port("redis")


def test_an_unknown_instance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ServicesError, match="only main, test"):
        Instance("staging", tmp_path)


def test_a_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServicesError, match="LASTMILE_LOCAL"):
        Instance("main", tmp_path / "file").create()


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("FATAL:  could not write: No space left on device", "disk is full"),
        ("could not bind: Address already in use", "another program"),
        ("FATAL: database files are incompatible with server", "major version"),
        ("something nobody has seen", ""),
    ],
)
def test_the_cause_is_named_when_it_is_known(said: str, word: str) -> None:
    assert word in explain(said)
    assert bool(explain(said)) is bool(word)
