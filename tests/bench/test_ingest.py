"""The measurement of the way in measures the way in: its requests are real, its server durable."""

from __future__ import annotations

import socket
import threading

import pytest
from django.test import Client

from apps.baidiyun.models import InboxRow
from apps.baidiyun.products.tracking import parse_push
from config.bench import database
from config.bench.callbacks import DOOR, EVENTS, build_callbacks, push_param
from config.bench.ingest import ROWS, Shot, alternate
from config.bench.load import Gun, Volley
from config.bench.rows import Figure
from config.bench.web.keys import SALT_KEYS


def post(request: bytes):
    """Send one prebuilt request through the portal's stack."""
    head, _, body = request.partition(b"\r\n\r\n")
    path = head.split()[1].decode()
    return Client().generic("POST", path, body, content_type="application/x-www-form-urlencoded")


@pytest.mark.django_db
def test_the_door_accepts_every_prebuilt_callback_as_a_new_one(settings):
    settings.BAIDIYUN_SALT_KEYS = SALT_KEYS
    answers = [post(request).status_code for request in build_callbacks(DOOR, 5, 4)]
    assert answers == [200] * 4
    assert InboxRow.objects.values("token").distinct().count() == 4


def test_a_prebuilt_callback_has_ten_events():
    assert len(parse_push(push_param(EVENTS).encode()).nodes) == 10


@pytest.mark.django_db
def test_a_server_that_forgets_what_it_acknowledged_is_not_measured(monkeypatch):
    monkeypatch.setattr(database, "DURABLE", ("transaction_read_only",))
    with pytest.raises(RuntimeError, match="must be on for a measurement"):
        database.ready("lastmile_never_made")


def test_the_generator_counts_what_was_accepted_and_what_was_not():
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"] * 3
    answers.append(b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n")
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_in_halves, args=(server, answers))
        thread.start()
        gun = Gun(server.getsockname()[1], connections=1)
        volley = gun.fire([b"x"] * 4, seconds=60)
        gun.close()
        thread.join()
    assert (volley.accepted, volley.refused, len(volley.delays)) == (3, 1, 4)


def answer_in_halves(server: socket.socket, answers: list[bytes]) -> None:
    """Answer each byte received with one answer, in two pieces; then take no more."""
    client, _ = server.accept()
    with client:
        for answer in answers:
            client.recv(1)
            client.sendall(answer[:20])
            client.sendall(answer[20:])


def test_candidate_and_yardstick_alternate_who_is_first():
    order: list[str] = []

    def shot(name: str) -> Shot:
        order.append(name)
        return Shot(Volley(seconds=1, accepted=1), 1)

    alternate(lambda: shot("door"), lambda: shot("bare"), 4)
    assert order == ["door", "bare", "bare", "door"] * 2


def test_a_row_is_missed_below_its_floor_or_above_its_ceiling():
    rate, cpu = ROWS[0], ROWS[1]
    assert rate.holds(Figure(0.9, 0.5))
    assert not rate.holds(Figure(0.89, 0.89))
    assert cpu.holds(Figure(1.25, 2))
    assert not cpu.holds(Figure(1.26, 1))
