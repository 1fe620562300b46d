"""Real servers: started, stopped, killed and found again."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import redis

from config.services.errors import ServicesError
from config.services.instance import Instance
from config.services.postgres import Postgres
from config.services.process import start_time
from config.services.redis import Redis
from tests.services.conftest import Place

Eventually = Callable[..., None]


def _query(place: Place, sql: str, file: str = "services.env") -> list[tuple[object, ...]]:
    url = place.addresses(file)["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def _redis(place: Place) -> redis.Redis:
    return redis.Redis.from_url(place.addresses()["REDIS_URL"])


def _kill(place: Place, eventually: Eventually) -> None:
    pids = place.pids().values()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: all(start_time(pid) is None for pid in pids), "the servers are dead")


def test_servers_come_up_stay_and_go_down(bare_place: Place) -> None:
    assert bare_place.services("up").returncode == 0
    first = bare_place.pids()
    assert set(first) == {"postgres", "redis"}
    assert bare_place.services("status").returncode == 0
    assert "was already up" in bare_place.services("up").stdout
    assert bare_place.pids() == first
    assert bare_place.services("down").returncode == 0
    assert bare_place.pids() == {}
    assert bare_place.services("status").returncode == 3


def test_the_published_addresses_work_and_need_their_passwords(place: Place) -> None:
    place.services("up")
    assert _query(place, "SELECT current_user, current_database()") == [("lastmile", "lastmile")]
    assert _redis(place).ping()
    url = place.addresses()["DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace("lastmile:", "lastmile:x"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=Redis(Instance("main", place.local)).port, retry=None).ping()


def test_no_password_can_be_read_from_the_process_list(place: Place) -> None:
    place.services("up")
    secrets = [Instance("main", place.local).password(name) for name in ("postgres", "redis")]
    lines = b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in place.pids().values())
    assert not any(secret.encode() in lines for secret in secrets)


def _warm_start(place: Place) -> float:
    """Stop and start; the seconds until the start has come back."""
    place.services("down")
    began = time.monotonic()
    place.services("up")
    return time.monotonic() - began


def test_data_outlives_a_stop_and_a_warm_start_is_quick(place: Place) -> None:
    place.services("up")
    _query(place, "CREATE TABLE kept AS SELECT 7 AS n")
    _redis(place).set("kept", "8")
    assert any(_warm_start(place) < 2 for _attempt in range(3)), "three slow starts"
    assert _query(place, "SELECT n FROM kept") == [(7,)]
    assert _redis(place).get("kept") == b"8"


def test_killed_servers_are_seen_as_down_and_recover_what_was_committed(
    place: Place, eventually: Eventually
) -> None:
    place.services("up")
    _query(place, "CREATE TABLE kept AS SELECT generate_series(1, 5000) AS n")
    _kill(place, eventually)
    assert place.services("status").returncode == 3
    assert "recovered after a crash" in place.services("up").stdout
    assert _query(place, "SELECT count(*) FROM kept") == [(5000,)]


def test_a_lock_file_that_names_a_stranger_does_not_block_the_start(
    place: Place, eventually: Eventually
) -> None:
    place.services("up")
    _kill(place, eventually)
    lock = place.local / "main/postgres/postmaster.pid"
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert place.services("up").returncode == 0
    assert start_time(os.getpid()) is not None


def test_a_lost_pid_file_does_not_lose_the_server(place: Place) -> None:
    place.services("up")
    pid = place.pids()["postgres"]
    (place.local / "main/postgres.pid").unlink()
    place.services("up")
    assert place.pids()["postgres"] == pid


def test_a_half_made_database_is_moved_aside_and_made_again(bare_place: Place) -> None:
    half = bare_place.local / "main/postgres"
    half.mkdir(parents=True)
    (half / "base").mkdir()
    (bare_place.local / "main/postgres.new").mkdir()
    said = bare_place.services("up").stdout
    assert "incomplete data directory was moved to" in said
    assert _query(bare_place, "SELECT 1") == [(1,)]
    assert not (bare_place.local / "main/postgres.new").exists()


def test_a_full_disk_is_named_before_anything_is_made(
    bare_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = SimpleNamespace(free=10 * 2**20)
    monkeypatch.setattr("config.services.postgres.shutil.disk_usage", lambda _path: full)
    instance = Instance("main", bare_place.local)
    instance.create()
    with pytest.raises(ServicesError, match="only 10 MB are free"):
        Postgres(instance).start()
    assert not list(instance.directory.glob("postgres*"))


def test_a_server_that_cannot_start_gives_its_own_words(place: Place) -> None:
    place.services("up")
    place.services("down")
    (place.local / "main/postgres/pg_hba.conf").write_text("nonsense\n")
    said = place.services("up")
    assert said.returncode == 1
    assert "PostgreSQL did not start" in said.stderr
    assert "pg_hba.conf" in said.stderr
    assert "Traceback" not in said.stderr
    assert place.pids() == {}


def test_a_taken_port_is_left_to_its_owner(place: Place) -> None:
    Instance("main", place.local).create()
    taken = Instance("main", place.local).port("postgres")
    with socket.create_server(("127.0.0.1", taken)):
        said = place.services("up").stdout
        assert f"port {taken} is taken by another program" in said
        assert f":{taken}/" not in place.addresses()["DATABASE_URL"]
        assert _query(place, "SELECT 1") == [(1,)]


def test_a_port_taken_at_the_last_moment_is_given_up(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service in (Postgres, Redis):
        server = service(Instance("main", place.local))
        server.instance.create()
        taken = server.port
        with socket.create_server(("127.0.0.1", taken)):
            monkeypatch.setattr(server, "settle_port", list)
            server.start()
        assert server.port != taken
        assert server.running()


def test_a_damaged_redis_file_is_moved_aside(place: Place) -> None:
    place.services("up")
    _redis(place).set("gone", "1")
    place.services("down")
    file = place.local / "main/redis/appendonly.aof"
    file.write_bytes(b"*3\r\n$3\r\nSET\r\nnonsense\r\n" + file.read_bytes())
    assert "its file was damaged and was moved to" in place.services("up").stdout
    assert _redis(place).ping()
    assert list((place.local / "main").glob("redis.broken-*"))


def test_what_the_environment_provides_is_not_started(place: Place) -> None:
    said = place.services("up", DATABASE_URL="postgres://elsewhere/lastmile")
    assert said.returncode == 0
    assert set(place.addresses()) == {"REDIS_URL"}
    assert set(place.pids()) == {"redis"}
    both = {"DATABASE_URL": "postgres://elsewhere/lastmile", "REDIS_URL": "redis://elsewhere/0"}
    assert "nothing to start" in place.services("up", **both).stdout


def test_only_the_test_instance_gives_up_durability(place: Place) -> None:
    sql = "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
    place.services("up")
    assert _query(place, sql) == [("on", "on")]
    place.services("up", "--instance", "test")
    assert _query(place, sql, "test/services.env") == [("off", "off")]
    assert _redis(place).config_get("append*")["appendfsync"] == "everysec"


def test_servers_listen_on_loopback_only(place: Place) -> None:
    place.services("up")
    ports = {int(url.rpartition(":")[2].split("/")[0]) for url in place.addresses().values()}
    listening = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, port = local.split(":")
            if state == "0A" and int(port, 16) in ports:
                listening.add(address)
    assert listening == {"0100007F"}


def test_two_starts_at_once_make_one_set_of_servers(bare_place: Place) -> None:
    both = [bare_place.begin("up"), bare_place.begin("up")]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert _query(bare_place, "SELECT 1") == [(1,)]
    assert len(bare_place.pids()) == 2


def test_wipe_deletes_data_passwords_and_addresses(place: Place) -> None:
    place.services("up")
    password = Instance("main", place.local).password("postgres")
    assert "deleted" in place.services("wipe").stdout
    assert not place.env_file_exists()
    place.services("up")
    assert Instance("main", place.local).password("postgres") != password


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_root_without_namespaces_drops_to_another_account(bare_place: Place) -> None:
    without = Place(bare_place.local, {**bare_place.env, "LASTMILE_NO_NAMESPACE": "1"})
    said = without.services("up")
    assert said.returncode == 0, said.stderr
    try:
        assert _query(without, "SELECT 1") == [(1,)]
        pid = without.pids()["postgres"]
        assert Path(f"/proc/{pid}").stat().st_uid != 0
    finally:
        without.services("wipe")
