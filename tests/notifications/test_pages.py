"""The pages of robots, mail targets, deliveries and notices; a key goes in and never comes out."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client

from apps.accounts.choices import Role
from apps.core import vault
from apps.core.models import ActionLog
from apps.notifications.channels import PURPOSE
from apps.notifications.models import Delivery, MailTarget, Notice, Robot
from apps.notifications.outcome import Verdict
from apps.notifications.services import send_due
from tests.notifications.conftest import KEY, make_mail, make_robot, tell
from tests.support.admin_pages import logged_in, said, text_of
from tests.support.query_counts import assert_query_count

pytestmark = pytest.mark.django_db
ROBOTS, MAILS = "/admin/notifications/robot/", "/admin/notifications/mailtarget/"
SENDS, NOTICES = "/admin/notifications/delivery/", "/admin/notifications/notice/"
WHOLE = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


def robot_form(**values: Any) -> dict[str, Any]:
    usual = {
        "name": "值班群", "mode": "live", "audiences": ["on_call", "operations"],
        "min_severity": "amber", "language": "zh-hans", "mentions": "zhangsan, lisi",
        "quiet_from": "22:00", "quiet_until": "07:00", "zone": "", "key": WHOLE,
    }  # fmt: skip
    return usual | values


def all_that_is_kept() -> str:
    """Everything the tables of notifications and the action log hold, as text."""
    texts = []
    for table in ("notifications_robot", "notifications_delivery", "core_actionlog"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} AS t")
            texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


def test_a_manager_adds_a_robot_by_the_address_wecom_shows(wecom, caplog):
    client = logged_in(Role.MANAGER)
    answer = client.post(ROBOTS + "add/", robot_form(), follow=True)
    assert answer.status_code == 200
    robot = Robot.objects.get()
    opened = vault.unseal(robot.key_sealed, settings.CREDENTIAL_KEYS, purpose=PURPOSE)
    assert (opened, robot.key_tail, robot.mentions) == (KEY, "5aaa", ["zhangsan", "lisi"])
    page = client.get(f"{ROBOTS}{robot.pk}/change/").content.decode()
    for shown in (answer.content.decode(), page, all_that_is_kept(), caplog.text, repr(robot)):
        assert KEY not in shown
        assert KEY[:18] not in shown
    assert robot.key_sealed not in page
    assert ActionLog.objects.get(action="notifications.robot.created").after["key"] == "…5aaa"


def test_a_robot_is_changed_without_typing_its_key_again():
    robot = make_robot()
    sealed = robot.key_sealed
    client = logged_in(Role.MANAGER)
    client.post(f"{ROBOTS}{robot.pk}/change/", robot_form(name="新名", key=""))
    robot.refresh_from_db()
    assert (robot.name, robot.key_sealed) == ("新名", sealed)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"key": ""}, "key"),
        ({"key": "nobody"}, "key"),
        ({"key": "https://evil.example/?key=x"}, "key"),
        ({"mentions": "@all"}, "mentions"),
        ({"mentions": "a b c d e f g h i j k"}, "mentions"),
        ({"mentions": "<@all>"}, "mentions"),
        ({"mentions": "wang All"}, "mentions"),
        ({"audiences": []}, "audiences"),
        ({"audiences": ["strangers"]}, "audiences"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"quiet_until": ""}, "quiet_until"),
        ({"name": "x" * 61}, "name"),
    ],
)
def test_a_robot_that_cannot_be_is_refused_and_its_key_not_shown_again(values, field):
    client = logged_in(Role.MANAGER)
    answer = client.post(ROBOTS + "add/", robot_form(**values))
    assert field in answer.context["adminform"].form.errors
    assert KEY not in answer.content.decode()
    assert not Robot.objects.exists()


def test_there_is_no_sandbox_robot_where_there_is_no_sandbox(settings):
    settings.WEBHOOKS_PRIVATE_SANDBOX = False
    answer = logged_in(Role.MANAGER).post(ROBOTS + "add/", robot_form(mode="sandbox"))
    assert "mode" in answer.context["adminform"].form.errors


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_only_managers_change_where_things_are_told(role):
    robot = make_robot()
    client = logged_in(role)
    assert client.get(ROBOTS).status_code == 200
    assert client.get(ROBOTS + "add/").status_code == 403
    client.post(f"{ROBOTS}{robot.pk}/change/", robot_form(name="theirs"))
    for task in ("test", "switch-off"):
        assert client.post(f"{ROBOTS}{robot.pk}/do/{task}/", {"reason": "x"}).status_code == 403
    robot.refresh_from_db()
    assert (robot.name, robot.is_active) == ("值班群", True)


def test_a_test_message_is_sent_and_a_failure_is_said_in_words(wecom):
    robot = make_robot()
    client = logged_in(Role.MANAGER)
    assert client.get(f"{ROBOTS}{robot.pk}/do/test/").status_code == 200
    assert wecom.asked == 0
    answer = client.post(f"{ROBOTS}{robot.pk}/do/test/", follow=True)
    assert "Sent." in said(answer)
    wecom.refuse(robot, Verdict.DEAD, 93000)
    answer = client.post(f"{ROBOTS}{robot.pk}/do/test/")
    assert "(93000)" in text_of(answer)
    assert ActionLog.objects.filter(action="notifications.robot.tested").count() == 2


def test_mail_targets_take_addresses_and_nothing_else():
    client = logged_in(Role.MANAGER)
    values = robot_form(addresses="a@example.com\nb@example.com", is_second="on")
    client.post(MAILS + "add/", values)
    assert MailTarget.objects.get().addresses == ["a@example.com", "b@example.com"]
    for addresses in ("", "nobody", "a@example.com\r\nBcc: evil@example.com"):
        answer = client.post(MAILS + "add/", values | {"name": "x", "addresses": addresses})
        assert "addresses" in answer.context["adminform"].form.errors
    client.post(f"{MAILS}{MailTarget.objects.get().pk}/do/test/")
    assert len(mail.outbox) == 1


def test_what_was_given_up_says_why_and_is_sent_again(wecom):
    robot = make_robot()
    wecom.refuse(robot, Verdict.BAD_MESSAGE, 40058)
    tell()
    send_due(lanes=1)
    delivery = Delivery.objects.get()
    Delivery.objects.update(why="WeCom does not understand the message.")
    client = logged_in(Role.OPERATOR)
    page = text_of(client.get(f"{SENDS}{delivery.pk}/change/"))
    assert "WeCom does not understand the message. (40058)" in page
    wecom.answers.clear()
    client.post(f"{SENDS}{delivery.pk}/do/send-again/")
    assert send_due(lanes=1).sent == 1
    answer = client.post(f"{SENDS}{delivery.pk}/do/send-again/")
    assert "sent already" in text_of(answer)


def test_a_notices_page_says_who_was_told_and_acknowledges(wecom, hooks):
    make_robot()
    notice = tell()
    send_due(lanes=1)
    client = logged_in(Role.OPERATOR)
    assert "值班群" in text_of(client.get(f"{NOTICES}{notice.pk}/change/"))
    assert client.get(f"{NOTICES}{notice.pk}/do/acknowledge/").status_code == 200
    assert not Notice.objects.filter(acknowledged_at__isnull=False).exists()
    client.post(f"{NOTICES}{notice.pk}/do/acknowledge/")
    assert Notice.objects.get().acknowledged_by == client.user.username  # type: ignore[attr-defined]


def test_an_auditor_acknowledges_nothing():
    notice = tell()
    answer = logged_in(Role.AUDITOR).post(f"{NOTICES}{notice.pk}/do/acknowledge/")
    assert answer.status_code == 403
    assert Notice.objects.get().acknowledged_at is None


def _told(count: int) -> None:
    start = Notice.objects.count()
    robot = Robot.objects.first() or make_robot()
    for number in range(start, start + count):
        Delivery.objects.create(notice=tell(number), robot=robot, rank=0)


def _channels(count: int) -> None:
    start = Robot.objects.count()
    for number in range(start, start + count):
        make_robot(f"群 {number}")
        make_mail(f"信箱 {number}")


@pytest.mark.parametrize(
    ("name", "address", "make"),
    [
        ("admin.notices", NOTICES, _told),
        ("admin.notice_deliveries", SENDS, _told),
        ("admin.robots", ROBOTS, _channels),
        ("admin.mail_targets", MAILS, _channels),
    ],
)
def test_the_lists_take_a_constant_number_of_queries(name, address, make):
    client: Client = logged_in(Role.OPERATOR)
    assert_query_count(
        name, make=make, visit=lambda: client.get(address),
        shows=lambda response: len(response.context["cl"].result_list),
    )  # fmt: skip
