"""A clock that was a day ahead and is put right: nothing waits for the day to come again."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.core import clock
from apps.notifications.choices import NoticeSeverity
from apps.notifications.models import Delivery, Robot
from apps.notifications.outcome import Verdict
from apps.notifications.services import send_due
from tests.notifications.conftest import make_robot, tell

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
AHEAD = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def send(at: dt.datetime):
    with clock.scripted(at):
        return send_due(lanes=1)


def test_a_robot_that_rested_when_the_clock_was_put_right_is_asked_again(wecom):
    robot = make_robot()
    wecom.refuse(robot, Verdict.TOO_OFTEN, 45009)
    with clock.scripted(NOW + AHEAD):
        tell(1)
    send(NOW + AHEAD)
    wecom.answers.clear()
    with clock.scripted(NOW):
        tell(2)
    assert send(NOW + SECOND).sent == 2
    assert Robot.objects.get().rests_until is None


def test_what_was_queued_before_the_clock_was_put_right_is_told(wecom):
    make_robot()
    with clock.scripted(NOW + AHEAD):
        tell()
    assert send(NOW).sent == 1


def test_what_was_routed_and_not_sent_before_is_told_once(wecom):
    robot = make_robot()
    wecom.refuse(robot, Verdict.LATER, None)
    with clock.scripted(NOW + AHEAD):
        tell(severity=NoticeSeverity.AMBER)
    send(NOW + AHEAD)
    wecom.answers.clear()
    assert send(NOW).sent == 1
    assert send(NOW + SECOND).sent == 0
    assert Delivery.objects.get().state == "sent"
    assert wecom.asked == 2


def test_quiet_hours_and_rests_of_this_time_still_hold(wecom):
    robot = make_robot(quiet_from=dt.time(0), quiet_until=dt.time(23), zone="UTC")
    with clock.scripted(NOW):
        tell(1, severity=NoticeSeverity.AMBER)
    assert send(NOW).sent == 0
    assert send(NOW + SECOND).sent == 0
    wecom.refuse(robot, Verdict.TOO_OFTEN, 45009)
    with clock.scripted(NOW):
        tell(2)
    send(NOW + 2 * SECOND)
    send(NOW + 3 * SECOND)
    assert wecom.asked == 1


def test_a_second_channel_waits_for_no_day(wecom):
    make_robot()
    make_robot("second", key="793a91f6-7aec-4bc4-97a0-0ec2d1fa5aaa", is_second=True)
    with clock.scripted(NOW + AHEAD):
        tell()
    send(NOW + AHEAD)
    send(NOW)
    assert len(wecom.taken) == 1
    send(NOW + dt.timedelta(minutes=6))
    assert len({name for name, _ in wecom.taken}) == 2
