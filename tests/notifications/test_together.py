"""Several senders at once, against the sandbox's robot over real HTTP."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection

from apps.notifications.budget import MOST
from apps.notifications.choices import Audience
from apps.notifications.models import Delivery, MailTarget, Notice
from apps.notifications.outcome import Verdict
from apps.notifications.services import send_due, send_test
from apps.notifications.wecom import client
from apps.sandbox.gateway.server import GatewayServer
from apps.sandbox.models import SandboxRobotMessage
from apps.sandbox.robot import MESSAGES_A_MINUTE
from tests.notifications.conftest import KEY, make_mail, make_robot, tell

WAITING = 60
SENDER = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.BAIDIYUN["sandbox"]["base_url"] = sys.argv[2]
django.setup()
from apps.notifications.services import send_due
print("ready", flush=True)
sys.stdin.readline()
for _ in range(4):
    send_due()
"""


@pytest.fixture
def sandbox(transactional_db: None, settings) -> Iterator[str]:
    """The sandbox's origin, served by real threads with connections of their own."""
    server = GatewayServer(0, threads=4)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    origin = f"http://127.0.0.1:{server.port}"
    box = {**settings.BAIDIYUN["sandbox"], "base_url": origin}
    settings.BAIDIYUN = {**settings.BAIDIYUN, "sandbox": box}
    yield origin
    server.shutdown()
    thread.join()
    server.server_close()


def test_two_processes_never_say_more_than_a_minute_allows(sandbox):
    make_robot(mode="sandbox")
    for number in range(WAITING):
        tell(number)
    name = str(connection.settings_dict["NAME"])
    senders = [
        subprocess.Popen(
            [sys.executable, "-c", SENDER, name, sandbox],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for sender in senders:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "ready\n"
    for sender in senders:
        sender.communicate("go\n", timeout=60)
        assert sender.returncode == 0
    codes = Counter(SandboxRobotMessage.objects.values_list("errcode", flat=True))
    assert set(codes) == {0}
    assert MOST - 1 <= codes[0] <= MESSAGES_A_MINUTE
    assert Delivery.objects.filter(state="sent").count() == codes[0]
    bodies = [str(body) for body in SandboxRobotMessage.objects.values_list("body", flat=True)]
    assert len(set(bodies)) == len(bodies)


def test_a_robot_that_hangs_costs_the_others_nothing(sandbox, monkeypatch):
    from apps.sandbox.services.robot_faults import forget_tellings, tell_robot

    monkeypatch.setattr(client, "HARD_SECONDS", 0.5)
    hangs = make_robot(mode="sandbox", audiences=["on_call"])
    other = "793a91f6-7aec-4bc4-97a0-0ec2d1fa5aaa"
    make_robot("另一群", key=other, mode="sandbox", audiences=["operations"])
    tell_robot(key=KEY, answer="slow", slow_seconds=2)
    try:
        tell(1, audience=Audience.ON_CALL)
        tell(2)
        result = send_due()
    finally:
        forget_tellings()
    assert (result.sent, result.failed) == (1, 1)
    hangs.refresh_from_db()
    assert hangs.rests_until is not None
    assert SandboxRobotMessage.objects.filter(key=other, errcode=0).count() == 1


def test_what_the_sandbox_robot_says_is_what_the_tables_say(sandbox):
    from apps.sandbox.services.robot_faults import forget_tellings, tell_robot

    robot = make_robot(mode="sandbox")
    said = {}
    from apps.core.actions import Actor

    for answer in ("usual", "often", "busy", "500", "dead"):
        tell_robot(key=KEY, answer=answer)
        said[answer] = send_test(channel=robot, actor=Actor.system("test")).verdict
    forget_tellings()
    assert said == {
        "usual": Verdict.TAKEN, "often": Verdict.TOO_OFTEN, "busy": Verdict.LATER,
        "500": Verdict.LATER, "dead": Verdict.DEAD,
    }  # fmt: skip


@pytest.mark.django_db
def test_a_live_robot_at_a_private_address_is_refused_and_not_called(settings, monkeypatch):
    settings.WECOM_BASE_URL = "http://127.0.0.1:9"
    make_robot()
    tell()
    assert send_due(lanes=1).failed == 1
    assert Delivery.objects.get().why == "The robot's address is private: refused."
    assert Notice.objects.get().sent_at is None


@pytest.mark.django_db
def test_a_mail_server_that_hangs_costs_ten_seconds_at_most(settings, monkeypatch):
    from apps.notifications.mail import client as mails

    hanging = threading.Event()
    monkeypatch.setattr(mails, "HARD_SECONDS", 0.1)
    monkeypatch.setattr(mails.EmailMessage, "send", lambda self: hanging.wait(20))
    make_mail(is_second=False)
    tell()
    try:
        result = send_due(lanes=1)
    finally:
        hanging.set()
    assert result.failed == 1
    assert MailTarget.objects.get().last_error == "The mail server does not answer in time."
